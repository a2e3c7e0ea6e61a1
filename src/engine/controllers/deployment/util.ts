import { deepEqual } from '../../api/diff.ts';
import type { Deployment, PodTemplateSpec, ReplicaSet } from '../../api/object.ts';
import { conditionOf, type DeploymentStatus } from './conditions.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';
export const TEMPLATE_HASH = 'pod-template-hash';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const ROLLBACK_TO = 'deprecated.deployment.rollback.to';
const NOT_COPIED: readonly string[] = [
  LAST_APPLIED,
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  ROLLBACK_TO,
];
/** `math.MaxInt32` stands for no limit. */
const NO_LIMIT = 2_147_483_647;

export const replicasOf = ({ spec }: ReplicaSet | Deployment): number => spec.replicas ?? 1;
export const isActive = (rs: ReplicaSet): boolean => replicasOf(rs) > 0;
export const sum = (sets: readonly ReplicaSet[], amount: (rs: ReplicaSet) => number | undefined): number =>
  sets.reduce((total, rs) => total + (amount(rs) ?? 0), 0);

/** @see k8s.io/apimachinery/pkg/util/intstr GetScaledValueFromIntOrPercent */
function scaled(value: number | string | undefined, total: number, roundUp: boolean): number {
  if (typeof value === 'number') return value;
  const share = (Number.parseInt(value ?? '0', 10) * total) / 100;
  return roundUp ? Math.ceil(share) : Math.floor(share);
}

/** @see ResolveFenceposts */
function fenceposts({ spec: { strategy, replicas = 1 } }: Deployment): {
  readonly surge: number;
  readonly unavailable: number;
} {
  const { maxSurge, maxUnavailable } = strategy?.rollingUpdate ?? {};
  const surge = scaled(maxSurge, replicas, true);
  const unavailable = scaled(maxUnavailable, replicas, false);
  // Rounded down both can be zero, and then nothing could ever move.
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

export const isRollingUpdate = ({ spec }: Deployment): boolean => spec.strategy?.type !== 'Recreate';

/** @see MaxUnavailable */
export function maxUnavailable(deployment: Deployment): number {
  if (!isRollingUpdate(deployment) || replicasOf(deployment) === 0) return 0;
  return Math.min(fenceposts(deployment).unavailable, replicasOf(deployment));
}

/** @see MaxSurge */
export const maxSurge = (deployment: Deployment): number =>
  isRollingUpdate(deployment) ? fenceposts(deployment).surge : 0;

/** How many replicas the newest set should have. @see NewRSNewReplicas */
export function newRSNewReplicas(deployment: Deployment, all: readonly ReplicaSet[], current: number): number {
  if (!isRollingUpdate(deployment)) return replicasOf(deployment);
  const pods = sum(all, replicasOf);
  const most = replicasOf(deployment) + maxSurge(deployment);
  if (pods >= most) return current;
  return current + Math.min(most - pods, replicasOf(deployment) - current);
}

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { labels, ...metadata } = template.metadata ?? {};
  const { [TEMPLATE_HASH]: _, ...rest } = labels ?? {};
  return { ...template, metadata: { ...metadata, labels: rest } };
}

/** @see EqualIgnoreHash */
const equalIgnoreHash = (a: PodTemplateSpec, b: PodTemplateSpec): boolean => deepEqual(withoutHash(a), withoutHash(b));

export const isNewReplicaSet = (deployment: Deployment, rs: ReplicaSet): boolean =>
  equalIgnoreHash(rs.spec.template, deployment.spec.template);

/** Oldest first. @see ReplicaSetsByCreationTimestamp */
export const byCreation = (a: ReplicaSet, b: ReplicaSet): number => {
  const [first, second] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  if (first !== second) return first < second ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
};

/** The set of the deployment's template; of several the oldest. @see FindNewReplicaSet */
export const findNewReplicaSet = (deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined =>
  [...sets].sort(byCreation).find((rs) => isNewReplicaSet(deployment, rs));

/** The only set with replicas, or the newest if none has any; undefined when several have. @see FindActiveOrLatest */
export function findActiveOrLatest(newRS: ReplicaSet | undefined, old: readonly ReplicaSet[]): ReplicaSet | undefined {
  const active = [...old, ...(newRS ? [newRS] : [])].filter(isActive);
  if (active.length > 1) return undefined;
  return active[0] ?? newRS ?? [...old].sort(byCreation).at(-1);
}

/** @see IsSaturated */
export const isSaturated = (deployment: Deployment, rs: ReplicaSet | undefined): boolean =>
  rs !== undefined &&
  replicasOf(rs) === replicasOf(deployment) &&
  Number(rs.metadata.annotations?.[DESIRED_REPLICAS]) === replicasOf(deployment) &&
  (rs.status?.availableReplicas ?? 0) === replicasOf(deployment);

export const revisionOf = ({ metadata }: ReplicaSet): number =>
  Number.parseInt(metadata.annotations?.[REVISION] ?? '0', 10) || 0;

/** Annotations of a new set, without those that are its own. @see copyDeploymentAnnotationsToReplicaSet */
export const copiedAnnotations = ({ metadata }: Deployment): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([key]) => !NOT_COPIED.includes(key)));

export const replicasAnnotations = (deployment: Deployment): Record<string, string> => ({
  [DESIRED_REPLICAS]: String(replicasOf(deployment)),
  [MAX_REPLICAS]: String(replicasOf(deployment) + maxSurge(deployment)),
});

export const hasProgressDeadline = ({ spec }: Deployment): boolean =>
  spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== NO_LIMIT;

export const hasRevisionHistoryLimit = ({ spec }: Deployment): boolean =>
  spec.revisionHistoryLimit !== undefined && spec.revisionHistoryLimit !== NO_LIMIT;

/** All replicas are of the newest template and available. @see DeploymentComplete */
export const deploymentComplete = (deployment: Deployment, status: DeploymentStatus): boolean =>
  (status.updatedReplicas ?? 0) === replicasOf(deployment) &&
  (status.replicas ?? 0) === replicasOf(deployment) &&
  (status.availableReplicas ?? 0) === replicasOf(deployment) &&
  (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);

/** Something moved since the last status. @see DeploymentProgressing */
export function deploymentProgressing({ status: old = {} }: Deployment, now: DeploymentStatus): boolean {
  const stale = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus): number => replicas - updatedReplicas;
  return (
    (now.updatedReplicas ?? 0) > (old.updatedReplicas ?? 0) ||
    stale(now) < stale(old) ||
    (now.readyReplicas ?? 0) > (old.readyReplicas ?? 0) ||
    (now.availableReplicas ?? 0) > (old.availableReplicas ?? 0)
  );
}

export const progressingCondition = (status: DeploymentStatus | undefined) => conditionOf(status, 'Progressing');
