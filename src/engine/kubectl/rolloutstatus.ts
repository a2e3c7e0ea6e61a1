import type { KubeObject } from '../api/object.ts';
import { CommandError } from './result.ts';

interface Counts {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
  readonly readyReplicas?: number;
  readonly currentReplicas?: number;
  readonly currentRevision?: string;
  readonly updateRevision?: string;
  readonly desiredNumberScheduled?: number;
  readonly updatedNumberScheduled?: number;
  readonly numberAvailable?: number;
  readonly conditions?: readonly { readonly type: string; readonly reason?: string }[];
}

interface Rolled extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly partition?: number } };
  };
  readonly status?: Counts;
}

/** What `rollout status` says of a workload, with its line break, and whether it is rolled out. */
export interface RolloutStatus {
  readonly text: string;
  readonly done: boolean;
}

const waits = (text: string): RolloutStatus => ({ text: `${text}...\n`, done: false });
const complete = (text: string): RolloutStatus => ({ text: `${text}\n`, done: true });

/**
 * @throws CommandError where the rollout has failed or cannot be followed
 * @see staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go
 */
export function rolloutStatus(object: KubeObject, revision: number): RolloutStatus {
  const workload = object as Rolled;
  switch (object.kind) {
    case 'Deployment':
      return deploymentStatus(workload, revision);
    case 'DaemonSet':
      return daemonSetStatus(workload);
    default:
      return statefulSetStatus(workload);
  }
}

function deploymentStatus({ metadata, spec, status = {} }: Rolled, revision: number): RolloutStatus {
  const { name, generation = 0, annotations } = metadata;
  const running = Number(annotations?.['deployment.kubernetes.io/revision'] ?? 0);
  if (revision > 0 && revision !== running)
    throw new CommandError(`desired revision (${revision}) is different from the running revision (${running})`);
  if (generation > (status.observedGeneration ?? 0)) return waits('Waiting for deployment spec update to be observed');
  if (status.conditions?.some(({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded'))
    throw new CommandError(`deployment "${name}" exceeded its progress deadline`);
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const doing = `Waiting for deployment "${name}" rollout to finish`;
  if (spec.replicas !== undefined && updatedReplicas < spec.replicas)
    return waits(`${doing}: ${updatedReplicas} out of ${spec.replicas} new replicas have been updated`);
  if (replicas > updatedReplicas)
    return waits(`${doing}: ${replicas - updatedReplicas} old replicas are pending termination`);
  if (availableReplicas < updatedReplicas)
    return waits(`${doing}: ${availableReplicas} of ${updatedReplicas} updated replicas are available`);
  return complete(`deployment "${name}" successfully rolled out`);
}

const onlyRolling = (): never => {
  throw new CommandError('rollout status is only available for RollingUpdate strategy type');
};

function daemonSetStatus({ metadata: { name, generation = 0 }, spec, status = {} }: Rolled): RolloutStatus {
  if (spec.updateStrategy?.type !== 'RollingUpdate') onlyRolling();
  if (generation > (status.observedGeneration ?? 0)) return waits('Waiting for daemon set spec update to be observed');
  const { desiredNumberScheduled = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = status;
  const doing = `Waiting for daemon set "${name}" rollout to finish`;
  if (updatedNumberScheduled < desiredNumberScheduled)
    return waits(`${doing}: ${updatedNumberScheduled} out of ${desiredNumberScheduled} new pods have been updated`);
  if (numberAvailable < desiredNumberScheduled)
    return waits(`${doing}: ${numberAvailable} of ${desiredNumberScheduled} updated pods are available`);
  return complete(`daemon set "${name}" successfully rolled out`);
}

function statefulSetStatus({ metadata: { generation = 0 }, spec, status = {} }: Rolled): RolloutStatus {
  const { updateStrategy, replicas } = spec;
  if (updateStrategy?.type !== 'RollingUpdate') onlyRolling();
  const { observedGeneration = 0, readyReplicas = 0, updatedReplicas = 0, currentReplicas = 0 } = status;
  if (observedGeneration === 0 || generation > observedGeneration)
    return waits('Waiting for statefulset spec update to be observed');
  if (replicas !== undefined && readyReplicas < replicas)
    return waits(`Waiting for ${replicas - readyReplicas} pods to be ready`);
  const partition = updateStrategy?.rollingUpdate?.partition;
  if (updateStrategy?.rollingUpdate) {
    const wanted = (replicas ?? 0) - (partition ?? 0);
    if (replicas !== undefined && partition !== undefined && updatedReplicas < wanted) {
      return waits(
        `Waiting for partitioned roll out to finish: ${updatedReplicas} out of ${wanted} new pods have been updated`,
      );
    }
    return complete(`partitioned roll out complete: ${updatedReplicas} new pods have been updated...`);
  }
  const { currentRevision = '', updateRevision = '' } = status;
  if (updateRevision !== currentRevision) {
    return waits(
      `waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ${updateRevision}`,
    );
  }
  return complete(`statefulset rolling update complete ${currentReplicas} pods at revision ${currentRevision}...`);
}
