import type { ObjectId, RecordedObject } from '../../worker/protocol.ts';
import { claimOfVolume, volumeOfAttachment, volumeOfClaim } from './facts.ts';
import type { Family } from './family.ts';
import { field, isDeleting, normalId, objectId, parseId, text } from './ids.ts';
import { lastFailure, lifeOf, type Moment } from './moment.ts';
import { mountSpec } from './path.ts';
import { Memory } from './reading.ts';
import type { Element, PodElement } from './structure.ts';

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

/** Edges by what they are found for. */
export class EdgeMemory {
  readonly owners = new Memory<ObjectId, readonly Edge[]>();
  readonly pods = new Memory<ObjectId, readonly Edge[]>();
  readonly binds = new Memory<ObjectId, readonly Edge[]>();
  readonly backends = new Memory<ObjectId, readonly Edge[]>();
  readonly attachments = new Memory<ObjectId, readonly Edge[]>();
  readonly sources = new Memory<ObjectId, readonly Edge[]>();
  readonly rejected = new Memory<ObjectId, readonly Edge[]>();
}

/** Every relation that holds at the moment, and hints of those to come. */
export function edgesAt(moment: Moment, selected: ObjectId | undefined, memory = new EdgeMemory()): Edge[] {
  const { structure } = moment;
  const found: Edge[] = [];
  const add = (of: Memory<ObjectId, readonly Edge[]>, id: ObjectId, find: () => readonly Edge[]): void => {
    for (const one of moment.recall(of, id, find)) found.push(one);
  };
  for (const pod of structure.pods) add(memory.owners, pod.id, () => ownerEdges(moment, pod));
  for (const pod of structure.pods) add(memory.pods, pod.id, () => podEdges(moment, pod));
  for (const [volume, claim] of structure.claimOfVolume) {
    add(memory.binds, volume, () => bindEdges(moment, volume, claim));
  }
  for (const [volume, backend] of structure.backendOfVolume) {
    add(memory.backends, volume, () => backendEdges(moment, volume, backend));
  }
  for (const [volume, attachments] of structure.attachmentsOfVolume) {
    add(memory.attachments, volume, () => attachmentEdges(moment, volume, attachments));
  }
  for (const claim of structure.claims) add(memory.sources, claim.id, () => sourceEdges(moment, claim));
  if (selected !== undefined) add(memory.rejected, selected, () => rejectedEdges(moment, selected));
  return found;
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

function ownerEdges(moment: Moment, { id, owner }: PodElement): Edge[] {
  return owner !== undefined && isThere(moment, id) && isThere(moment, owner) ? [edge(owner, id, 'owns')] : [];
}

function podEdges(moment: Moment, pod: PodElement): Edge[] {
  const found: Edge[] = [];
  const life = lifeOf(moment, pod);
  if (life === 'gone') return found;
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
    const ended = relation === 'mounted' ? undefined : lastFailure(moment, pod.id, ['stage', 'mount'])?.call.endedStep;
    const failed = ended !== undefined && moment.isAt(ended);
    found.push(edge(pod.id, volume.target, relation, failed ? 'failed' : 'idle'));
  }
  return found;
}

function bindEdges(moment: Moment, volumeId: ObjectId, claimId: ObjectId): Edge[] {
  const volume = moment.at(volumeId);
  const claim = moment.at(claimId);
  const fromVolume = volume !== undefined && claimOfVolume(volume) === claimId && sameClaim(volume, claim);
  const fromClaim = claim !== undefined && volumeOfClaim(claim) === volumeId;
  if (fromVolume && fromClaim) return [edge(claimId, volumeId, 'bound')];
  if (fromVolume) {
    const rest = claim === undefined || text(volume, 'spec', 'claimRef', 'uid') === '';
    return [edge(claimId, volumeId, 'half-bound', rest ? 'idle' : 'working', { side: 'to', field: 'claimRef' })];
  }
  if (fromClaim) {
    const lost = text(claim, 'status', 'phase') === 'Lost';
    const half = { side: 'from', field: 'volumeName' } as const;
    return [edge(claimId, volumeId, 'half-bound', lost ? 'failed' : 'working', half)];
  }
  return isToCome(moment, claimId, volumeId) ? [edge(claimId, volumeId, 'unborn')] : [];
}

/** A claimRef with a uid holds for the claim with that uid only; without, for whatever claim has the name. */
function sameClaim(volume: RecordedObject, claim: RecordedObject | undefined): boolean {
  const uid = text(volume, 'spec', 'claimRef', 'uid');
  return uid === '' || claim === undefined || claim.metadata.uid === uid;
}

function backendEdges(moment: Moment, volumeId: ObjectId, backend: Element): Edge[] {
  if (isThere(moment, volumeId) && isThere(moment, backend.id)) return [edge(volumeId, backend.id, 'backs')];
  return isToCome(moment, volumeId, backend.id) ? [edge(volumeId, backend.id, 'unborn')] : [];
}

function attachmentEdges(moment: Moment, volumeId: ObjectId, attachments: readonly Element[]): Edge[] {
  const found: Edge[] = [];
  const backend = moment.structure.backendOfVolume.get(volumeId);
  if (backend === undefined) return found;
  for (const attachment of attachments) {
    const value = moment.at(attachment.id);
    if (value === undefined || volumeOfAttachment(value) !== volumeId) continue;
    found.push(attachmentEdge(moment, attachment.id, backend.id, value));
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

function sourceEdges(moment: Moment, claim: Element): Edge[] {
  const value = moment.at(claim.id);
  const source = field(value, 'spec', 'dataSourceRef') ?? field(value, 'spec', 'dataSource');
  const kind = text(source, 'kind');
  const relation =
    kind === 'PersistentVolumeClaim' ? 'clone-of' : kind === 'VolumeSnapshot' ? 'snapshot-of' : undefined;
  if (relation === undefined) return [];
  const to = objectId(kind, text(source, 'namespace') || claim.namespace, text(source, 'name'));
  return [edge(claim.id, to, relation)];
}

/** Candidates that the latest decision about the selected claim turned down, while it is not bound. */
function rejectedEdges(moment: Moment, selected: ObjectId): Edge[] {
  if (parseId(selected).kind !== 'PersistentVolumeClaim') return [];
  const claim = moment.at(selected);
  if (claim === undefined || volumeOfClaim(claim) !== undefined) return [];
  const decision = moment
    .decisionsAbout(selected)
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
