import type { Context } from '../sim/context.ts';
import { startTime } from './clock.ts';
import { deepEqual } from './diff.ts';
import { formatTime, parseTime } from './duration.ts';
import { alreadyExists, badRequest, conflict, type FieldError, invalid, notFound, StatusError } from './errors.ts';
import { type DeleteOptions, type KindDefinition, keyOf, type RequestInfo, tableOf } from './kind.ts';
import { IMMUTABLE, invalidValue } from './kinds/field.ts';
import type { KubeObject, ManagedFieldsEntry, Namespace, ObjectInput, ObjectMeta } from './object.ts';
import { type Patch, patchObject } from './patch.ts';
import { patchedFault } from './patched.ts';
import type { Registry } from './registry.ts';

/** Which object a request is about. */
export interface Ref {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

export interface WriteOptions {
  readonly dryRun?: boolean;
  /** Who owns which field from now on; left out: what the request's object or the stored one says. */
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

/** One request, whose time is told only when it is asked for. */
class Request implements RequestInfo {
  readonly ctx: Context;
  readonly dryRun: boolean;
  readonly warn?: (text: string) => void;
  readonly #server: ApiServer;

  constructor(server: ApiServer, ctx: Context, dryRun: boolean, warn?: (text: string) => void) {
    this.#server = server;
    this.ctx = ctx;
    this.dryRun = dryRun;
    if (warn) this.warn = onceEach(warn);
  }

  get timestamp(): string {
    return this.#server.timestamp(this.ctx);
  }
}

function onceEach(warn: (text: string) => void): (text: string) => void {
  const said = new Set<string>();
  return (text) => {
    if (said.has(text)) return;
    said.add(text);
    warn(text);
  };
}

/** `kubectl`'s and the components' way in: every request runs defaulting, admission, strategy and validation. */
export class ApiServer {
  readonly registry: Registry;
  /** The start time, read once, and the last second that was told. */
  #start = { text: '', millis: 0 };
  #told = { second: Number.NaN, text: '' };
  readonly #warn: ((text: string) => void) | undefined;

  /** @param warn hears the warnings of every request, each text once a request; controllers have no use for them */
  constructor(registry: Registry, warn?: (text: string) => void) {
    this.registry = registry;
    this.#warn = warn;
  }

  /** RFC 3339 of the virtual clock, to the second. */
  timestamp(ctx: Context): string {
    const second = Math.floor(this.epochMillis(ctx) / 1000);
    if (second !== this.#told.second) this.#told = { second, text: formatTime(second * 1000) };
    return this.#told.text;
  }

  /** Virtual clock in milliseconds since 1970. */
  epochMillis(ctx: Context): number {
    const text = startTime(ctx);
    if (text !== this.#start.text) this.#start = { text, millis: parseTime(text) ?? 0 };
    return this.#start.millis + ctx.now;
  }

  /**
   * The definition of a kind.
   * @throws StatusError as kubectl words it when nothing serves that kind in that version.
   */
  definition(apiVersion: string | undefined, kind: string): KindDefinition {
    const found = apiVersion === undefined ? this.registry.byKind(kind) : this.registry.byVersionKind(apiVersion, kind);
    if (!found) throw new StatusError('NotFound', `no matches for kind "${kind}" in version "${apiVersion ?? ''}"`);
    return found;
  }

  get<T extends KubeObject>(ctx: Context, ref: Ref): T {
    const definition = this.#definitionOf(ref);
    const found = ctx.live<T>(tableOf(definition), this.#key(definition, ref));
    if (!found) throw notFound(definition, ref.name);
    return found;
  }

  find<T extends KubeObject>(ctx: Context, ref: Ref): T | undefined {
    const definition = this.#definitionOf(ref);
    return ctx.live<T>(tableOf(definition), this.#key(definition, ref));
  }

  /** @throws StatusError Invalid, Forbidden, AlreadyExists, NotFound (its namespace) */
  create<T extends KubeObject>(ctx: Context, input: ObjectInput | T, options: WriteOptions = {}): T {
    const definition = this.definition(input.apiVersion, input.kind);
    const request = this.#request(ctx, options);
    const { resourceVersion, ...given } = input.metadata as Partial<ObjectMeta>;
    if (resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created');
    const {
      deletionTimestamp: _1,
      deletionGracePeriodSeconds: _2,
      uid: _3,
      creationTimestamp: _4,
      generation: _5,
      namespace,
      ...kept
    } = given;
    const space = definition.namespaced ? { namespace: namespace || 'default' } : {};
    const name = given.name || generatedName(ctx, definition, given.generateName, space.namespace);
    let object = { ...input, metadata: { ...kept, name, ...space } } as unknown as KubeObject;
    object = definition.defaults?.(object) ?? object;
    for (const admit of this.registry.admission('admitCreate'))
      object = admit(object as unknown as ObjectInput, definition, request) as unknown as KubeObject;
    object = definition.prepareForCreate?.(object, request) ?? object;
    const metadata: ObjectMeta = {
      ...object.metadata,
      uid: newUid(ctx),
      resourceVersion: '',
      ...(definition.generationOf && { generation: 1 }),
      creationTimestamp: request.timestamp,
      ...(options.managedFields && { managedFields: options.managedFields }),
    };
    object = { ...object, metadata };
    const errors = definition.validate?.(object) ?? [];
    if (errors.length > 0) throw invalid(definition, name, errors);
    this.#warnOf(definition, object, undefined, request);
    let stored = object;
    ctx.together(() => {
      for (const admit of this.registry.admission('validateCreate')) admit(object, definition, request);
      const key = keyOf(object.metadata.namespace, name);
      if (ctx.live(tableOf(definition), key) !== undefined) {
        throw given.name ? alreadyExists(definition, name) : noUniqueName(definition, name);
      }
      stored = this.#store(ctx, definition, object, options);
    });
    return stored as T;
  }

  /** PUT of the main resource: status is kept as stored where the kind has the subresource. */
  update<T extends KubeObject>(ctx: Context, object: T, options: WriteOptions = {}): T {
    return this.#replace(ctx, object, 'main', options);
  }

  /** PUT of the status subresource: all but status is kept as stored. */
  updateStatus<T extends KubeObject>(ctx: Context, object: T, options: WriteOptions = {}): T {
    return this.#replace(ctx, object, 'status', options);
  }

  /** PATCH of the main resource or its status; on a conflict-free store it never has to be tried again. */
  patch<T extends KubeObject>(
    ctx: Context,
    ref: Ref,
    patch: Patch,
    subresource: 'main' | 'status' = 'main',
    options: WriteOptions = {},
  ): T {
    const live = this.get<T>(ctx, ref);
    const patched = patchObject(live as unknown as ObjectInput, patch);
    if (patched instanceof StatusError) throw patched;
    const fault = patchedFault(live, patched, patch);
    if (fault) throw fault;
    const object = patched as unknown as T;
    const metadata = {
      ...object.metadata,
      resourceVersion: object.metadata.resourceVersion || live.metadata.resourceVersion,
    };
    return this.#replace(ctx, { ...object, metadata }, subresource, options, false);
  }

  /**
   * DELETE. An object with finalizers or a grace period only gets its deletionTimestamp; a pod always passes through it.
   * @throws StatusError NotFound, Conflict (preconditions)
   */
  remove(ctx: Context, ref: Ref, options: DeleteOptions = {}): void {
    const definition = this.#definitionOf(ref);
    const live = this.get(ctx, ref);
    const request = this.#request(ctx);
    const failed = failedPrecondition(definition, live, options);
    if (failed) throw failed;
    for (const admit of this.registry.admission('validateDelete')) admit(live, definition, request);
    if (options.dryRun) return;
    const grace = definition.gracePeriod?.(live, options);
    const finalizers = withPropagation(live.metadata.finalizers ?? [], options);
    const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = live.metadata;
    if (definition.beginDeletion && deletionTimestamp === undefined) {
      const metadata = { ...live.metadata, finalizers, deletionTimestamp: request.timestamp };
      this.#store(ctx, definition, definition.beginDeletion({ ...live, metadata }), {}, 'stays');
      return;
    }
    const held = finalizers.length > 0 || (definition.isHeld?.(live) ?? false);
    const period = Math.min(
      grace ?? 0,
      deletionTimestamp === undefined ? Number.POSITIVE_INFINITY : deletionGracePeriodSeconds,
    );
    const stamp = formatTime(this.epochMillis(ctx) + period * 1000);
    const mark: Partial<ObjectMeta> = { deletionTimestamp: stamp, deletionGracePeriodSeconds: period };
    ctx.together(() => {
      if (deletionTimestamp === undefined && (held || grace !== undefined)) {
        const { generation } = live.metadata;
        const marked: ObjectMeta = {
          ...live.metadata,
          ...mark,
          ...(held && { finalizers }),
          ...(generation !== undefined && { generation: generation + 1 }),
        };
        this.#store(ctx, definition, { ...live, metadata: marked }, {});
      } else if (deletionTimestamp !== undefined && period < deletionGracePeriodSeconds) {
        this.#store(ctx, definition, { ...live, metadata: { ...live.metadata, ...mark } }, {});
      }
      if (!held && period === 0) {
        ctx.write(tableOf(definition), keyOf(live.metadata.namespace, live.metadata.name), undefined);
      }
    });
  }

  /**
   * POST pods/NAME/binding: sets spec.nodeName and PodScheduled, clears the nominated node.
   * @see pkg/registry/core/pod/storage/storage.go assignPod
   */
  bind(ctx: Context, namespace: string, name: string, nodeName: string): void {
    const definition = this.definition('v1', 'Pod');
    const pod = this.get<KubeObject & { spec: Record<string, unknown>; status?: Record<string, unknown> }>(ctx, {
      kind: 'Pod',
      namespace,
      name,
    });
    if (pod.metadata.deletionTimestamp !== undefined) {
      throw new StatusError(
        'Conflict',
        `Operation cannot be fulfilled on pods/binding "${name}": pod ${name} is being deleted, cannot be assigned to a host`,
      );
    }
    if (pod.spec['nodeName']) {
      throw new StatusError(
        'Conflict',
        `Operation cannot be fulfilled on pods/binding "${name}": pod ${name} is already assigned to node "${String(pod.spec['nodeName'])}"`,
      );
    }
    const { nominatedNodeName: _, conditions = [], ...status } = pod.status ?? {};
    const others = (conditions as { type: string }[]).filter((condition) => condition.type !== 'PodScheduled');
    const scheduled = {
      type: 'PodScheduled',
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: this.timestamp(ctx),
    };
    const bound = {
      ...pod,
      spec: { ...pod.spec, nodeName },
      status: { ...status, conditions: [...others, scheduled] },
    };
    this.#store(ctx, definition, bound, {});
  }

  /**
   * PUT namespaces/NAME/finalize: changes `spec.finalizers`, which nothing else can; a namespace without any goes.
   * @see pkg/registry/core/namespace/storage/storage.go FinalizeREST
   */
  finalizeNamespace(ctx: Context, name: string, finalizers: readonly string[]): void {
    const definition = this.definition('v1', 'Namespace');
    const namespace = this.get<Namespace>(ctx, { apiVersion: 'v1', kind: 'Namespace', name });
    const spec = { ...namespace.spec, finalizers };
    this.#store(ctx, definition, { ...namespace, spec } as Namespace, {});
  }

  #replace<T extends KubeObject>(
    ctx: Context,
    object: T,
    subresource: 'main' | 'status',
    options: WriteOptions,
    isPut = true,
  ): T {
    const definition = this.definition(object.apiVersion, object.kind);
    const request = this.#request(ctx, options);
    const { name } = object.metadata;
    const live = this.get<T>(ctx, { apiVersion: object.apiVersion, kind: object.kind, name, ...spaceOf(object) });
    const unmet = isPut ? unmetByPut(definition, object, live) : undefined;
    if (unmet) throw unmet;
    const { resourceVersion } = object.metadata;
    if (resourceVersion && resourceVersion !== live.metadata.resourceVersion) throw conflict(definition, name);
    let stored = live;
    ctx.together(() => {
      const written =
        subresource === 'status'
          ? this.#nextStatus(definition, object, live, request)
          : this.#nextMain(definition, object, live, request);
      const next = options.managedFields ? withEntries(written, options.managedFields) : written;
      if (!deepEqual(next, live)) stored = this.#store(ctx, definition, next, options, live) as T;
    });
    return stored;
  }

  #nextMain<T extends KubeObject>(definition: KindDefinition, object: T, live: T, request: RequestInfo): KubeObject {
    const { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, resourceVersion } =
      live.metadata;
    const metadata: ObjectMeta = {
      ...withoutDeletion(object.metadata),
      uid,
      creationTimestamp,
      resourceVersion,
      ...(deletionTimestamp !== undefined && { deletionTimestamp }),
      ...(deletionGracePeriodSeconds !== undefined && { deletionGracePeriodSeconds }),
      ...(generation !== undefined && { generation }),
      ...(live.metadata.managedFields && { managedFields: entriesOf(object, live) }),
    };
    let next: KubeObject = { ...object, metadata };
    if (definition.statusSubresource) next = withStatus(next, live);
    next = definition.defaults?.(next) ?? next;
    // What is read from storage is defaulted too: a default that is filled in is no change.
    const old = definition.defaults?.(live) ?? live;
    for (const admit of this.registry.admission('admitUpdate')) next = admit(next, old, definition, request);
    next = definition.prepareForUpdate?.(next, old, request) ?? next;
    const errors = updateFaults(definition, next, old, fixedMetaFaults(object.metadata, live.metadata));
    if (errors.length > 0) throw invalid(definition, live.metadata.name, errors);
    this.#warnOf(definition, next, old, request);
    for (const admit of this.registry.admission('validateUpdate')) admit(next, old, definition, request);
    const counted = definition.generationOf?.some((field) => !deepEqual(fieldOf(next, field), fieldOf(live, field)));
    return counted ? { ...next, metadata: { ...next.metadata, generation: (generation ?? 0) + 1 } } : next;
  }

  #nextStatus<T extends KubeObject>(definition: KindDefinition, object: T, live: T, request: RequestInfo): KubeObject {
    if (!definition.statusSubresource)
      throw new StatusError('NotFound', 'the server could not find the requested resource');
    let next = withStatus(live, object);
    if (definition.statusWritesAnnotations) next = withAnnotationsOf(next, object);
    next = definition.prepareForStatusUpdate?.(next, live, request) ?? next;
    const errors = definition.validateStatusUpdate?.(next, live) ?? [];
    if (errors.length > 0) throw invalid(definition, live.metadata.name, errors);
    for (const admit of this.registry.admission('validateStatusUpdate')) admit(next, live, definition, request);
    return next;
  }

  #store(
    ctx: Context,
    definition: KindDefinition,
    object: KubeObject,
    options: WriteOptions,
    before?: KubeObject | 'stays',
  ): KubeObject {
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    if (options.dryRun) return dryRunResult(object, typeof before === 'object' ? before : undefined);
    const metadata = tidyMeta({ ...object.metadata, resourceVersion: nextVersion(ctx) });
    const stored: KubeObject = { ...object, metadata };
    const leaves =
      before !== 'stays' &&
      !definition.isHeld?.(stored) &&
      metadata.deletionTimestamp !== undefined &&
      (metadata.finalizers ?? []).length === 0 &&
      (metadata.deletionGracePeriodSeconds ?? 0) === 0;
    // A pod is first marked and leaves in a write of its own; one that only its finalizers held was marked before.
    const marked =
      definition.gracePeriod === undefined ||
      (typeof before === 'object' && (before.metadata.finalizers ?? []).length > 0);
    ctx.write(tableOf(definition), key, leaves && marked ? undefined : stored);
    return stored;
  }

  #request(ctx: Context, { dryRun = false }: WriteOptions = {}): RequestInfo {
    return new Request(this, ctx, dryRun, this.#warn);
  }

  #warnOf(
    definition: KindDefinition,
    object: KubeObject,
    old: KubeObject | undefined,
    { warn }: Pick<RequestInfo, 'warn'>,
  ): void {
    if (warn) for (const text of definition.warnings?.(object, old) ?? []) warn(text);
  }

  #definitionOf({ apiVersion, kind }: Ref): KindDefinition {
    const group =
      apiVersion === undefined
        ? undefined
        : apiVersion.includes('/')
          ? apiVersion.slice(0, apiVersion.indexOf('/'))
          : '';
    const found = this.registry.byKind(kind, group);
    if (!found) throw new StatusError('NotFound', `no matches for kind "${kind}" in version "${apiVersion ?? ''}"`);
    return found;
  }

  #key(definition: KindDefinition, { namespace, name }: Ref): string {
    return keyOf(definition.namespaced ? namespace || 'default' : undefined, name);
  }
}

/** `Kind/namespace/name`, or `Kind/name` for a cluster-scoped object: how events, decisions and the page name things. */
export function describeRef({ kind, metadata }: KubeObject): string {
  return metadata.namespace ? `${kind}/${metadata.namespace}/${metadata.name}` : `${kind}/${metadata.name}`;
}

/** What an ownerReference to an object says when the object is its controller. */
export function controllerRef({ apiVersion, kind, metadata }: KubeObject): {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller: true;
  blockOwnerDeletion: true;
} {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true };
}

const HEX = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const DASH = '-'.charCodeAt(0);
const VERSION = '4'.charCodeAt(0);
/** Digits of a UUID before which a dash stands. */
const DASHED: readonly number[] = [8, 12, 16, 20];

/** Version-4 UUID from the step's random bits. */
export function newUid(ctx: Context): string {
  const words = [ctx.random(), ctx.random(), ((ctx.random() & 0x3fffffff) | 0x80000000) >>> 0, ctx.random()];
  // Written from its characters: put together of parts it would keep them all in memory.
  const codes: number[] = [];
  for (let digit = 0; digit < 32; digit++) {
    if (DASHED.includes(digit)) codes.push(DASH);
    const word = words[digit >>> 3] as number;
    codes.push(digit === 12 ? VERSION : (HEX[(word >>> (28 - 4 * (digit & 7))) & 15] as number));
  }
  return String.fromCharCode(...codes);
}

const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** Five letters, as names.SimpleNameGenerator appends them. */
export function generatedSuffix(ctx: Context): string {
  let bits = ctx.random();
  let suffix = '';
  for (let i = 0; i < 5; i++) {
    suffix += SUFFIX_LETTERS[bits % SUFFIX_LETTERS.length] ?? '';
    bits = Math.floor(bits / SUFFIX_LETTERS.length);
  }
  return suffix;
}

const MAX_NAME_ATTEMPTS = 8;

/** A name from a prefix that nothing has yet, after eight attempts any. @see pkg/registry/generic/registry/store.go Create */
function generatedName(
  ctx: Context,
  definition: KindDefinition,
  prefix: string | undefined,
  namespace?: string,
): string {
  if (!prefix) return '';
  let name = '';
  for (let attempt = 0; attempt < MAX_NAME_ATTEMPTS; attempt++) {
    name = prefix.slice(0, MAX_GENERATED_PREFIX) + generatedSuffix(ctx);
    if (ctx.live(tableOf(definition), keyOf(namespace, name)) === undefined) break;
  }
  return name;
}

/** Letters of a prefix that are used. @see staging/src/k8s.io/apiserver/pkg/storage/names/generate.go */
const MAX_GENERATED_PREFIX = 58;

const noUniqueName = (definition: KindDefinition, name: string): StatusError =>
  new StatusError(
    'AlreadyExists',
    `${alreadyExists(definition, name).message}, the server was not able to generate a unique name for the object`,
  );

const COMMON_FIELDS = /^metadata\.(labels|annotations|ownerReferences|finalizers)$/;

/**
 * What is wrong with an update: metadata first, as that is checked before the kind's own rules.
 * @see staging/src/k8s.io/apiserver/pkg/registry/rest/update.go validateCommonFields
 */
function updateFaults(
  definition: KindDefinition,
  next: KubeObject,
  old: KubeObject,
  fixed: readonly FieldError[],
): readonly FieldError[] {
  const ofObject = definition.validate?.(next) ?? NO_FAULTS;
  const ofChange = definition.validateUpdate?.(next, old) ?? NO_FAULTS;
  if (ofObject.length + ofChange.length + fixed.length === 0) return NO_FAULTS;
  const common = [...ofObject, ...ofChange].filter(({ field }) => COMMON_FIELDS.test(field));
  return [
    ...fixed,
    ...common,
    ...fixed,
    ...(definition.changesFirst ? [...ofChange, ...ofObject] : [...ofObject, ...ofChange]),
  ];
}

const NO_FAULTS: readonly FieldError[] = [];

/**
 * Metadata that only the server writes. A time of deletion that is set stays what it is, whatever a request says.
 * @see staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go ValidateObjectMetaAccessorUpdate
 */
function fixedMetaFaults(given: ObjectMeta, live: ObjectMeta): readonly FieldError[] {
  const { uid, deletionTimestamp, deletionGracePeriodSeconds: period } = given;
  const faults: FieldError[] = [];
  const fault = (field: string, value: unknown): void => {
    faults.push(invalidValue(`metadata.${field}`, value, IMMUTABLE));
  };
  if (uid && uid !== live.uid) fault('uid', uid);
  if (deletionTimestamp && live.deletionTimestamp === undefined) fault('deletionTimestamp', deletionTimestamp);
  if (typeof period === 'number' && period !== live.deletionGracePeriodSeconds)
    fault('deletionGracePeriodSeconds', period);
  return faults;
}

function withoutDeletion(metadata: ObjectMeta): ObjectMeta {
  if (metadata.deletionTimestamp === undefined && metadata.deletionGracePeriodSeconds === undefined) return metadata;
  const { deletionTimestamp: _1, deletionGracePeriodSeconds: _2, ...kept } = metadata;
  return kept;
}

/** Where a few kinds are kept that have another name there. @see pkg/kubeapiserver/default_storage_factory_builder.go */
const STORED_AS: Readonly<Record<string, string>> = {
  endpoints: 'services/endpoints',
  nodes: 'minions',
  replicationcontrollers: 'controllers',
  services: 'services/specs',
};

/** What a PUT takes for granted. @see staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go Update */
function unmetByPut(definition: KindDefinition, { metadata }: KubeObject, live: KubeObject): StatusError | undefined {
  const { name, uid, resourceVersion } = metadata;
  if (uid && uid !== live.metadata.uid) return otherUid(definition, live, uid);
  if (resourceVersion || !definition.conditionalUpdates) return undefined;
  const fault = invalidValue('metadata.resourceVersion', 0, 'must be specified for an update');
  return invalid({ ...definition, kind: definition.plural }, name, [fault]);
}

/** @see staging/src/k8s.io/apiserver/pkg/storage/interfaces.go Preconditions.Check */
function otherUid(definition: KindDefinition, { metadata }: KubeObject, uid: string): StatusError {
  const { plural, group } = definition;
  const place = group === '' ? (STORED_AS[plural] ?? plural) : plural;
  const key = ['/registry', place, metadata.namespace, metadata.name].filter((part) => part !== undefined).join('/');
  const failed = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`;
  const text = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${failed}`;
  return new StatusError(
    'Conflict',
    `Operation cannot be fulfilled on ${tableOf(definition)} "${metadata.name}": ${text}`,
  );
}

/** @see staging/src/k8s.io/apiserver/pkg/registry/rest/delete.go BeforeDelete */
function failedPrecondition(
  { kind, group }: KindDefinition,
  { metadata }: KubeObject,
  { preconditions = {} }: DeleteOptions,
): StatusError | undefined {
  const { uid, resourceVersion } = preconditions;
  const refuse = (what: string, given: string, found: string, done: string): StatusError => {
    const text = `the ${what} in the precondition (${given}) does not match the ${what} in record (${found}). The object might have been ${done}`;
    const resource = group === '' ? kind : `${kind}.${group}`;
    return new StatusError('Conflict', `Operation cannot be fulfilled on ${resource} "${metadata.name}": ${text}`);
  };
  if (uid !== undefined && uid !== metadata.uid) return refuse('UID', uid, metadata.uid, 'deleted and then recreated');
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    return refuse('ResourceVersion', resourceVersion, metadata.resourceVersion, 'modified');
  return undefined;
}

/** Objects are numbered in the order in which they were written. */
const nextVersion = (ctx: Context): string => String(ctx.log.rows + 1);

const fieldOf = (object: KubeObject, field: string): unknown => (object as unknown as Record<string, unknown>)[field];

const spaceOf = ({ metadata }: KubeObject): { namespace?: string } =>
  metadata.namespace ? { namespace: metadata.namespace } : {};

const withEntries = (object: KubeObject, managedFields: readonly ManagedFieldsEntry[]): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, managedFields },
});

/** Managed fields after a request that may not know of them; no entry, or one that says nothing, resets them. */
function entriesOf({ metadata: { managedFields } }: KubeObject, live: KubeObject): readonly ManagedFieldsEntry[] {
  if (managedFields === undefined) return live.metadata.managedFields ?? [];
  const [first] = managedFields;
  return first && managedFields.length === 1 && Object.keys(first).length === 0 ? [] : managedFields;
}

function withStatus(object: KubeObject, from: KubeObject): KubeObject {
  const status = fieldOf(from, 'status');
  if (status !== undefined) return { ...object, status } as KubeObject;
  if (!('status' in object)) return object;
  const { status: _, ...rest } = object;
  return rest as KubeObject;
}

function withAnnotationsOf(object: KubeObject, { metadata: { annotations } }: KubeObject): KubeObject {
  const { annotations: _, ...metadata } = object.metadata;
  return { ...object, metadata: annotations === undefined ? metadata : { ...metadata, annotations } };
}

/** What a dry run answers: no version is given out. */
function dryRunResult(object: KubeObject, before: KubeObject | undefined): KubeObject {
  const { resourceVersion: _, ...metadata } = object.metadata;
  const version = before ? { resourceVersion: before.metadata.resourceVersion } : {};
  return { ...object, metadata: tidyMeta({ ...metadata, ...version } as ObjectMeta) };
}

/** Empty maps and lists are not stored, as Go's omitempty has it. */
function tidyMeta(metadata: ObjectMeta): ObjectMeta {
  for (const field in metadata) {
    if (!isEmptyMeta([field, metadata[field as keyof ObjectMeta]])) continue;
    const entries = Object.entries(metadata).filter((entry) => !isEmptyMeta(entry));
    return Object.fromEntries(entries) as unknown as ObjectMeta;
  }
  return metadata;
}

function isEmptyMeta([field, value]: readonly [field: string, value: unknown]): boolean {
  if (value === undefined || value === null) return true;
  if (field === 'finalizers' || field === 'ownerReferences') return (value as readonly unknown[]).length === 0;
  if (field === 'labels' || field === 'annotations') {
    for (const _ in value as object) return false;
    return true;
  }
  return false;
}

function withPropagation(finalizers: readonly string[], { propagationPolicy }: DeleteOptions): readonly string[] {
  const kept = finalizers.filter((name) => name !== 'orphan' && name !== 'foregroundDeletion');
  if (propagationPolicy === 'Orphan') return [...kept, 'orphan'];
  if (propagationPolicy === 'Foreground') return [...kept, 'foregroundDeletion'];
  return propagationPolicy === undefined ? finalizers : kept;
}
