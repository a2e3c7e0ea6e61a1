import type { ObjectId, StepMessage, WriteMessage } from '../../worker/protocol.ts';
import { claimOfVolume, isTokenVolume, volumeName } from './facts.ts';
import { field, isDeleting, normalId, parseId, text } from './ids.ts';
import { mountedVolume } from './lookups.ts';
import type { Message } from './message.ts';
import { sentenceName } from './names.ts';
import type { Replica } from './replica.ts';
import { stageOf } from './stages.ts';
import { CALLS } from './timeline.ts';

/** What a step did, in one sentence, and who did it. */
export interface Caption {
  /** Id of the component; empty before the first step. */
  readonly process: string;
  readonly message: Message;
}

/** The one thing about a step that a person should hear: an error before a write, a write before a call, a call before a decision. */
export function captionOf(replica: Replica, step: number): Caption {
  const message = replica.step(step);
  if (message === undefined) {
    const key = replica.steps === 0 ? 'caption.empty' : 'caption.start';
    return { process: '', message: { key } };
  }
  return {
    process: speakerOf(replica, message),
    message: failureCaption(replica, message) ??
      writeCaption(replica, message, TELLING) ??
      callCaption(replica, message) ??
      writeCaption(replica, message, 0) ??
      decisionCaption(message) ??
      eventCaption(replica, message) ?? { key: 'caption.worked', values: { item: message.label } },
  };
}

/** Who did it: where a driver answers, the driver; a plugin is a part of who calls it. */
function speakerOf(replica: Replica, step: StepMessage): string {
  const ended = step.process === CALLS ? step.ended[0] : undefined;
  const began = ended === undefined ? undefined : replica.callNumber(ended.call)?.began;
  if (began === undefined) return step.process;
  return began.driver.startsWith('kubernetes.io/') ? began.process : began.driver;
}

function failureCaption(replica: Replica, step: StepMessage): Message | undefined {
  const failed = step.ended.find((ended) => ended.code !== 'OK');
  const call = failed === undefined ? undefined : replica.callNumber(failed.call)?.began;
  if (failed === undefined || call === undefined) return undefined;
  const values = { method: call.method, code: failed.code, attempt: call.attempt };
  return { key: call.attempt > 1 ? 'caption.callFailedAgain' : 'caption.callFailed', values };
}

/** Writes of this weight and more say what a step was for; others only go along with it. */
const TELLING = 6;

function writeCaption(replica: Replica, step: StepMessage, least: number): Message | undefined {
  let best: { readonly weight: number; readonly message: Message } | undefined;
  for (const write of step.writes) {
    const found = sentenceOf(replica, step, write);
    if (found === undefined || found.weight < least) continue;
    if (best === undefined || found.weight > best.weight) best = found;
  }
  return best?.message;
}

const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

interface Weighed {
  readonly weight: number;
  readonly message: Message;
}

function sentenceOf(replica: Replica, step: StepMessage, write: WriteMessage): Weighed | undefined {
  const { kind } = parseId(write.id);
  const values = { kind, name: nameOf(write.id) };
  if (kind === 'Event' || kind === 'Lease') return undefined;
  if (kind === 'Mount') return mountSentence(replica, step, write);
  if (write.verb === 'gone') return { weight: 6, message: { key: 'caption.gone', values } };
  if (write.verb === 'delete') return { weight: 7, message: { key: 'caption.deleting', values } };
  // What a driver made is news only where nobody told the API of it.
  if (write.verb === 'create')
    return { weight: kind === 'Volume' ? 2 : 8, message: createSentence(replica, step, write, values) };
  return updateSentence(replica, step, write, values);
}

function createSentence(
  replica: Replica,
  step: StepMessage,
  write: WriteMessage,
  values: { readonly kind: string; readonly name: string },
): Message {
  const object = replica.objectAt(write.id, step.step);
  if (object !== undefined && values.kind === 'PersistentVolume') {
    const claim = claimOfVolume(object);
    if (claim !== undefined)
      return { key: 'caption.createdVolumeFor', values: { name: values.name, claim: nameOf(claim) } };
  }
  if (object !== undefined && values.kind === 'VolumeAttachment') {
    const pv = sentenceName(text(object, 'spec', 'source', 'persistentVolumeName'));
    return { key: 'caption.createdAttachment', values: { pv, node: text(object, 'spec', 'nodeName') } };
  }
  return { key: 'caption.created', values };
}

function updateSentence(
  replica: Replica,
  step: StepMessage,
  write: WriteMessage,
  values: { readonly kind: string; readonly name: string },
): Weighed {
  const object = replica.objectAt(write.id, step.step);
  const touches = (path: string): boolean =>
    write.changed.some((changed) => changed === path || changed.startsWith(`${path}.`));
  if (values.kind === 'PersistentVolume' && touches('spec.claimRef')) {
    const claim = object === undefined ? undefined : claimOfVolume(object);
    const message: Message =
      claim === undefined
        ? { key: 'caption.claimRefCleared', values }
        : { key: 'caption.claimRefWritten', values: { ...values, claim: nameOf(claim) } };
    return { weight: 9, message };
  }
  if (values.kind === 'PersistentVolumeClaim' && touches('spec.volumeName')) {
    return {
      weight: 9,
      message: {
        key: 'caption.volumeNameWritten',
        values: { ...values, pv: sentenceName(text(object, 'spec', 'volumeName')) },
      },
    };
  }
  if (values.kind === 'Pod' && touches('spec.nodeName')) {
    return {
      weight: 9,
      message: { key: 'caption.scheduled', values: { ...values, node: text(object, 'spec', 'nodeName') } },
    };
  }
  if (values.kind === 'VolumeAttachment' && touches('status.attached')) {
    const attached = field(object, 'status', 'attached') === true;
    const place = {
      pv: sentenceName(text(object, 'spec', 'source', 'persistentVolumeName')),
      node: text(object, 'spec', 'nodeName'),
    };
    return { weight: 9, message: { key: attached ? 'caption.attached' : 'caption.detached', values: place } };
  }
  const attachError = text(object, 'status', 'attachError', 'message');
  if (values.kind === 'VolumeAttachment' && attachError !== '' && touches('status.attachError')) {
    return { weight: 9, message: { key: 'caption.attachError', values: { ...values, message: attachError } } };
  }
  if (touches('status.phase')) {
    return {
      weight: 8,
      message: { key: 'caption.phase', values: { ...values, phase: text(object, 'status', 'phase') } },
    };
  }
  const selectedNode = object?.metadata.annotations?.[SELECTED_NODE];
  const selectedBefore = replica.objectAt(write.id, step.step - 1)?.metadata.annotations?.[SELECTED_NODE];
  if (selectedNode !== undefined && selectedNode !== selectedBefore) {
    return { weight: 8, message: { key: 'caption.selectedNode', values: { ...values, node: selectedNode } } };
  }
  if (touches('metadata.finalizers')) {
    const ending = object !== undefined && isDeleting(object);
    return { weight: ending ? 5 : 3, message: { key: 'caption.finalizers', values } };
  }
  if (touches('status')) {
    return {
      weight: 4,
      message: { key: 'caption.statusUpdated', values: { ...values, fields: leafNames(write.changed) } },
    };
  }
  return { weight: 4, message: { key: 'caption.updated', values: { ...values, fields: leafNames(write.changed) } } };
}

function mountSentence(replica: Replica, step: StepMessage, write: WriteMessage): Weighed | undefined {
  const before = replica.objectAt(write.id, step.step - 1)?.spec;
  const after = replica.objectAt(write.id, step.step)?.spec;
  const spec = after ?? before;
  const values = { volume: text(spec, 'volume'), pod: text(spec, 'podName'), node: text(spec, 'node') };
  const was = { staged: field(before, 'staged') === true, published: field(before, 'published') === true };
  const is = { staged: field(after, 'staged') === true, published: field(after, 'published') === true };
  // The token's volume is set up in every pod: whatever else the step does says more.
  if (isTokenVolume(values.volume)) {
    if (is.published === was.published) return undefined;
    return { weight: 1, message: { key: is.published ? 'caption.tokenMounted' : 'caption.tokenUnmounted', values } };
  }
  if (is.published && !was.published) return { weight: 9, message: { key: 'caption.mounted', values } };
  if (was.published && !is.published) return { weight: 9, message: { key: 'caption.unmounted', values } };
  if (is.staged && !was.staged) return { weight: 8, message: { key: 'caption.staged', values } };
  if (was.staged && !is.staged) return { weight: 8, message: { key: 'caption.unstaged', values } };
  if (field(before, 'wanted') === true && field(after, 'wanted') === false) {
    return { weight: 3, message: { key: 'caption.unwanted', values } };
  }
  return undefined;
}

/** Of the objects that a call is for, the one that a person knows best. */
const SUBJECTS = ['Pod', 'PersistentVolumeClaim', 'PersistentVolume', 'Volume'];

function callCaption(replica: Replica, step: StepMessage): Message | undefined {
  const began = step.began[0];
  if (began !== undefined) {
    if (isTokenVolume(mountedVolume(began.request))) return tokenCaption(replica, began.call, 'caption.tokenCall');
    const ids = replica.callNumber(began.call)?.about ?? [];
    const target = SUBJECTS.map((kind) => ids.find((id) => parseId(id).kind === kind)).find((id) => id !== undefined);
    const values = {
      method: began.method,
      attempt: began.attempt,
      node: began.node ?? '',
      about: target === undefined ? '' : nameOf(target),
    };
    const again = began.attempt > 1;
    if (values.about === '') return { key: again ? 'caption.callsAgain' : 'caption.calls', values };
    return { key: again ? 'caption.callsForAgain' : 'caption.callsFor', values };
  }
  const ended = step.ended[0];
  const call = ended === undefined ? undefined : replica.callNumber(ended.call)?.began;
  if (call === undefined) return undefined;
  if (isTokenVolume(mountedVolume(call.request))) return tokenCaption(replica, call.call, 'caption.tokenAnswer');
  return {
    key: stageOf(call.method) === undefined ? 'caption.answered' : 'caption.callOk',
    values: { method: call.method },
  };
}

function tokenCaption(replica: Replica, call: number, key: 'caption.tokenCall' | 'caption.tokenAnswer'): Message {
  const pod = replica.callNumber(call)?.about.find((id) => parseId(id).kind === 'Pod');
  return { key, values: { pod: pod === undefined ? '' : nameOf(pod) } };
}

function decisionCaption(step: StepMessage): Message | undefined {
  const decision = step.decisions[0];
  if (decision === undefined) return undefined;
  const about = parseId(normalId(decision.about));
  const candidates = decision.candidates ?? [];
  const values = { kind: about.kind, name: about.name, by: decision.by, count: candidates.length };
  if (candidates.length === 0) return { key: 'caption.decided', values };
  if (decision.by === 'waitForVolumeAttach') return { key: 'caption.waitsForAttach', values };
  const chosen = candidates.find((candidate) => candidate.ok);
  if (chosen === undefined) return { key: 'caption.noCandidate', values };
  return { key: 'caption.chose', values: { ...values, chosen: chosen.candidate } };
}

function eventCaption(replica: Replica, step: StepMessage): Message | undefined {
  const write = step.writes.find((found) => parseId(found.id).kind === 'Event');
  const event = write === undefined ? undefined : replica.objectAt(write.id, step.step);
  if (event === undefined) return undefined;
  const on = event.involvedObject ?? event.regarding;
  return {
    key: 'caption.event',
    values: { reason: text(event, 'reason'), kind: text(on, 'kind'), name: text(on, 'name') },
  };
}

function nameOf(id: ObjectId): string {
  const { kind, name } = parseId(id);
  return sentenceName(kind === 'Volume' ? volumeName(name).handle : name);
}

/** The last parts of the changed paths, a few of them. */
function leafNames(paths: readonly string[]): string {
  const names = [...new Set(paths.map(leafName))];
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} …` : names.join(', ');
}

/** The last part of a path; the keys of annotations and labels hold dots themselves. */
function leafName(path: string): string {
  const [, key] = /^metadata\.(?:annotations|labels)\.(.+)$/.exec(path) ?? [];
  return key ?? path.slice(path.lastIndexOf('.') + 1);
}
