import { attempt, StatusError } from '../../api/errors.ts';
import { type DeleteOptions, tableOf } from '../../api/kind.ts';
import type { KubeObject, OwnerReference } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import type { ComponentType } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import {
  dependentsOf,
  FOREGROUND,
  hasFinalizer,
  isBeingDeleted,
  isDeletingDependents,
  itemOf,
  ORPHAN,
  ownerOf,
  read,
  refOf,
} from './graph.ts';

const DELETE = 'attemptToDelete';
const ORPHANS = 'attemptToOrphan';
const WORKERS = 20;

/**
 * Deletes what no owner is left for, holds owners that go after their dependents, and frees dependents that are to stay.
 * @see pkg/controller/garbagecollector/garbagecollector.go, graph_builder.go
 */
export function garbageCollector(api: ApiServer): ComponentType {
  return {
    type: 'garbage-collector-controller',
    queues: {
      [DELETE]: {
        sync: (ctx, item) => retried(ctx, DELETE, item, () => attemptToDeleteItem(api, ctx, item)),
        workers: WORKERS,
      },
      [ORPHANS]: {
        sync: (ctx, item) => retried(ctx, ORPHANS, item, () => attemptToOrphan(api, ctx, item)),
        workers: WORKERS,
      },
    },
    watches: api.registry.kinds
      .filter(({ aside }) => !aside)
      .map((kind) => ({
        table: tableOf(kind),
        on: (ctx: Context, event: WatchEvent<KubeObject>) => processGraphChanges(api, ctx, event),
      })),
  };
}

function retried(ctx: Context, queue: string, item: string, run: () => void): void {
  const failed = attempt(run);
  if (failed instanceof StatusError && failed.reason !== 'NotFound') ctx.enqueueRateLimited(queue, item);
  else ctx.forget(queue, item);
}

const ownersOf = (object: KubeObject | undefined): readonly OwnerReference[] => object?.metadata.ownerReferences ?? [];

/** @see graph_builder.go processGraphChanges */
function processGraphChanges(
  api: ApiServer,
  ctx: Context,
  { table, key, before, after }: WatchEvent<KubeObject>,
): void {
  const item = itemOf(table, key);
  if (before && after?.metadata.uid !== before.metadata.uid) objectGone(api, ctx, before);
  if (!after) return;
  const same = before?.metadata.uid === after.metadata.uid ? before : undefined;
  // An owner that was never there, or is gone already, will send no event.
  if (
    ownersOf(after) !== ownersOf(same) &&
    ownersOf(after).some((owner) => ownerOf(api, ctx, after, owner) === 'absent')
  ) {
    ctx.enqueue(DELETE, item);
  }
  if (same) unblockOwners(api, ctx, same, after);
  if (!isBeingDeleted(after)) return;
  const starts = (finalizer: string): boolean =>
    hasFinalizer(after, finalizer) && !(same !== undefined && isBeingDeleted(same) && hasFinalizer(same, finalizer));
  if (starts(ORPHAN)) ctx.enqueue(ORPHANS, item);
  if (starts(FOREGROUND)) {
    for (const dependent of dependentsOf(api, ctx, after.metadata.uid)) ctx.enqueue(DELETE, dependent);
    ctx.enqueue(DELETE, item);
  }
}

function objectGone(api: ApiServer, ctx: Context, object: KubeObject): void {
  for (const dependent of dependentsOf(api, ctx, object.metadata.uid)) ctx.enqueue(DELETE, dependent);
  for (const owner of ownersOf(object)) enqueueWaitingOwner(api, ctx, object, owner);
}

/** An owner may have waited for a dependent that no longer holds it. @see addUnblockedOwnersToDeleteQueue */
function unblockOwners(api: ApiServer, ctx: Context, before: KubeObject, after: KubeObject): void {
  if (ownersOf(before) === ownersOf(after)) return;
  for (const owner of ownersOf(before)) {
    const still = ownersOf(after).some(({ uid, blockOwnerDeletion }) => uid === owner.uid && blockOwnerDeletion);
    if (owner.blockOwnerDeletion && !still) enqueueWaitingOwner(api, ctx, before, owner);
  }
}

function enqueueWaitingOwner(api: ApiServer, ctx: Context, dependent: KubeObject, reference: OwnerReference): void {
  const owner = ownerOf(api, ctx, dependent, reference);
  if (typeof owner === 'object' && isDeletingDependents(owner.object)) ctx.enqueue(DELETE, owner.item);
}

/** @see garbagecollector.go attemptToDeleteItem */
function attemptToDeleteItem(api: ApiServer, ctx: Context, item: string): void {
  const object = read(ctx, item);
  if (!object) return;
  if (isBeingDeleted(object)) {
    if (isDeletingDependents(object)) processDeletingDependentsItem(api, ctx, object);
    return;
  }
  const references = ownersOf(object);
  if (references.length === 0) return;
  const owners = references.map((reference) => ({ reference, owner: ownerOf(api, ctx, object, reference) }));
  const waiting = owners.filter(({ owner }) => typeof owner === 'object' && isDeletingDependents(owner.object));
  const solid = owners.filter(
    ({ owner }) => owner !== 'absent' && !(typeof owner === 'object' && isDeletingDependents(owner.object)),
  );
  if (solid.length > 0) {
    if (solid.length < owners.length) {
      const ownerReferences = solid.map(({ reference }) => reference);
      api.update(ctx, { ...object, metadata: { ...object.metadata, ownerReferences } });
    }
    return;
  }
  const dependents = waiting.length > 0 ? dependentsOf(api, ctx, object.metadata.uid) : [];
  if (dependents.length > 0) {
    // Owners that wait for each other in a circle would wait for ever.
    if (dependents.some((dependent) => isWaiting(ctx, dependent))) unblock(api, ctx, object);
    remove(api, ctx, object, 'Foreground');
    return;
  }
  remove(
    api,
    ctx,
    object,
    hasFinalizer(object, ORPHAN) ? 'Orphan' : hasFinalizer(object, FOREGROUND) ? 'Foreground' : 'Background',
  );
}

function isWaiting(ctx: Context, item: string): boolean {
  const object = read(ctx, item);
  return object !== undefined && isDeletingDependents(object);
}

function unblock(api: ApiServer, ctx: Context, object: KubeObject): void {
  const ownerReferences = ownersOf(object).map(({ blockOwnerDeletion: _, ...reference }) => reference);
  api.update(ctx, { ...object, metadata: { ...object.metadata, ownerReferences } });
}

function remove(
  api: ApiServer,
  ctx: Context,
  object: KubeObject,
  propagationPolicy: NonNullable<DeleteOptions['propagationPolicy']>,
): void {
  api.remove(ctx, refOf(object), { propagationPolicy, preconditions: { uid: object.metadata.uid } });
}

/** An owner goes once no dependent is left that blocks it. @see processDeletingDependentsItem */
function processDeletingDependentsItem(api: ApiServer, ctx: Context, owner: KubeObject): void {
  const { uid } = owner.metadata;
  const blocking = dependentsOf(api, ctx, uid).filter((item) =>
    ownersOf(read(ctx, item)).some((reference) => reference.uid === uid && reference.blockOwnerDeletion === true),
  );
  if (blocking.length === 0) {
    withoutFinalizer(api, ctx, owner, FOREGROUND);
    return;
  }
  for (const item of blocking) if (!isWaiting(ctx, item)) ctx.enqueue(DELETE, item);
}

/** @see garbagecollector.go attemptToOrphanWorker, orphanDependents */
function attemptToOrphan(api: ApiServer, ctx: Context, item: string): void {
  const owner = read(ctx, item);
  if (!owner || !isBeingDeleted(owner) || !hasFinalizer(owner, ORPHAN)) return;
  const { uid } = owner.metadata;
  for (const dependent of dependentsOf(api, ctx, uid)) {
    const object = read(ctx, dependent);
    if (!object) continue;
    const ownerReferences = ownersOf(object).filter((reference) => reference.uid !== uid);
    api.update(ctx, { ...object, metadata: { ...object.metadata, ownerReferences } });
  }
  withoutFinalizer(api, ctx, owner, ORPHAN);
}

function withoutFinalizer(api: ApiServer, ctx: Context, object: KubeObject, finalizer: string): void {
  const finalizers = (object.metadata.finalizers ?? []).filter((name) => name !== finalizer);
  api.update(ctx, { ...object, metadata: { ...object.metadata, finalizers } });
}
