import type { ApiServer } from './api/server.ts';
import { attachDetachController } from './controllers/attach-detach/index.ts';
import { deployment } from './controllers/deployment/index.ts';
import { ephemeralVolume } from './controllers/ephemeral-volume/index.ts';
import { garbageCollector } from './controllers/garbage-collector/index.ts';
import { namespaceController } from './controllers/namespace/index.ts';
import { nodeLifecycle } from './controllers/node-lifecycle/index.ts';
import { persistentVolumeBinder } from './controllers/persistentvolume-binder/index.ts';
import { persistentVolumeExpander } from './controllers/persistentvolume-expander/index.ts';
import { podGarbageCollector } from './controllers/pod-garbage-collector/index.ts';
import { persistentVolumeProtection } from './controllers/pv-protection/index.ts';
import { persistentVolumeClaimProtection } from './controllers/pvc-protection/index.ts';
import { replicaSet } from './controllers/replicaset/index.ts';
import { resourceQuotaController } from './controllers/resourcequota/index.ts';
import { rootCACertPublisher } from './controllers/root-ca-certificate-publisher/index.ts';
import { serviceAccountController } from './controllers/serviceaccount/index.ts';
import { statefulSet } from './controllers/statefulset/index.ts';
import { taintEviction } from './controllers/taint-eviction/index.ts';
import { volumeAttributesClassProtection } from './controllers/vac-protection/index.ts';
import { csiAttacher } from './csi/attacher/index.ts';
import { answerDriver } from './csi/fake/index.ts';
import { csiProvisioner } from './csi/provisioner/index.ts';
import { nodeDriverRegistrar } from './csi/registrar/index.ts';
import { csiResizer } from './csi/resizer/index.ts';
import { snapshotController } from './csi/snapshotcontroller/index.ts';
import { csiSnapshotter } from './csi/snapshotter/index.ts';
import { kubelet } from './kubelet/index.ts';
import { kubeScheduler } from './scheduler/index.ts';
import type { CallRecord, CallResult } from './sim/calls.ts';
import type { ComponentType } from './sim/component.ts';
import type { Context } from './sim/context.ts';
import { answerPlugin, IN_TREE_PLUGINS } from './volumes/index.ts';

/** Everything that can run in a cluster. Adding a component is adding a line here. */
const COMPONENTS: readonly ((api: ApiServer) => ComponentType)[] = [
  kubelet,
  kubeScheduler,
  deployment,
  replicaSet,
  statefulSet,
  garbageCollector,
  namespaceController,
  serviceAccountController,
  rootCACertPublisher,
  resourceQuotaController,
  persistentVolumeBinder,
  persistentVolumeExpander,
  persistentVolumeClaimProtection,
  persistentVolumeProtection,
  volumeAttributesClassProtection,
  ephemeralVolume,
  nodeLifecycle,
  taintEviction,
  podGarbageCollector,
  attachDetachController,
  csiProvisioner,
  csiAttacher,
  csiResizer,
  snapshotController,
  csiSnapshotter,
  nodeDriverRegistrar,
];

/** The components of which one process runs in each cluster, in the order in which they start; the others come with nodes and drivers. */
export const CLUSTER_COMPONENTS: readonly string[] = [
  'kube-scheduler',
  'deployment-controller',
  'replicaset-controller',
  'statefulset-controller',
  'garbage-collector-controller',
  'namespace-controller',
  'serviceaccount-controller',
  'root-ca-certificate-publisher-controller',
  'resourcequota-controller',
  'persistentvolume-binder-controller',
  'persistentvolume-attach-detach-controller',
  'persistentvolume-expander-controller',
  'persistentvolumeclaim-protection-controller',
  'persistentvolume-protection-controller',
  'volumeattributesclass-protection-controller',
  'ephemeral-volume-controller',
  'node-lifecycle-controller',
  'taint-eviction-controller',
  'pod-garbage-collector-controller',
  'snapshot-controller',
];

export function componentTypes(api: ApiServer): readonly ComponentType[] {
  return COMPONENTS.map((component) => component(api));
}

/** The other side of every call. */
export function answerCall(ctx: Context, call: CallRecord): CallResult {
  return IN_TREE_PLUGINS.includes(call.target) ? answerPlugin(ctx, call) : answerDriver(ctx, call);
}
