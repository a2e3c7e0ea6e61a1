import type { ObjectId, RecordedObject } from '../../worker/protocol.ts';
import type { Subject } from '../faults/faultMenu.ts';
import { backendOf, volumeName } from '../model/facts.ts';
import { parseId, text } from '../model/ids.ts';
import type { Moment } from '../model/moment.ts';

/** What can be done about an object, in the order of its menu. */
export const ACTIONS = ['edit', 'delete', 'fault', 'break', 'compare', 'link'] as const;
export type Action = (typeof ACTIONS)[number];

/** Kinds that stand for something the API server does not keep. */
const NO_API = new Set(['Volume', 'Mount', 'InlineVolume']);

/** What can be done about an object at a step: what is not there is neither edited nor deleted. */
export function actionsOn(moment: Moment, id: ObjectId): readonly Action[] {
  const isThere = moment.at(id) !== undefined && !NO_API.has(parseId(id).kind);
  return ACTIONS.filter((action) => {
    if (action === 'edit' || action === 'delete') return isThere;
    return action !== 'fault' || subjectOf(moment, id) !== undefined;
  });
}

/** What of an object's surroundings can be made to fail: its node, or the driver that serves it. */
export function subjectOf(moment: Moment, id: ObjectId): Subject | undefined {
  const { kind, name } = parseId(id);
  const object = moment.at(id);
  if (kind === 'Node') return { node: name };
  if (kind === 'CSIDriver') return { driver: name };
  if (kind === 'Volume') return { driver: volumeName(name).driver };
  if (object === undefined) return undefined;
  const subject = SUBJECTS[kind]?.(moment, object);
  return subject?.driver === '' || subject?.node === '' ? undefined : subject;
}

const SUBJECTS: Readonly<Record<string, (moment: Moment, object: RecordedObject) => Subject | undefined>> = {
  Pod: (_, pod) => ({ node: text(pod, 'spec', 'nodeName') }),
  StorageClass: (_, storageClass) => driverOf(text(storageClass, 'provisioner')),
  VolumeAttachment: (_, attachment) => ({
    driver: text(attachment, 'spec', 'attacher'),
    method: 'ControllerPublishVolume',
  }),
  PersistentVolume: (_, volume) => {
    const backend = backendOf(volume);
    return backend && { driver: backend.driver };
  },
  PersistentVolumeClaim: (moment, claim) => {
    const storageClass = moment.at(`StorageClass//${text(claim, 'spec', 'storageClassName')}`);
    const driver = driverOf(text(storageClass, 'provisioner'));
    return driver && { ...driver, method: 'CreateVolume' };
  },
};

function driverOf(provisioner: string): Subject | undefined {
  return provisioner === 'kubernetes.io/no-provisioner' ? undefined : { driver: provisioner };
}
