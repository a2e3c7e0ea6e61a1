import { RESERVED_PREFIX } from '../metadata.ts';

/** Type of the process; the flags of the sidecar go by the same name. */
export const CSI_PROVISIONER = 'csi-provisioner';

/** Its queues: claims by `namespace/name uid`, volumes by name, volumes that are still to be saved by name. */
export const CLAIMS = 'claims';
export const VOLUMES = 'volumes';
export const VOLUME_STORE = 'volumeStore';
/** Claims, by key, that others were cloned from and that are being deleted. */
export const CLONING = 'cloning';

/** Pairs of class and topology segment whose free room is reported, and the plan of which there are. */
export const CAPACITIES = 'capacities';
export const CAPACITY_PLAN = 'capacityPlan';

export const FSTYPE_KEY = `${RESERVED_PREFIX}fstype`;

export const DELETION_SECRET_NAME = 'volume.kubernetes.io/provisioner-deletion-secret-name';
export const DELETION_SECRET_NAMESPACE = 'volume.kubernetes.io/provisioner-deletion-secret-namespace';

/** RPCs give up after this long. */
export const TIMEOUT = 10_000;
