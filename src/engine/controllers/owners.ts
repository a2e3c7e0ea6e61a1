import { attempt, StatusError } from '../api/errors.ts';
import type { KubeObject, LabelSelector, OwnerReference } from '../api/object.ts';
import { matchesLabelSelector } from '../api/selectors.ts';
import { type ApiServer, controllerRef } from '../api/server.ts';
import type { Context } from '../sim/context.ts';

/** @see staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/controller_ref.go GetControllerOf */
export const controllerOf = ({ metadata }: KubeObject): OwnerReference | undefined =>
  metadata.ownerReferences?.find(({ controller }) => controller === true);

export const isControlledBy = (object: KubeObject, owner: KubeObject): boolean =>
  controllerOf(object)?.uid === owner.metadata.uid;

/** The object that a controller reference names, if it is there and the same. */
export function resolveController<T extends KubeObject>(
  ctx: Context,
  table: string,
  kind: string,
  object: KubeObject,
): T | undefined {
  const owner = controllerOf(object);
  if (owner?.kind !== kind) return undefined;
  const found = ctx.get<T>(table, `${object.metadata.namespace ?? ''}/${owner.name}`);
  return found?.metadata.uid === owner.uid ? found : undefined;
}

/**
 * Takes what a controller's selector matches and nobody controls, and lets go what it no longer matches; `isMember` says
 * what else an object has to be. Returns the objects that the controller has then.
 * @see pkg/controller/controller_ref_manager.go ClaimObject
 */
export function claimObjects<T extends KubeObject>(
  api: ApiServer,
  ctx: Context,
  owner: KubeObject & { readonly spec: { readonly selector: LabelSelector } },
  owned: readonly T[],
  free: readonly T[],
  isMember: (object: T) => boolean = () => true,
): readonly T[] {
  const matches = (object: T): boolean =>
    matchesLabelSelector(owner.spec.selector, object.metadata.labels) && isMember(object);
  const claimed: T[] = [];
  for (const object of owned) {
    if (matches(object)) claimed.push(object);
    else if (owner.metadata.deletionTimestamp === undefined) release(api, ctx, owner, object);
  }
  if (owner.metadata.deletionTimestamp !== undefined) return claimed;
  for (const object of free) {
    if (object.metadata.deletionTimestamp !== undefined || !matches(object)) continue;
    if (api.get(ctx, refOf(owner)).metadata.deletionTimestamp !== undefined) break;
    const ownerReferences = [...(object.metadata.ownerReferences ?? []), controllerRef(owner)];
    claimed.push(api.update<T>(ctx, { ...object, metadata: { ...object.metadata, ownerReferences } }));
  }
  return claimed;
}

function release<T extends KubeObject>(api: ApiServer, ctx: Context, owner: KubeObject, object: T): void {
  const ownerReferences = (object.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.metadata.uid);
  const released = attempt(() => api.update<T>(ctx, { ...object, metadata: { ...object.metadata, ownerReferences } }));
  // What is gone needs no release.
  if (released instanceof StatusError && released.reason !== 'NotFound') throw released;
}

const refOf = ({ apiVersion, kind, metadata }: KubeObject) => ({
  apiVersion,
  kind,
  name: metadata.name,
  ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
});
