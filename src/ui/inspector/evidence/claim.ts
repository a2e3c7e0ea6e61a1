import type { ObjectId, RecordedObject } from '../../../worker/protocol.ts';
import { resizeOf, stateOf } from '../../model/family.ts';
import { field, list, text } from '../../model/ids.ts';
import type { Moment } from '../../model/moment.ts';
import type { Element } from '../../model/structure.ts';
import { type Fact, type Section, section } from './section.ts';
import { triesOf, tryFacts } from './tries.ts';

export function claimSections(moment: Moment, { id }: Element, claim: RecordedObject): Section[] {
  const isBound = text(claim, 'status', 'phase') === 'Bound';
  return [
    ...section('why.provisioning', isBound ? [] : tryFacts(triesOf(moment, id, 'create'))),
    ...section('why.resizing', resizing(claim)),
    ...section('why.usedBy', usersOf(moment, id)),
  ];
}

/** Pods that are there and name the claim: while there are any, pvc-protection keeps it. */
export function usersOf(moment: Moment, id: ObjectId): Fact[] {
  return (moment.structure.podsOf.get(id) ?? []).flatMap((user): Fact[] => {
    const pod = moment.structure.elements.get(user);
    if (pod === undefined || moment.at(user) === undefined) return [];
    const { word, phase, family } = stateOf(moment, pod);
    return [{ name: pod.name, value: word === '' ? phase : word, id: user, family }];
  });
}

/** How far the claim has come to the size that it asks for, in the API's own fields. */
function resizing(claim: RecordedObject): Fact[] {
  const facts: Fact[] = [];
  const sizes = resizeOf(claim);
  if (sizes !== undefined) {
    facts.push({ name: 'status.capacity', value: sizes.from }, { name: 'spec.resources', value: sizes.to });
  }
  const allocated = text(claim, 'status', 'allocatedResources', 'storage');
  if (sizes !== undefined && allocated !== '') facts.push({ name: 'allocatedResources', value: allocated });
  const state = text(claim, 'status', 'allocatedResourceStatuses', 'storage');
  if (state !== '') facts.push({ name: 'allocatedResourceStatuses', value: state });
  for (const condition of list(claim, 'status', 'conditions')) {
    const message = text(condition, 'message') || text(condition, 'reason');
    facts.push({ name: text(condition, 'type'), value: message || String(field(condition, 'status')) });
  }
  return facts;
}
