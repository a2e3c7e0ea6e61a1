/** Keys by which the sidecars tell each other and the drivers of objects, and those that classes may not use themselves. */

/** Parameters with this prefix are the sidecars', not the driver's. */
export const RESERVED_PREFIX = 'csi.storage.k8s.io/';

export const PVC_NAME_KEY = `${RESERVED_PREFIX}pvc/name`;
export const PVC_NAMESPACE_KEY = `${RESERVED_PREFIX}pvc/namespace`;
export const PV_NAME_KEY = `${RESERVED_PREFIX}pv/name`;

/** Annotations of a volume: the secret with which csi-resizer changes its attributes. */
export const MODIFY_SECRET_NAME = 'volume.kubernetes.io/controller-modify-secret-name';
export const MODIFY_SECRET_NAMESPACE = 'volume.kubernetes.io/controller-modify-secret-namespace';
