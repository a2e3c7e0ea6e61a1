import { volumeOfClaim } from '../../model/facts.ts';
import { text } from '../../model/ids.ts';
import type { Moment } from '../../model/moment.ts';
import type { VolumePath } from '../../model/path.ts';
import type { RecordedCall } from '../../model/replica.ts';
import type { Stage } from '../../model/stages.ts';
import type { Element } from '../../model/structure.ts';
import type { Fact } from './section.ts';
import { triesOf, tryFacts } from './tries.ts';

/** The calls of a pod's way to one of its volumes and back, each with its last try. */
export function volumeTries(moment: Moment, pod: Element, { volume }: VolumePath): Fact[] {
  const object = moment.at(pod.id);
  const node = text(object, 'spec', 'nodeName');
  const claim = volume.claim === undefined ? undefined : moment.at(volume.claim);
  const pv = claim && volumeOfClaim(claim);
  const attachment = moment.structure.attachmentsOfVolume
    .get(pv ?? '')
    ?.findLast(({ id }) => text(moment.replica.lastValue(id), 'spec', 'nodeName') === node);
  const isOnNode = ({ began }: RecordedCall): boolean => node !== '' && began.node === node;
  // A pod may have several volumes: the directory tells which one is mounted.
  const names = [volume.name, ...(claim ? [text(claim, 'spec', 'volumeName')] : [])];
  const isOfVolume = ({ began, beganStep }: RecordedCall): boolean => {
    const directory = text(began.request, 'target_path') || text(began.request, 'dir');
    return beganStep >= pod.firstStep && names.some((name) => directory.split('/').includes(name));
  };
  const about = (id: string | undefined, stage: Stage, isMeant?: (call: RecordedCall) => boolean): Fact[] =>
    id === undefined ? [] : tryFacts(triesOf(moment, id, stage, isMeant));
  return [
    ...about(volume.claim, 'create'),
    ...(attachment === undefined ? about(pv, 'attach', isOnNode) : about(attachment.id, 'attach')),
    ...about(pv, 'stage', isOnNode),
    ...about(pod.id, 'mount', isOfVolume),
    ...about(pod.id, 'unmount', isOfVolume),
  ];
}
