import { CUSTOM_KINDS } from '../custom/index.ts';
import { customKind } from '../custom/kind.ts';
import type { KindDefinition } from '../kind.ts';
import { configMap } from './configmap.ts';
import { controllerRevision } from './controllerrevision.ts';
import { cronJob } from './cronjob.ts';
import { csiDriver } from './csidriver.ts';
import { csiNode } from './csinode.ts';
import { csiStorageCapacity } from './csistoragecapacity.ts';
import { customResourceDefinition } from './customresourcedefinition.ts';
import { daemonSet } from './daemonset.ts';
import { deployment } from './deployment.ts';
import { endpointSlice, endpoints } from './endpoints.ts';
import { event } from './event.ts';
import { job } from './job.ts';
import { lease } from './lease.ts';
import { limitRange } from './limitrange.ts';
import { namespace } from './namespace.ts';
import { node } from './node.ts';
import { persistentVolume } from './persistentvolume.ts';
import { persistentVolumeClaim } from './persistentvolumeclaim.ts';
import { pod } from './pod.ts';
import { podDisruptionBudget } from './poddisruptionbudget.ts';
import { priorityClass } from './priorityclass.ts';
import { replicaSet } from './replicaset.ts';
import { resourceQuota } from './resourcequota.ts';
import { secret } from './secret.ts';
import { service } from './service.ts';
import { serviceAccount } from './serviceaccount.ts';
import { statefulSet } from './statefulset.ts';
import { storageClass } from './storageclass.ts';
import { volumeAttachment } from './volumeattachment.ts';
import { volumeAttributesClass } from './volumeattributesclass.ts';

/** Every kind that the API server serves; those of `kubectl get all` in the order in which it lists them. */
export const KINDS: readonly KindDefinition[] = [
  namespace,
  node,
  pod,
  persistentVolume,
  persistentVolumeClaim,
  configMap,
  secret,
  event,
  service,
  serviceAccount,
  resourceQuota,
  limitRange,
  daemonSet,
  deployment,
  replicaSet,
  statefulSet,
  cronJob,
  job,
  podDisruptionBudget,
  priorityClass,
  lease,
  storageClass,
  csiDriver,
  csiNode,
  csiStorageCapacity,
  volumeAttachment,
  volumeAttributesClass,
  controllerRevision,
  endpoints,
  endpointSlice,
  customResourceDefinition,
  ...CUSTOM_KINDS.map(customKind),
];
