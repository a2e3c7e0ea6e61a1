import { deepEqual } from '../../api/diff.ts';
import { attempt, StatusError } from '../../api/errors.ts';
import type { ControllerRevision } from '../../api/kinds/controllerrevision.ts';
import type { StatefulSet } from '../../api/kinds/statefulset.ts';
import type { ObjectInput, PodTemplateSpec } from '../../api/object.ts';
import { matchesLabelSelector } from '../../api/selectors.ts';
import { controllerRef } from '../../api/server.ts';
import { CONTROLLER_REVISIONS } from '../../api/tables.ts';
import { controllerOf } from '../owners.ts';
import { hashOf } from '../templatehash.ts';
import { getPodRevision } from './identity.ts';
import type { Sync } from './sync.ts';

const HASH_LABEL = 'controller.kubernetes.io/hash';
const MAX_PREFIX = 223;

/** The two templates that a set's pods may be made of; the same one unless an update is on its way. */
export interface Revisions {
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
  readonly collisionCount: number;
}

const byRevision = (a: ControllerRevision, b: ControllerRevision): number =>
  a.revision - b.revision ||
  (a.metadata.creationTimestamp === b.metadata.creationTimestamp
    ? a.metadata.name < b.metadata.name
      ? -1
      : 1
    : a.metadata.creationTimestamp < b.metadata.creationTimestamp
      ? -1
      : 1);

/** The revisions that the set has or may adopt, oldest first. @see pkg/controller/history ListControllerRevisions */
export function listRevisions({ ctx, set }: Sync): readonly ControllerRevision[] {
  return ctx
    .bucket(CONTROLLER_REVISIONS, 'byNamespace', set.metadata.namespace ?? '')
    .flatMap((key) => ctx.get<ControllerRevision>(CONTROLLER_REVISIONS, key) ?? [])
    .filter((revision) => {
      const owner = controllerOf(revision);
      return (
        (owner === undefined || owner.uid === set.metadata.uid) &&
        matchesLabelSelector(set.spec.selector, revision.metadata.labels)
      );
    })
    .sort(byRevision);
}

/** @see adoptOrphanRevisions */
export function adoptOrphanRevisions(sync: Sync): void {
  const { api, ctx, set } = sync;
  const orphans = listRevisions(sync).filter((revision) => controllerOf(revision) === undefined);
  if (orphans.length === 0) return;
  const fresh = api.get<StatefulSet>(ctx, sync.ref);
  if (fresh.metadata.uid !== set.metadata.uid || fresh.metadata.deletionTimestamp !== undefined)
    throw new StatusError('Conflict', "can't adopt ControllerRevisions");
  for (const { metadata, ...revision } of orphans) {
    const ownerReferences = [...(metadata.ownerReferences ?? []), controllerRef(set)];
    api.update<ControllerRevision>(ctx, { ...revision, metadata: { ...metadata, ownerReferences } });
  }
}

const dataOf = ({ spec }: StatefulSet): { readonly spec: { readonly template: PodTemplateSpec } } => ({
  spec: { template: { ...spec.template, $patch: 'replace' } as PodTemplateSpec },
});

/** The set as a revision makes it. @see ApplyRevision */
export function applyRevision(set: StatefulSet, { data }: ControllerRevision): StatefulSet {
  const { $patch: _, ...template } = (data as ReturnType<typeof dataOf>).spec.template as PodTemplateSpec & {
    readonly $patch?: string;
  };
  return { ...set, spec: { ...set.spec, template } };
}

/**
 * The revision that the set is at and the one that its template is now, which is created, or raised if it was there before.
 * @see getStatefulSetRevisions
 */
export function getStatefulSetRevisions(sync: Sync, revisions: readonly ControllerRevision[]): Revisions {
  const { api, ctx, set } = sync;
  const last = revisions.at(-1);
  const data = dataOf(set);
  const equal = revisions.filter((revision) => deepEqual(revision.data, data)).at(-1);
  const next = (last?.revision ?? 0) + 1;
  const update =
    equal === undefined
      ? createRevision(sync, data, next)
      : { revision: equal === last ? equal : api.update(ctx, { ...equal, revision: next }), collisions: undefined };
  const current = revisions.find(({ metadata }) => metadata.name === set.status?.currentRevision);
  return {
    update: update.revision,
    current: current ?? update.revision,
    collisionCount: update.collisions ?? set.status?.collisionCount ?? 0,
  };
}

/** Another template may have the same hash: then the collision makes another name. @see CreateControllerRevision */
function createRevision(
  { api, ctx, set }: Sync,
  data: ReturnType<typeof dataOf>,
  revision: number,
): { readonly revision: ControllerRevision; readonly collisions: number } {
  const prefix = set.metadata.name.slice(0, MAX_PREFIX);
  const { labels, annotations } = { labels: set.spec.template.metadata?.labels, annotations: set.metadata.annotations };
  const first = hashOf(data, set.status?.collisionCount ?? 0);
  for (let collisions = set.status?.collisionCount ?? 0; ; collisions++) {
    const name = `${prefix}-${hashOf(data, collisions)}`;
    const input: ObjectInput = {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name,
        namespace: set.metadata.namespace ?? 'default',
        // The label keeps the first hash.
        labels: { ...labels, [HASH_LABEL]: first },
        ...(annotations && { annotations }),
        ownerReferences: [controllerRef(set)],
      },
      data,
      revision,
    };
    const created = attempt(() => api.create<ControllerRevision>(ctx, input));
    if (!(created instanceof StatusError)) return { revision: created, collisions };
    if (created.reason !== 'AlreadyExists') throw created;
    const there = api.get<ControllerRevision>(ctx, {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      namespace: set.metadata.namespace ?? 'default',
      name,
    });
    if (deepEqual(there.data, data)) return { revision: there, collisions };
  }
}

/** Deletes the oldest revisions that no pod has, beyond the limit. @see truncateHistory */
export function truncateHistory(
  { api, ctx, set, pods }: Sync,
  revisions: readonly ControllerRevision[],
  { current, update }: Revisions,
): void {
  const live = new Set([current.metadata.name, update.metadata.name, ...pods.map(getPodRevision)]);
  const history = revisions.filter(({ metadata }) => !live.has(metadata.name));
  const limit = set.spec.revisionHistoryLimit ?? 10;
  if (limit < 0) return;
  for (const { apiVersion, kind, metadata } of history.slice(0, Math.max(0, history.length - limit)))
    api.remove(ctx, { apiVersion, kind, namespace: metadata.namespace ?? '', name: metadata.name });
}
