/** Kinds that people look for first, in this order; the others follow. */
const FIRST = [
  'PersistentVolumeClaim',
  'Pod',
  'PersistentVolume',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'VolumeAttachment',
  'StorageClass',
  'Node',
];

/** A kind's place among the others, to sort by. */
export function placeOf(kind: string): number {
  const place = FIRST.indexOf(kind);
  return place < 0 ? FIRST.length : place;
}
