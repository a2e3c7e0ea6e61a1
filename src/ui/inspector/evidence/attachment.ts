import type { RecordedObject } from '../../../worker/protocol.ts';
import { spanText } from '../../model/axis.ts';
import { backendOf } from '../../model/facts.ts';
import { field, isDeleting, list, objectId, text } from '../../model/ids.ts';
import type { Moment } from '../../model/moment.ts';
import type { Element } from '../../model/structure.ts';
import { type Fact, type Section, section } from './section.ts';
import { triesOf, tryFacts } from './tries.ts';
import { finalizersOf } from './volume.ts';

export function attachmentSections(moment: Moment, { id }: Element, attachment: RecordedObject): Section[] {
  return [
    ...section('why.attachTries', tryFacts(triesOf(moment, id, 'attach'))),
    ...section('why.detachTries', tryFacts(triesOf(moment, id, 'detach'))),
    ...section('why.detachWaits', detachWaits(moment, attachment)),
    ...section('why.mountedOn', mountsOn(moment, attachment)),
    ...section('why.finalizers', isDeleting(attachment) ? finalizersOf(attachment) : []),
  ];
}

/** What attach-detach recorded when it last left the volume attached although no pod wants it there. */
function detachWaits(moment: Moment, attachment: RecordedObject): Fact[] {
  const node = text(attachment, 'spec', 'nodeName');
  const pv = moment.at(objectId('PersistentVolume', '', text(attachment, 'spec', 'source', 'persistentVolumeName')));
  const handle = pv && backendOf(pv)?.handle;
  if (handle === undefined) return [];
  const found = moment.replica
    .decisionsAbout(objectId('Node', '', node), moment.step)
    .find(
      ({ decision: { by, facts } }) =>
        (by === 'detachVolume' || by === 'DetachVolume') && text(facts, 'volume').endsWith(`^${handle}`),
    );
  if (found === undefined) return [];
  const { decision, step } = found;
  if (decision.by === 'DetachVolume') {
    return [{ name: 'DetachVolume', value: text(decision.facts, 'error'), step, family: 'failed' }];
  }
  const inUse = list(moment.at(objectId('Node', '', node)), 'status', 'volumesInUse');
  if (!inUse.some((name) => typeof name === 'string' && name.endsWith(`^${handle}`))) return [];
  const values = {
    node,
    waited: spanText(Number(field(decision.facts, 'waited') ?? 0)),
    most: spanText(Number(field(decision.facts, 'maxWait') ?? 0)),
  };
  return [{ name: 'volumesInUse', value: { key: 'why.stillMounted', values }, step, family: 'waiting' }];
}

/** Pods whose kubelet on the node still has the volume. */
function mountsOn(moment: Moment, attachment: RecordedObject): Fact[] {
  const node = text(attachment, 'spec', 'nodeName');
  const pv = objectId('PersistentVolume', '', text(attachment, 'spec', 'source', 'persistentVolumeName'));
  return (moment.structure.mountsOfVolume.get(pv) ?? []).flatMap((id): Fact[] => {
    const spec = moment.at(id)?.spec;
    if (spec === undefined || text(spec, 'node') !== node) return [];
    const pod = objectId('Pod', text(spec, 'podNamespace'), text(spec, 'podName'));
    return [{ name: text(spec, 'podName'), value: mountWord(spec), ...(moment.at(pod) !== undefined && { id: pod }) }];
  });
}

/** How far a kubelet is with a volume of a pod, and whether the pod still wants it. */
export function mountWord(spec: unknown): { readonly key: string } {
  const isWanted = field(spec, 'wanted') !== false;
  if (field(spec, 'published') === true) return { key: isWanted ? 'why.isPublished' : 'why.isPublishedUnwanted' };
  if (field(spec, 'staged') === true) return { key: isWanted ? 'why.isStaged' : 'why.isStagedUnwanted' };
  return { key: isWanted ? 'why.isToMount' : 'why.isUnmounted' };
}
