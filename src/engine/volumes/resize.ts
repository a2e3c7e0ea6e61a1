import type { Condition, PersistentVolumeClaim } from '../api/object.ts';

/** What those that grow volumes write into the status of claims. */
type Status = NonNullable<PersistentVolumeClaim['status']>;

const RESIZE_CONDITIONS: readonly string[] = [
  'FileSystemResizePending',
  'Resizing',
  'ControllerResizeError',
  'NodeResizeError',
];

export const FILE_SYSTEM_RESIZE_PENDING =
  'Waiting for user to (re-)start a pod to finish file system resize of volume on node.';

export const resizeCondition = (type: string, timestamp: string, message?: string): Condition => ({
  type,
  status: 'True',
  lastProbeTime: null,
  lastTransitionTime: timestamp,
  ...(message !== undefined && { message }),
});

/**
 * A claim's status with new conditions about its size in place of old ones of their types; other old ones of that sort
 * stay only if asked for.
 * @see pkg/volume/util/resize_util.go MergeResizeConditionOnPVC
 */
export function withResizeConditions(
  { status = {} }: PersistentVolumeClaim,
  young: readonly Condition[],
  keepsOld: boolean,
): Status {
  const { conditions: old = [], ...rest } = status;
  const merged = old.flatMap((one) => {
    if (!RESIZE_CONDITIONS.includes(one.type)) return [one];
    const next = young.find(({ type }) => type === one.type);
    return next ? [next] : keepsOld ? [one] : [];
  });
  const conditions = [...merged, ...young.filter(({ type }) => !old.some((one) => one.type === type))];
  return conditions.length > 0 ? { ...rest, conditions } : rest;
}

/** How far the growth of a claim has come: `ControllerResizeInProgress`, `NodeResizePending` and so on. */
export const resizeStatusOf = ({ status }: PersistentVolumeClaim): string | undefined =>
  status?.allocatedResourceStatuses?.['storage'];

export const withResizeStatus = (status: Status, value: string): Status => ({
  ...status,
  allocatedResourceStatuses: { ...status.allocatedResourceStatuses, storage: value },
});

/** The size that a growth under way is to reach. */
export const allocatedSizeOf = ({ status }: PersistentVolumeClaim): string | undefined =>
  status?.allocatedResources?.['storage'];

export const withAllocatedSize = (status: Status, size: string): Status => ({
  ...status,
  allocatedResources: { ...status.allocatedResources, storage: size },
});

/** A claim's status once it has its new size: nothing is under way any more. @see MarkFSResizeFinished */
export function withFinishedResize(claim: PersistentVolumeClaim, size: string): Status {
  const { allocatedResourceStatuses = {}, capacity, ...status } = withResizeConditions(claim, [], false);
  const { storage: _, ...others } = allocatedResourceStatuses;
  return {
    ...status,
    capacity: { ...capacity, storage: size },
    ...(Object.keys(others).length > 0 && { allocatedResourceStatuses: others }),
  };
}

export const requestOf = ({ spec }: PersistentVolumeClaim): string => spec.resources?.requests?.['storage'] ?? '0';
export const capacityOf = ({ status }: PersistentVolumeClaim): string => status?.capacity?.['storage'] ?? '0';
