import type { RecordedObject } from '../../../worker/protocol.ts';
import { claimOfVolume } from '../../model/facts.ts';
import { stateOf } from '../../model/family.ts';
import { isDeleting, text } from '../../model/ids.ts';
import type { Moment } from '../../model/moment.ts';
import type { Element } from '../../model/structure.ts';
import { fieldValue, type Json } from '../values.ts';
import type { Sentence } from '../why.ts';
import { type Fact, type Section, section } from './section.ts';
import { triesOf, tryFacts } from './tries.ts';

export function volumeSections(moment: Moment, { id }: Element, volume: RecordedObject): Section[] {
  const phase = text(volume, 'status', 'phase');
  const isLeaving = isDeleting(volume) || phase === 'Released' || phase === 'Failed';
  return [
    ...section('why.claimRef', [claimRef(moment, volume)]),
    ...section('why.reclaiming', isLeaving ? tryFacts(triesOf(moment, id, 'delete')) : []),
    ...section('why.finalizers', isLeaving ? finalizersOf(volume) : []),
    ...section('why.attachments', attachmentsOf(moment, id)),
  ];
}

/** Whom the volume is kept for: nobody, whatever claim has the name, or the claim with the uid only. */
function claimRef(moment: Moment, volume: RecordedObject): Fact {
  const name = 'spec.claimRef';
  const id = claimOfVolume(volume);
  if (id === undefined) return { name, value: { key: 'why.refFree' } };
  const uid = text(volume, 'spec', 'claimRef', 'uid');
  const claim = moment.at(id);
  const value = (key: string): Sentence => ({ key, values: { uid: fieldValue(uid as Json) } });
  const link = claim === undefined ? {} : { id };
  if (uid === '') return { name, value: { key: 'why.refReserved' }, ...link };
  if (claim === undefined) return { name, value: value('why.refGone') };
  return { name, value: value(claim.metadata.uid === uid ? 'why.refHeld' : 'why.refOther'), ...link };
}

/** Who takes a finalizer away, and when; of those that this page's components write. */
const REMOVED_BY: readonly (readonly [RegExp, string])[] = [
  [/^kubernetes\.io\/pv-protection$/, 'why.byPvProtection'],
  [/^kubernetes\.io\/pvc-protection$/, 'why.byPvcProtection'],
  [/^external-provisioner\.volume\.kubernetes\.io\/finalizer$/, 'why.byProvisioner'],
  [/^external-attacher\//, 'why.byAttacher'],
];

export function finalizersOf(object: RecordedObject): Fact[] {
  return (object.metadata.finalizers ?? []).map((name) => {
    const key = REMOVED_BY.find(([pattern]) => pattern.test(name))?.[1] ?? 'why.byOwner';
    return { name, value: { key } };
  });
}

function attachmentsOf(moment: Moment, id: string): Fact[] {
  return (moment.structure.attachmentsOfVolume.get(id) ?? []).flatMap((attachment): Fact[] => {
    const value = moment.at(attachment.id);
    if (value === undefined) return [];
    const { phase, family } = stateOf(moment, attachment);
    return [{ name: text(value, 'spec', 'nodeName'), value: phase, id: attachment.id, family }];
  });
}
