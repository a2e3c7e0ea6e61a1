import type { TableCatalog } from '../sim/store.ts';
import type { IndexSpec } from '../sim/types.ts';
import { type AdmissionPlugin, apiVersionOf, type KindDefinition, tableOf } from './kind.ts';
import type { KubeObject } from './object.ts';

/** Index of every kind but Events: objects by the uid of each of their owners. */
export const DEPENDENTS = 'dependents';
const NONE: readonly string[] = [];
const dependents: IndexSpec<KubeObject> = {
  of: ({ metadata: { ownerReferences } }) =>
    ownerReferences ? [...new Set(ownerReferences.map(({ uid }) => uid))] : NONE,
};

type AdmissionHook = Exclude<keyof AdmissionPlugin, 'name'>;

/** All kinds that the API server serves, found by any of their names. */
export class Registry {
  readonly kinds: readonly KindDefinition[];
  readonly #admission: readonly AdmissionPlugin[];
  readonly #hooks = new Map<AdmissionHook, readonly never[]>();
  readonly #byVersionKind = new Map<string, Map<string, KindDefinition>>();
  readonly #byKind = new Map<string, KindDefinition[]>();
  readonly #byTable = new Map<string, KindDefinition>();
  readonly #byName = new Map<string, KindDefinition>();

  constructor(kinds: readonly KindDefinition[], admission: readonly AdmissionPlugin[]) {
    this.kinds = kinds;
    this.#admission = admission;
    for (const kind of kinds) {
      const ofVersion = this.#byVersionKind.get(apiVersionOf(kind)) ?? new Map<string, KindDefinition>();
      this.#byVersionKind.set(apiVersionOf(kind), ofVersion.set(kind.kind, kind));
      this.#byKind.set(kind.kind, [...(this.#byKind.get(kind.kind) ?? []), kind]);
      this.#byTable.set(tableOf(kind), kind);
      for (const name of [kind.plural, kind.singular, kind.kind.toLowerCase(), ...kind.shortNames]) {
        for (const full of [
          name,
          ...(kind.group === '' ? [] : [`${name}.${kind.group}`, `${name}.${kind.version}.${kind.group}`]),
        ]) {
          if (!this.#byName.has(full)) this.#byName.set(full, kind);
        }
      }
    }
  }

  declareTables(catalog: TableCatalog): void {
    for (const kind of this.kinds) {
      const { aggregates, unsettles, aside } = kind;
      const indices = kind.aside ? kind.indices : { ...kind.indices, [DEPENDENTS]: dependents };
      catalog.declare({
        name: tableOf(kind),
        class: 'published',
        ...(indices && { indices }),
        ...(aggregates && { aggregates }),
        ...(unsettles && { unsettles }),
        ...(aside && { aside }),
      } as Parameters<TableCatalog['declare']>[0]);
    }
  }

  /** What the admission plugins do at one point of a request, in their order. */
  admission<H extends AdmissionHook>(hook: H): readonly NonNullable<AdmissionPlugin[H]>[] {
    let hooks = this.#hooks.get(hook);
    if (!hooks) {
      hooks = this.#admission.flatMap((plugin) => (plugin[hook] as never | undefined) ?? []);
      this.#hooks.set(hook, hooks);
    }
    return hooks;
  }

  byVersionKind(apiVersion: string, kind: string): KindDefinition | undefined {
    return this.#byVersionKind.get(apiVersion)?.get(kind);
  }

  /** By kind alone, and the group where one is given: how references in operations name things. */
  byKind(kind: string, group?: string): KindDefinition | undefined {
    const found = this.#byKind.get(kind);
    return group === undefined ? found?.[0] : found?.find((definition) => definition.group === group);
  }

  byTable(table: string): KindDefinition | undefined {
    return this.#byTable.get(table);
  }

  /** By what a user types: plural, singular, short name, each also with its group; any case. */
  byName(name: string): KindDefinition | undefined {
    return this.#byName.get(name.toLowerCase());
  }
}
