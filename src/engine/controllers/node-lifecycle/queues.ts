/** The look at all nodes. */
export const MONITOR = 'monitorNodeHealth';
/** Nodes that have fallen silent, due when their grace period is over. */
export const GRACE_PERIOD = 'gracePeriod';
/** Nodes whose NoSchedule taints or labels are not what they should be. */
export const NODE_UPDATE = 'nodeUpdate';
/** Pods that are on a lost node and do not know it. */
export const POD_UPDATE = 'podUpdate';
/** Nodes that wait for a NoExecute taint. */
export const NO_EXECUTE = 'noExecuteTainting';

/** @see pkg/controller/nodelifecycle/config/v1alpha1/defaults.go, cmd/kube-controller-manager/app/core.go NodeMonitorPeriod */
export const NODE_MONITOR_PERIOD = 5000;
/** @see pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go NodeEvictionPeriod */
export const NODE_EVICTION_PERIOD = 100;

/** Under which name the controller's Events are recorded. */
export const SOURCE = 'node-controller';
