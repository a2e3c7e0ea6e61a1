import { tableOf } from '../../api/kind.ts';
import type { KubeObject, OwnerReference } from '../../api/object.ts';
import { DEPENDENTS } from '../../api/registry.ts';
import type { ApiServer, Ref } from '../../api/server.ts';
import type { Context } from '../../sim/context.ts';

export const ORPHAN = 'orphan';
export const FOREGROUND = 'foregroundDeletion';

/** An object as queues name it: `<table>|<key>`. */
export const itemOf = (table: string, key: string): string => `${table}|${key}`;

export function read(ctx: Context, item: string): KubeObject | undefined {
  const cut = item.indexOf('|');
  return ctx.get<KubeObject>(item.slice(0, cut), item.slice(cut + 1));
}

export const hasFinalizer = ({ metadata }: KubeObject, name: string): boolean =>
  metadata.finalizers?.includes(name) ?? false;

export const isBeingDeleted = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined;

/** Goes only after its dependents. */
export const isDeletingDependents = (object: KubeObject): boolean =>
  isBeingDeleted(object) && hasFinalizer(object, FOREGROUND);

export const refOf = ({ apiVersion, kind, metadata }: KubeObject): Ref => ({
  apiVersion,
  kind,
  name: metadata.name,
  ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
});

/** Items that name an object as their owner. */
export const dependentsOf = (api: ApiServer, ctx: Context, uid: string): readonly string[] =>
  api.registry.kinds.flatMap((kind) =>
    kind.aside ? [] : ctx.bucket(tableOf(kind), DEPENDENTS, uid).map((key) => itemOf(tableOf(kind), key)),
  );

/** Item and object of an owner, if the reference leads to an object with its uid. A kind that is not served counts as there. */
export function ownerOf(
  api: ApiServer,
  ctx: Context,
  dependent: KubeObject,
  { apiVersion, kind, name, uid }: OwnerReference,
): { readonly item: string; readonly object: KubeObject } | 'absent' | 'unknown' {
  const definition = api.registry.byVersionKind(apiVersion, kind) ?? api.registry.byKind(kind, groupOf(apiVersion));
  if (!definition) return 'unknown';
  const key = definition.namespaced ? `${dependent.metadata.namespace ?? ''}/${name}` : name;
  const object = ctx.get<KubeObject>(tableOf(definition), key);
  return object?.metadata.uid === uid ? { item: itemOf(tableOf(definition), key), object } : 'absent';
}

const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
