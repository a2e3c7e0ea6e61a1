import type { AdmissionPlugin } from '../kind.ts';
import { defaultStorageClass } from './defaultstorageclass.ts';
import { defaultTolerationSeconds } from './defaulttolerationseconds.ts';
import { limitRanger } from './limitranger.ts';
import { namespaceLifecycle } from './namespacelifecycle.ts';
import { persistentVolumeClaimResize } from './persistentvolumeclaimresize.ts';
import { podSecurity } from './podsecurity.ts';
import { priority } from './priority.ts';
import { resourceQuotaAdmission } from './resourcequota.ts';
import { serviceAccount } from './serviceaccount.ts';
import { storageObjectInUseProtection } from './storageobjectinuseprotection.ts';
import { taintNodesByCondition } from './taintnodesbycondition.ts';

/** The admission plugins, in upstream's order. @see pkg/kubeapiserver/options/plugins.go */
export const ADMISSION: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  limitRanger,
  serviceAccount,
  taintNodesByCondition,
  podSecurity,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  persistentVolumeClaimResize,
  resourceQuotaAdmission,
];
