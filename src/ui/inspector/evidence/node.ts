import type { RecordedObject } from '../../../worker/protocol.ts';
import { stateOf } from '../../model/family.ts';
import { count, field, list, objectId, text } from '../../model/ids.ts';
import type { Moment } from '../../model/moment.ts';
import type { Element } from '../../model/structure.ts';
import { mountWord } from './attachment.ts';
import { silenceOf } from './eviction.ts';
import { type Fact, type Section, section } from './section.ts';

/** What the node is to have and what it has: attached and mounted volumes, drivers and their limits, what keeps pods away. */
export function nodeSections(moment: Moment, { id, name }: Element, node: RecordedObject): Section[] {
  return [
    ...section('why.keepsAway', [...keepsAway(node), ...silenceOf(moment, id, node)]),
    ...section('why.attachedHere', attachedTo(moment, name, node)),
    ...section('why.mountedHere', mountedOn(moment, name)),
    ...section('why.drivers', driversOn(moment, name)),
  ];
}

/** Conditions that are not as they ought to be, the cordon and the taints. */
function keepsAway(node: RecordedObject): Fact[] {
  const conditions = list(node, 'status', 'conditions').flatMap((condition): Fact[] => {
    const type = text(condition, 'type');
    const isFine = text(condition, 'status') === (type === 'Ready' ? 'True' : 'False');
    if (isFine) return [];
    const value = text(condition, 'message') || text(condition, 'reason') || text(condition, 'status');
    return [{ name: type, value, family: 'failed' }];
  });
  const cordon: Fact[] =
    field(node, 'spec', 'unschedulable') === true
      ? [{ name: 'spec.unschedulable', value: { key: 'why.cordoned' }, family: 'waiting' }]
      : [];
  const taints = list(node, 'spec', 'taints').map(
    (taint): Fact => ({ name: text(taint, 'key'), value: text(taint, 'effect'), family: 'waiting' }),
  );
  return [...conditions, ...cordon, ...taints];
}

/** Volumes with an attachment to the node, and whether the kubelet reports them in use. */
function attachedTo(moment: Moment, name: string, node: RecordedObject): Fact[] {
  const inUse = list(node, 'status', 'volumesInUse');
  return [...moment.structure.attachmentsOfVolume].flatMap(([pv, attachments]) =>
    attachments.flatMap((attachment): Fact[] => {
      const value = moment.at(attachment.id);
      if (value === undefined || text(value, 'spec', 'nodeName') !== name) return [];
      const handle = moment.structure.backendOfVolume.get(pv)?.name ?? '';
      const isInUse = inUse.some((entry) => typeof entry === 'string' && handle !== '' && entry.endsWith(handle));
      const { phase, family } = stateOf(moment, attachment);
      const word = isInUse ? { key: 'why.attachedInUse', values: { phase } } : phase;
      return [{ name: text(value, 'spec', 'source', 'persistentVolumeName'), value: word, id: attachment.id, family }];
    }),
  );
}

/** Volumes of pods that the kubelet is to have mounted or has mounted. */
function mountedOn(moment: Moment, name: string): Fact[] {
  return [...moment.structure.mountsOfPod.values()].flat().flatMap((id): Fact[] => {
    const spec = moment.at(id)?.spec;
    if (spec === undefined || text(spec, 'node') !== name) return [];
    const pod = objectId('Pod', text(spec, 'podNamespace'), text(spec, 'podName'));
    const words = mountWord(spec);
    const family = ['why.isPublished', 'why.isToMount', 'why.isStaged'].includes(words.key) ? undefined : 'ending';
    return [
      {
        name: `${text(spec, 'podName')}/${text(spec, 'volume')}`,
        value: words,
        ...(moment.at(pod) !== undefined && { id: pod }),
        ...(family !== undefined && { family }),
      },
    ];
  });
}

/** Drivers that the node's CSINode lists, with the attachments that count against their limit. */
function driversOn(moment: Moment, name: string): Fact[] {
  const csiNode = moment.at(objectId('CSINode', '', name));
  const listed = list(csiNode, 'spec', 'drivers');
  const facts = listed.map((driver): Fact => {
    const limit = count(driver, 'allocatable', 'count');
    const used = attachmentsOf(moment, text(driver, 'name'), name);
    const value =
      limit > 0 ? { key: 'why.driverLimit', values: { used, limit } } : { key: 'why.driverNoLimit', values: { used } };
    return {
      name: text(driver, 'name'),
      value,
      ...(limit > 0 && used >= limit && { family: 'waiting' as const }),
      ...linkTo(moment, text(driver, 'name')),
    };
  });
  const names = new Set(listed.map((driver) => text(driver, 'name')));
  const absent = moment.replica
    .union()
    .filter(({ kind, id, name: driver }) => kind === 'CSIDriver' && moment.at(id) !== undefined && !names.has(driver));
  return [
    ...facts,
    ...absent.map(
      ({ id, name: driver }): Fact => ({ name: driver, value: { key: 'why.notRegistered' }, id, family: 'waiting' }),
    ),
  ];
}

function linkTo(moment: Moment, driver: string): { readonly id?: string } {
  const id = objectId('CSIDriver', '', driver);
  return moment.at(id) === undefined ? {} : { id };
}

function attachmentsOf(moment: Moment, driver: string, node: string): number {
  return [...moment.structure.attachmentsOfVolume.values()].flat().filter(({ id }) => {
    const value = moment.at(id);
    return text(value, 'spec', 'attacher') === driver && text(value, 'spec', 'nodeName') === node;
  }).length;
}
