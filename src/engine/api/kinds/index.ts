import type { KindDefinition } from '../kind.ts';
import { configMap } from './configmap.ts';
import { csiDriver } from './csidriver.ts';
import { csiNode } from './csinode.ts';
import { deployment } from './deployment.ts';
import { event } from './event.ts';
import { namespace } from './namespace.ts';
import { node } from './node.ts';
import { persistentVolume } from './persistentvolume.ts';
import { persistentVolumeClaim } from './persistentvolumeclaim.ts';
import { pod } from './pod.ts';
import { replicaSet } from './replicaset.ts';
import { secret } from './secret.ts';
import { storageClass } from './storageclass.ts';
import { volumeAttachment } from './volumeattachment.ts';

/** Every kind that the API server serves. */
export const KINDS: readonly KindDefinition[] = [
  namespace,
  node,
  pod,
  persistentVolume,
  persistentVolumeClaim,
  configMap,
  secret,
  event,
  replicaSet,
  deployment,
  storageClass,
  csiDriver,
  csiNode,
  volumeAttachment,
];
