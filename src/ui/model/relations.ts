import type { ObjectId, RecordedObject } from '../../worker/protocol.ts';
import { claimOfVolume, volumeOfAttachment, volumeOfClaim } from './facts.ts';
import type { Family } from './family.ts';
import { field, isDeleting, normalId, objectId, parseId, text } from './ids.ts';
import { lastFailure, lifeOf, type Moment } from './moment.ts';
import { mountSpec } from './path.ts';

export type Relation =
  | 'owns'
  | 'claims'
  | 'mounted'
  | 'staged'
  | 'bound'
  | 'half-bound'
  | 'backs'
  | 'rejected'
  | 'attached'
  | 'attaching'
  | 'detaching'
  | 'clone-of'
  | 'snapshot-of'
  /** One end is not yet there: only a hint of a line. */
  | 'unborn';

export interface Edge {
  /** Stays the same while the relation of its two ends changes. */
  readonly id: string;
  readonly from: ObjectId;
  readonly to: ObjectId;
  readonly relation: Relation;
  readonly family: Extract<Family, 'idle' | 'working' | 'failed' | 'waiting'>;
  /** Of a half-made bind: the end that has written, and the field it wrote. */
  readonly half?: { readonly side: 'from' | 'to'; readonly field: 'claimRef' | 'volumeName' };
}

/** Every relation that holds at the moment, and hints of those to come. */
export function edgesAt(moment: Moment, selected: ObjectId | undefined): Edge[] {
  return [
    ...ownerEdges(moment),
    ...podEdges(moment),
    ...bindEdges(moment),
    ...backendEdges(moment),
    ...attachmentEdges(moment),
    ...sourceEdges(moment),
    ...rejectedEdges(moment, selected),
  ];
}

function edge(
  from: ObjectId,
  to: ObjectId,
  relation: Relation,
  family: Edge['family'] = 'idle',
  half?: Edge['half'],
): Edge {
  const id = `${from}>${to}`;
  return half === undefined ? { id, from, to, relation, family } : { id, from, to, relation, family, half };
}

function ownerEdges(moment: Moment): Edge[] {
  const found: Edge[] = [];
  for (const pod of moment.structure.pods) {
    if (pod.owner === undefined || !isThere(moment, pod.id) || !isThere(moment, pod.owner)) continue;
    found.push(edge(pod.owner, pod.id, 'owns'));
  }
  return found;
}

function podEdges(moment: Moment): Edge[] {
  const found: Edge[] = [];
  for (const pod of moment.structure.pods) {
    const life = lifeOf(moment, pod);
    if (life === 'gone') continue;
    for (const volume of pod.volumes) {
      const target = moment.structure.elements.get(volume.target);
      if (target === undefined || lifeOf(moment, target) === 'gone') continue;
      if (life === 'unborn' || lifeOf(moment, target) === 'unborn') {
        found.push(edge(pod.id, volume.target, 'unborn'));
        continue;
      }
      const mount = mountSpec(moment, pod, volume.name);
      const relation =
        field(mount, 'published') === true ? 'mounted' : field(mount, 'staged') === true ? 'staged' : 'claims';
      const failed =
        relation !== 'mounted' && lastFailure(moment, pod.id, ['stage', 'mount'])?.call.endedStep === moment.step;
      found.push(edge(pod.id, volume.target, relation, failed ? 'failed' : 'idle'));
    }
  }
  return found;
}

function bindEdges(moment: Moment): Edge[] {
  const found: Edge[] = [];
  for (const [volumeId, claimId] of moment.structure.claimOfVolume) {
    const volume = moment.at(volumeId);
    const claim = moment.at(claimId);
    const fromVolume = volume !== undefined && claimOfVolume(volume) === claimId && sameClaim(volume, claim);
    const fromClaim = claim !== undefined && volumeOfClaim(claim) === volumeId;
    if (fromVolume && fromClaim) found.push(edge(claimId, volumeId, 'bound'));
    else if (fromVolume) {
      const rest = claim === undefined || text(volume, 'spec', 'claimRef', 'uid') === '';
      found.push(edge(claimId, volumeId, 'half-bound', rest ? 'idle' : 'working', { side: 'to', field: 'claimRef' }));
    } else if (fromClaim) {
      const lost = text(claim, 'status', 'phase') === 'Lost';
      found.push(
        edge(claimId, volumeId, 'half-bound', lost ? 'failed' : 'working', { side: 'from', field: 'volumeName' }),
      );
    } else if (isToCome(moment, claimId, volumeId)) {
      found.push(edge(claimId, volumeId, 'unborn'));
    }
  }
  return found;
}

/** A claimRef with a uid holds for the claim with that uid only; without, for whatever claim has the name. */
function sameClaim(volume: RecordedObject, claim: RecordedObject | undefined): boolean {
  const uid = text(volume, 'spec', 'claimRef', 'uid');
  return uid === '' || claim === undefined || claim.metadata.uid === uid;
}

function backendEdges(moment: Moment): Edge[] {
  const found: Edge[] = [];
  for (const [volumeId, backend] of moment.structure.backendOfVolume) {
    if (isThere(moment, volumeId) && isThere(moment, backend.id)) found.push(edge(volumeId, backend.id, 'backs'));
    else if (isToCome(moment, volumeId, backend.id)) found.push(edge(volumeId, backend.id, 'unborn'));
  }
  return found;
}

function attachmentEdges(moment: Moment): Edge[] {
  const found: Edge[] = [];
  for (const [volumeId, attachments] of moment.structure.attachmentsOfVolume) {
    const backend = moment.structure.backendOfVolume.get(volumeId);
    if (backend === undefined) continue;
    for (const attachment of attachments) {
      const value = moment.at(attachment.id);
      if (value === undefined || volumeOfAttachment(value) !== volumeId) continue;
      found.push(attachmentEdge(moment, attachment.id, backend.id, value));
    }
  }
  return found;
}

function attachmentEdge(moment: Moment, from: ObjectId, to: ObjectId, attachment: RecordedObject): Edge {
  const busy = moment.flying(from).length > 0;
  if (isDeleting(attachment)) return edge(from, to, 'detaching', busy ? 'working' : 'idle');
  if (field(attachment, 'status', 'attached') === true) return edge(from, to, 'attached');
  const failed = field(attachment, 'status', 'attachError') !== undefined && !busy;
  return edge(from, to, 'attaching', failed ? 'failed' : 'working');
}

function sourceEdges(moment: Moment): Edge[] {
  const found: Edge[] = [];
  for (const claim of moment.structure.claims) {
    const value = moment.at(claim.id);
    const source = field(value, 'spec', 'dataSourceRef') ?? field(value, 'spec', 'dataSource');
    if (source === undefined) continue;
    const kind = text(source, 'kind');
    const relation =
      kind === 'PersistentVolumeClaim' ? 'clone-of' : kind === 'VolumeSnapshot' ? 'snapshot-of' : undefined;
    if (relation === undefined) continue;
    found.push(
      edge(claim.id, objectId(kind, text(source, 'namespace') || claim.namespace, text(source, 'name')), relation),
    );
  }
  return found;
}

/** Candidates that the latest decision about the selected claim turned down, while it is not bound. */
function rejectedEdges(moment: Moment, selected: ObjectId | undefined): Edge[] {
  if (selected === undefined || parseId(selected).kind !== 'PersistentVolumeClaim') return [];
  const claim = moment.at(selected);
  if (claim === undefined || volumeOfClaim(claim) !== undefined) return [];
  const decision = moment.replica
    .decisionsAbout(selected, moment.step)
    .find((found) => (found.decision.candidates?.length ?? 0) > 0)?.decision;
  return (decision?.candidates ?? [])
    .filter((candidate) => !candidate.ok)
    .map((candidate) => edge(selected, candidateId(candidate.candidate), 'rejected', 'waiting'))
    .filter((rejected) => moment.structure.elements.get(rejected.to)?.kind === 'PersistentVolume');
}

function candidateId(candidate: string): ObjectId {
  return candidate.includes('/') ? normalId(candidate) : objectId('PersistentVolume', '', candidate);
}

function isThere(moment: Moment, id: ObjectId): boolean {
  const element = moment.structure.elements.get(id);
  return element !== undefined && lifeOf(moment, element) === 'alive';
}

/** One of the two is not yet there, and neither has gone. */
function isToCome(moment: Moment, ...ids: readonly ObjectId[]): boolean {
  const lives = ids.map((id) => {
    const element = moment.structure.elements.get(id);
    return element === undefined ? 'gone' : lifeOf(moment, element);
  });
  return lives.includes('unborn') && !lives.includes('gone');
}
