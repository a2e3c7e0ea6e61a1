/** Names of the tables that components read and watch. */
export const PODS = 'pods';
export const NODES = 'nodes';
export const NAMESPACES = 'namespaces';
export const PERSISTENT_VOLUMES = 'persistentvolumes';
export const PERSISTENT_VOLUME_CLAIMS = 'persistentvolumeclaims';
export const STORAGE_CLASSES = 'storageclasses.storage.k8s.io';
export const CSI_DRIVERS = 'csidrivers.storage.k8s.io';
export const CSI_NODES = 'csinodes.storage.k8s.io';
export const VOLUME_ATTACHMENTS = 'volumeattachments.storage.k8s.io';
export const REPLICA_SETS = 'replicasets.apps';
export const DEPLOYMENTS = 'deployments.apps';
export const EVENTS = 'events';
export const CONFIG_MAPS = 'configmaps';
export const SECRETS = 'secrets';
export const LIMIT_RANGES = 'limitranges';
export const RESOURCE_QUOTAS = 'resourcequotas';
export const SERVICE_ACCOUNTS = 'serviceaccounts';
