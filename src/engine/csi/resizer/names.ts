/** Type of the process; the flags of the sidecar go by the same name. */
export const CSI_RESIZER = 'csi-resizer';

/** Its queues: keys of claims to grow, and of claims to give another attributes class. */
export const RESIZE = 'resize';
export const MODIFY = 'modify';

/** How long an operation that the driver calls infeasible is left alone, in milliseconds. */
export const SLOW_RETRY = 300_000;

/** Deadline of its calls, in milliseconds. */
export const TIMEOUT = 10_000;
