import type { ObjectId, RecordedObject } from '../../../worker/protocol.ts';
import { stateOf } from '../../model/family.ts';
import { field } from '../../model/ids.ts';
import type { Moment } from '../../model/moment.ts';
import type { Element } from '../../model/structure.ts';
import type { Sentence } from '../why.ts';
import { type Fact, type Section, section } from './section.ts';

/** Its pods in order, what the first that is not ready waits for, and what becomes of their claims. */
export function workloadSections(
  moment: Moment,
  { id }: Element,
  workload: RecordedObject,
  verdictOn: (pod: Element) => Sentence,
): Section[] {
  const pods = podsInOrder(moment, id);
  const next = pods.find((pod) => !['ok', 'ending'].includes(stateOf(moment, pod).family));
  const waits: Fact[] = next === undefined ? [] : [{ name: next.name, value: verdictOn(next), id: next.id }];
  const retention = (field(workload, 'spec', 'persistentVolumeClaimRetentionPolicy') ?? {}) as Readonly<
    Record<string, string>
  >;
  return [
    ...section('why.nextPod', waits),
    ...section(
      'why.pods',
      pods.map((pod) => {
        const { word, phase, family } = stateOf(moment, pod);
        return { name: pod.name, value: word === '' ? phase : word, id: pod.id, family };
      }),
    ),
    ...section(
      'why.retention',
      Object.entries(retention).map(([name, value]) => ({ name, value })),
    ),
  ];
}

/** The pods that are there: by ordinal where they have one, else by creation. */
function podsInOrder(moment: Moment, id: ObjectId): readonly Element[] {
  const pods = (moment.structure.podsOf.get(id) ?? [])
    .map((pod) => moment.structure.elements.get(pod))
    .filter((pod) => pod !== undefined)
    .filter((pod) => moment.at(pod.id) !== undefined);
  const ordinal = ({ name }: Element): number => Number(/-(\d+)$/.exec(name)?.[1] ?? 0);
  return pods.sort((a, b) => ordinal(a) - ordinal(b) || a.firstStep - b.firstStep);
}
