import type { Context } from '../sim/context.ts';
import type { AggregateSpec, IndexSpec } from '../sim/types.ts';
import type { FieldError } from './errors.ts';
import type { KubeObject, ObjectInput } from './object.ts';

/** A column of `kubectl get`: `priority` 0 is always shown, 1 with `-o wide`. */
export interface Column<T extends KubeObject = KubeObject> {
  readonly name: string;
  readonly priority?: 0 | 1;
  /** The cell's text; `now` is virtual milliseconds since the epoch, for ages. */
  readonly cell: (object: T, now: number) => string;
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: boolean;
}

/** What a rule may look at besides the object: other objects, live, and the clock. */
export interface RequestInfo {
  readonly ctx: Context;
  /** RFC 3339 of the virtual clock. */
  readonly timestamp: string;
  /** Nothing is written. */
  readonly dryRun: boolean;
  /** Tells who asked something that does not stop the request; left out where nobody hears it. */
  readonly warn?: (text: string) => void;
}

/**
 * One kind of the API: everything that the generic server, the printers and the page need to know of it.
 * Functions get plain immutable objects and return new ones.
 */
export interface KindDefinition<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  /** Member of `kubectl get all`. */
  readonly all?: boolean;
  readonly statusSubresource?: boolean;
  /** A write of the status may change annotations too, as a Deployment's controller does with its revision. */
  readonly statusWritesAnnotations?: boolean;
  /** `metadata.generation` counts changes of these top-level fields; left out: no generation. */
  readonly generationOf?: readonly string[];
  readonly indices?: Readonly<Record<string, IndexSpec<T>>>;
  readonly aggregates?: Readonly<Record<string, AggregateSpec<T>>>;
  readonly unsettles?: (before: T | undefined, after: T | undefined) => boolean;
  /** See `TableSpec.aside`. */
  readonly aside?: boolean;
  readonly columns: readonly Column<T>[];
  /** `SetDefaults_…`: runs on create, update and patch, before admission. */
  readonly defaults?: (object: T) => T;
  /** Strategy `PrepareForCreate`: drops status, sets first phases. */
  readonly prepareForCreate?: (object: T, request: RequestInfo) => T;
  readonly validate?: (object: T) => readonly FieldError[];
  /** Strategy `PrepareForUpdate`; status has already been put back by the server. */
  readonly prepareForUpdate?: (object: T, old: T, request: RequestInfo) => T;
  readonly validateUpdate?: (object: T, old: T) => readonly FieldError[];
  /** A PUT has to name the version that it changes; left out: it may do without. */
  readonly conditionalUpdates?: boolean;
  /** Faults of a change are told before those of the object; left out: behind them. */
  readonly changesFirst?: boolean;
  /** The same for the status subresource; `object` has the old spec and metadata. */
  readonly prepareForStatusUpdate?: (object: T, old: T, request: RequestInfo) => T;
  readonly validateStatusUpdate?: (object: T, old: T) => readonly FieldError[];
  readonly warnings?: (object: T, old: T | undefined) => readonly string[];
  /** The first DELETE only marks the object, as this says; it goes once its last finalizer, of any sort, is off. */
  readonly beginDeletion?: (object: T) => T;
  /** Whether something other than `metadata.finalizers` holds the object. */
  readonly isHeld?: (object: T) => boolean;
  /** Seconds to wait before the object may go; left out: none, the object goes at once unless finalizers hold it. */
  readonly gracePeriod?: (object: T, options: DeleteOptions) => number;
}

/** An admission plugin: changes and refuses, in upstream's order. */
export interface AdmissionPlugin {
  readonly name: string;
  /** Throws `StatusError` to refuse. */
  readonly admitCreate?: (object: ObjectInput, definition: KindDefinition, request: RequestInfo) => ObjectInput;
  readonly admitUpdate?: (
    object: KubeObject,
    old: KubeObject,
    definition: KindDefinition,
    request: RequestInfo,
  ) => KubeObject;
  readonly validateCreate?: (object: KubeObject, definition: KindDefinition, request: RequestInfo) => void;
  readonly validateUpdate?: (
    object: KubeObject,
    old: KubeObject,
    definition: KindDefinition,
    request: RequestInfo,
  ) => void;
  /** The same for the status subresource. */
  readonly validateStatusUpdate?: (
    object: KubeObject,
    old: KubeObject,
    definition: KindDefinition,
    request: RequestInfo,
  ) => void;
  readonly validateDelete?: (object: KubeObject, definition: KindDefinition, request: RequestInfo) => void;
}

/** Names once joined: every read and write asks for one. */
const tables = new WeakMap<object, string>();

/** Table of a kind in the store: `pods`, `storageclasses.storage.k8s.io`. */
export function tableOf(definition: Pick<KindDefinition, 'plural' | 'group'>): string {
  const { plural, group } = definition;
  if (group === '') return plural;
  let table = tables.get(definition);
  if (table === undefined) {
    table = `${plural}.${group}`;
    tables.set(definition, table);
  }
  return table;
}

export const apiVersionOf = ({ group, version }: Pick<KindDefinition, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`;

/** Key of an object in its table. */
export const keyOf = (namespace: string | undefined, name: string): string =>
  namespace ? `${namespace}/${name}` : name;

/** Keeps a definition's own object type while it is written and forgets it for the registry. */
export function defineKind<T extends KubeObject>(definition: KindDefinition<T>): KindDefinition {
  return definition as unknown as KindDefinition;
}
