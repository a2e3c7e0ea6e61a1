import { deepEqual } from '../../api/diff.ts';
import { attempt, StatusError } from '../../api/errors.ts';
import { recordEvent } from '../../api/events.ts';
import { keyOf } from '../../api/kind.ts';
import { isFinished } from '../../api/kinds/podrequests.ts';
import type { Deployment, Pod, PodTemplateSpec, ReplicaSet } from '../../api/object.ts';
import { type ApiServer, controllerRef } from '../../api/server.ts';
import { PODS, REPLICA_SETS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { claimObjects, isControlledBy } from '../owners.ts';
import { hashOf } from '../templatehash.ts';
import { newCondition, REASONS, setCondition } from './conditions.ts';
import {
  copiedAnnotations,
  findNewReplicaSet,
  hasProgressDeadline,
  isNewReplicaSet,
  newRSNewReplicas,
  progressingCondition,
  REVISION,
  REVISION_HISTORY,
  replicasAnnotations,
  replicasOf,
  revisionOf,
  TEMPLATE_HASH,
} from './util.ts';

export const SOURCE = 'deployment-controller';
const MAX_HISTORY = 2000;

/** One sync of one deployment: the deployment as last written. */
export interface Sync {
  readonly api: ApiServer;
  readonly ctx: Context;
  deployment: Deployment;
}

export interface ReplicaSets {
  readonly newRS: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

export const allOf = ({ newRS, old }: ReplicaSets): readonly ReplicaSet[] => (newRS ? [...old, newRS] : old);

/** Writes the deployment's status, and its revision with it. */
export function updateDeploymentStatus(sync: Sync, deployment: Deployment): void {
  sync.deployment = sync.api.updateStatus(sync.ctx, deployment);
}

/** The sets that a deployment controls, after adoption and release. @see getReplicaSetsForDeployment */
export function replicaSetsOf({ api, ctx, deployment }: Sync): readonly ReplicaSet[] {
  const read = (keys: readonly string[]): ReplicaSet[] =>
    keys.flatMap((key) => ctx.get<ReplicaSet>(REPLICA_SETS, key) ?? []);
  const owned = read(ctx.bucket(REPLICA_SETS, 'byOwner', deployment.metadata.uid));
  const free = read(ctx.bucket(REPLICA_SETS, 'orphans', deployment.metadata.namespace ?? ''));
  return claimObjects(api, ctx, deployment, owned, free);
}

/** The set of the current template and all others; creates the first if asked to. @see getAllReplicaSetsAndSyncRevision */
export function getAllReplicaSetsAndSyncRevision(
  sync: Sync,
  sets: readonly ReplicaSet[],
  create: boolean,
): ReplicaSets {
  const existing = findNewReplicaSet(sync.deployment, sets);
  const old = sets.filter(({ metadata }) => metadata.uid !== existing?.metadata.uid);
  const revision = String(Math.max(0, ...old.map(revisionOf)) + 1);
  if (existing) return { newRS: syncNewReplicaSet(sync, existing, revision), old };
  return { newRS: create ? createNewReplicaSet(sync, old, revision) : undefined, old };
}

/** Revision and annotations of a set whose template is the deployment's again. @see SetNewReplicaSetAnnotations */
function newReplicaSetAnnotations(
  deployment: Deployment,
  rs: ReplicaSet,
  revision: string,
): Readonly<Record<string, string>> {
  const before = rs.metadata.annotations ?? {};
  const annotations: Record<string, string> = { ...before, ...copiedAnnotations(deployment) };
  const oldRevision = before[REVISION];
  if (revisionOf(rs) >= Number(revision)) return annotations;
  annotations[REVISION] = revision;
  if (oldRevision !== undefined) {
    const history = before[REVISION_HISTORY] ? [...before[REVISION_HISTORY].split(','), oldRevision] : [oldRevision];
    while (history.join(',').length > MAX_HISTORY) history.shift();
    annotations[REVISION_HISTORY] = history.join(',');
  }
  return annotations;
}

function syncNewReplicaSet(sync: Sync, rs: ReplicaSet, revision: string): ReplicaSet {
  const { api, ctx, deployment } = sync;
  const annotations = newReplicaSetAnnotations(deployment, rs, revision);
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  if (!deepEqual(annotations, rs.metadata.annotations ?? {}) || (rs.spec.minReadySeconds ?? 0) !== minReadySeconds) {
    return api.update<ReplicaSet>(ctx, {
      ...rs,
      metadata: { ...rs.metadata, annotations },
      spec: { ...rs.spec, minReadySeconds },
    });
  }
  const message = `Found new replica set ${JSON.stringify(rs.metadata.name)}`;
  const unknown = hasProgressDeadline(deployment) && progressingCondition(deployment.status) === undefined;
  const status = unknown
    ? setCondition(
        deployment.status ?? {},
        newCondition('Progressing', 'True', REASONS.foundNewReplicaSet, message, api.timestamp(ctx)),
      )
    : deployment.status;
  writeRevision(sync, annotations[REVISION] ?? '', status);
  return rs;
}

/** @see SetDeploymentRevision */
function writeRevision(sync: Sync, revision: string, status: Deployment['status']): void {
  const { deployment } = sync;
  const { annotations = {} } = deployment.metadata;
  if (annotations[REVISION] === revision && status === deployment.status) return;
  const metadata = { ...deployment.metadata, annotations: { ...annotations, [REVISION]: revision } };
  updateDeploymentStatus(sync, { ...deployment, metadata, ...(status && { status }) });
}

/** @see getNewReplicaSet */
function createNewReplicaSet(sync: Sync, old: readonly ReplicaSet[], revision: string): ReplicaSet {
  const { api, ctx, deployment } = sync;
  const { metadata, spec, status = {} } = deployment;
  const hash = hashOf(spec.template, status.collisionCount);
  const labels = { ...spec.template.metadata?.labels, [TEMPLATE_HASH]: hash };
  const template: PodTemplateSpec = { ...spec.template, metadata: { ...spec.template.metadata, labels } };
  const name = `${metadata.name}-${hash}`;
  const replicas = newRSNewReplicas(deployment, old, 0);
  const created = attempt(() =>
    api.create<ReplicaSet>(ctx, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name,
        namespace: metadata.namespace ?? 'default',
        labels,
        annotations: { ...copiedAnnotations(deployment), [REVISION]: revision, ...replicasAnnotations(deployment) },
        ownerReferences: [controllerRef(deployment)],
      },
      spec: {
        replicas,
        ...(spec.minReadySeconds !== undefined && { minReadySeconds: spec.minReadySeconds }),
        selector: { ...spec.selector, matchLabels: { ...spec.selector.matchLabels, [TEMPLATE_HASH]: hash } },
        template,
      },
    }),
  );
  if (created instanceof StatusError) return resolveConflict(sync, name, created);
  if (replicas > 0) {
    const message = `Scaled up replica set ${name} from 0 to ${replicas}`;
    recordEvent(api, ctx, { source: SOURCE, about: deployment, type: 'Normal', reason: 'ScalingReplicaSet', message });
  }
  const message = `Created new replica set ${JSON.stringify(name)}`;
  const condition = newCondition('Progressing', 'True', REASONS.newReplicaSetCreated, message, api.timestamp(ctx));
  writeRevision(sync, revision, hasProgressDeadline(deployment) ? setCondition(status, condition) : deployment.status);
  return created;
}

/** A set of that name is there already: it is the one wanted, or another template has the same hash. */
function resolveConflict(sync: Sync, name: string, refused: StatusError): ReplicaSet {
  const { api, ctx, deployment } = sync;
  const { namespace } = deployment.metadata;
  if (refused.reason === 'AlreadyExists') {
    const rs = ctx.get<ReplicaSet>(REPLICA_SETS, keyOf(namespace, name));
    if (rs && isControlledBy(rs, deployment) && isNewReplicaSet(deployment, rs)) return rs;
    if (rs)
      updateDeploymentStatus(sync, {
        ...deployment,
        status: { ...deployment.status, collisionCount: (deployment.status?.collisionCount ?? 0) + 1 },
      });
    throw refused;
  }
  if (refused.message.includes('because it is being terminated')) throw refused;
  const message = `Failed to create new replica set ${JSON.stringify(name)}: ${refused.message}`;
  if (hasProgressDeadline(deployment)) {
    const condition = newCondition('Progressing', 'False', REASONS.replicaSetCreateError, message, api.timestamp(ctx));
    attempt(() =>
      updateDeploymentStatus(sync, { ...deployment, status: setCondition(deployment.status ?? {}, condition) }),
    );
  }
  recordEvent(api, ctx, {
    source: SOURCE,
    about: deployment,
    type: 'Warning',
    reason: REASONS.replicaSetCreateError,
    message,
  });
  throw refused;
}

/** Sets the replicas of a set, and what it should know of its deployment's size. @see scaleReplicaSet */
export function scaleReplicaSet({ api, ctx, deployment }: Sync, rs: ReplicaSet, replicas: number): ReplicaSet {
  const annotations = { ...rs.metadata.annotations, ...replicasAnnotations(deployment) };
  const [from, sizeChanges] = [replicasOf(rs), replicasOf(rs) !== replicas];
  if (!sizeChanges && deepEqual(annotations, rs.metadata.annotations)) return rs;
  const scaled = api.update<ReplicaSet>(ctx, {
    ...rs,
    metadata: { ...rs.metadata, annotations },
    spec: { ...rs.spec, replicas },
  });
  if (sizeChanges) {
    const message = `Scaled ${from < replicas ? 'up' : 'down'} replica set ${rs.metadata.name} from ${from} to ${replicas}`;
    recordEvent(api, ctx, { source: SOURCE, about: deployment, type: 'Normal', reason: 'ScalingReplicaSet', message });
  }
  return scaled;
}

/** As `scaleReplicaSet`, where a set of the right size needs nothing. @see scaleReplicaSetAndRecordEvent */
export const scaleTo = (sync: Sync, rs: ReplicaSet, replicas: number): ReplicaSet =>
  replicasOf(rs) === replicas ? rs : scaleReplicaSet(sync, rs, replicas);

/** Whether a pod of any set but the newest may still run. @see recreate.go oldPodsRunning */
export function oldPodsRunning({ ctx }: Sync, { old }: ReplicaSets): boolean {
  if (old.some(({ status }) => (status?.replicas ?? 0) > 0)) return true;
  return old.some(({ metadata }) =>
    ctx.bucket(PODS, 'byOwner', metadata.uid).some((key) => {
      const pod = ctx.get<Pod>(PODS, key);
      return pod !== undefined && !isFinished(pod);
    }),
  );
}
