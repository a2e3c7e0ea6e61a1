import type { ObjectId, RecordedObject } from '../../worker/protocol.ts';
import { claimOfVolume, type PodVolume, roughSize, volumeOfClaim } from './facts.ts';
import { count, field, isDeleting, list, objectId, parseId, text } from './ids.ts';
import type { Phrase } from './message.ts';
import { type FlyingCall, lastFailure, lifeOf, type Moment } from './moment.ts';
import { Memory } from './reading.ts';
import type { Stage } from './stages.ts';
import type { Element, PodElement, Structure } from './structure.ts';

/** How an object stands, as far as the picture is concerned; `gone` is drawn as the trace it leaves. */
export type Family = 'ok' | 'working' | 'waiting' | 'failed' | 'ending' | 'idle' | 'unborn' | 'gone';

export type StateGlyph = Family | 'barred';

export interface ObjectState {
  readonly family: Family;
  readonly glyph: StateGlyph;
  /** Kubernetes' own word. */
  readonly word: Phrase;
  /** The API's phase, or the state word where a kind has none; `Unborn` and `Gone` outside its life. */
  readonly phase: string;
  /** What stands after the word: the grace that is left, the try. */
  readonly detail?: Phrase;
}

const memories = new WeakMap<Structure, Memory<Element, ObjectState>>();

/** What is remembered of states in a recording of this structure. */
export function statesIn(structure: Structure): Memory<Element, ObjectState> {
  const known = memories.get(structure) ?? new Memory();
  memories.set(structure, known);
  return known;
}

/** The state of an object at a step. There is no other place that decides it. */
export function stateOf(moment: Moment, element: Element): ObjectState {
  return moment.recall(statesIn(moment.structure), element, () => stateFound(moment, element));
}

function stateFound(moment: Moment, element: Element): ObjectState {
  const life = lifeOf(moment, element);
  if (life === 'unborn') {
    if (element.kind === 'Volume' && moment.flying(element.id).some(({ stage }) => stage === 'create')) {
      return state('working', { key: VOLUME_MESSAGES.creating }, 'Unborn');
    }
    const word: Phrase = { key: 'graph.createdAtStep', values: { step: element.firstStep } };
    return { family: 'unborn', glyph: 'unborn', word, phase: 'Unborn' };
  }
  if (life === 'gone') {
    const step = moment.lastChange(element.id) ?? element.lastStep ?? moment.step;
    return { family: 'gone', glyph: 'unborn', word: { key: 'graph.goneAtStep', values: { step } }, phase: 'Gone' };
  }
  const object = moment.at(element.id);
  if (element.kind === 'Volume') return volumeState(moment, element.id);
  if (element.kind === 'InlineVolume') return inlineState(moment, element);
  if (object === undefined) return state('idle', '', '');
  const rule = RULES[element.kind];
  return rule === undefined ? state('idle', '', '') : rule(moment, element, object);
}

type Rule = (moment: Moment, element: Element, object: RecordedObject) => ObjectState;

const RULES: Readonly<Record<string, Rule>> = {
  Pod: podState,
  PersistentVolumeClaim: claimState,
  PersistentVolume: persistentVolumeState,
  VolumeAttachment: attachmentState,
  Node: nodeState,
  StorageClass: classState,
  VolumeSnapshot: snapshotState,
  VolumeSnapshotContent: snapshotState,
  Deployment: workloadState,
  StatefulSet: workloadState,
  ReplicaSet: workloadState,
  ReplicationController: workloadState,
  DaemonSet: workloadState,
  Job: workloadState,
  CronJob: workloadState,
};

function state(family: Exclude<Family, 'unborn' | 'gone'>, word: Phrase, phase: string, detail?: Phrase): ObjectState {
  return detail === undefined ? { family, glyph: family, word, phase } : { family, glyph: family, word, phase, detail };
}

const FAILED_REASONS = new Set([
  'CrashLoopBackOff',
  'Error',
  'ErrImagePull',
  'ImagePullBackOff',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

const MOUNT_STAGES: readonly Stage[] = ['attach', 'stage', 'mount'];

function podState(moment: Moment, element: Element, pod: RecordedObject): ObjectState {
  const phase = text(pod, 'status', 'phase') || 'Pending';
  if (isDeleting(pod)) return state('ending', 'Terminating', 'Terminating', graceLeft(moment, pod));
  if (phase === 'Failed') return state('failed', text(pod, 'status', 'reason') || phase, phase);
  if (phase === 'Succeeded') return state('ok', phase, phase);
  const waiting = containerWaiting(pod);
  if (FAILED_REASONS.has(waiting)) return state('failed', waiting, phase);
  if (phase === 'Running') return state('ok', phase, phase);
  if (phase !== 'Pending') return state('waiting', phase, phase);
  if (text(pod, 'spec', 'nodeName') === '') return unscheduledState(moment, element.id, pod);
  const failed = failedNow(moment, element.id, MOUNT_STAGES, phase);
  if (failed !== undefined) return failed;
  const stuck = lastFailure(moment, element.id, MOUNT_STAGES) !== undefined && moment.flying(element.id).length === 0;
  return state(stuck ? 'waiting' : 'working', waiting || phase, phase);
}

function unscheduledState(moment: Moment, id: ObjectId, pod: RecordedObject): ObjectState {
  const condition = list(pod, 'status', 'conditions').find((item) => text(item, 'type') === 'PodScheduled');
  if (text(condition, 'status') !== 'False') return state('working', 'Pending', 'Pending');
  const fits = /^(\d+\/\d+) nodes are available/.exec(text(condition, 'message'))?.[1];
  const decision = moment.decisionsAbout(id).find((found) => found.decision.candidates !== undefined);
  const checked = decision?.decision.candidates?.length;
  if (fits === undefined && checked === undefined) return state('waiting', 'Pending', 'Pending');
  const word: Phrase = { key: 'graph.pendingNodes', values: { fits: fits ?? `0/${checked}` } };
  return state('waiting', word, 'Pending');
}

function containerWaiting(pod: RecordedObject): string {
  const statuses = [...list(pod, 'status', 'initContainerStatuses'), ...list(pod, 'status', 'containerStatuses')];
  for (const status of statuses) {
    const reason = text(status, 'state', 'waiting', 'reason');
    if (reason !== '') return reason;
  }
  return '';
}

/** Seconds of grace that are left: the deletionTimestamp is when the grace ends. */
function graceLeft(moment: Moment, pod: RecordedObject): Phrase | undefined {
  const grace = count(pod, 'metadata', 'deletionGracePeriodSeconds');
  const since = deletedSince(moment, pod);
  if (grace === 0 || since === undefined) return undefined;
  const left = Math.max(0, Math.ceil(grace - (moment.now - since) / 1000));
  return { key: 'graph.graceLeft', values: { seconds: left } };
}

/** Virtual time at which the object's deletion was asked for. */
function deletedSince(moment: Moment, object: RecordedObject): number | undefined {
  const id = objectId(object.kind, object.metadata.namespace ?? '', object.metadata.name);
  const steps = moment.replica.changesOf(id);
  const first = steps.find((step) => {
    const value = moment.replica.objectAt(id, step);
    return value !== undefined && value.metadata.uid === object.metadata.uid && isDeleting(value);
  });
  return first === undefined ? undefined : moment.replica.timeAt(first);
}

function claimState(moment: Moment, element: Element, claim: RecordedObject): ObjectState {
  const phase = text(claim, 'status', 'phase') || 'Pending';
  if (isDeleting(claim)) return state('ending', 'Terminating', 'Terminating', holdingFinalizer(claim));
  if (phase === 'Lost') return state('failed', phase, phase);
  if (phase === 'Bound') {
    return state(resizeOf(claim) === undefined ? 'ok' : 'working', phase, phase);
  }
  const busy = moment.flying(element.id).some((flying) => flying.stage === 'create');
  if (busy || isHalfBound(moment, element.id, claim)) return state('working', phase, phase);
  return failedNow(moment, element.id, ['create'], phase) ?? state('waiting', phase, phase);
}

/** For the step in which a call about an object fails it says the answer and the try; after that it waits. */
function failedNow(moment: Moment, id: ObjectId, stages: readonly Stage[], phase: string): ObjectState | undefined {
  const failure = lastFailure(moment, id, stages);
  if (failure?.call.endedStep === undefined || !moment.isAt(failure.call.endedStep)) return undefined;
  const { attempt, code = '' } = failure;
  return state('failed', code, phase, attempt > 1 ? { key: 'graph.tryNumber', values: { attempt } } : undefined);
}

/** What a bound claim has and what it asks for while that is more: it is being made larger. */
export function resizeOf(
  claim: RecordedObject | undefined,
): { readonly from: string; readonly to: string } | undefined {
  const from = text(claim, 'status', 'capacity', 'storage');
  const to = text(claim, 'spec', 'resources', 'requests', 'storage');
  return text(claim, 'status', 'phase') === 'Bound' && from !== '' && roughSize(from) < roughSize(to)
    ? { from, to }
    : undefined;
}

function holdingFinalizer(object: RecordedObject): Phrase | undefined {
  const finalizer = object.metadata.finalizers?.[0];
  return finalizer === undefined ? undefined : finalizer.slice(finalizer.indexOf('/') + 1);
}

function isHalfBound(moment: Moment, id: ObjectId, claim: RecordedObject): boolean {
  if (volumeOfClaim(claim) !== undefined) return true;
  return (moment.structure.volumesOfClaim.get(id) ?? []).some((volume) => {
    const value = moment.at(volume.id);
    return (
      value !== undefined &&
      claimOfVolume(value) === id &&
      text(value, 'spec', 'claimRef', 'uid') === claim.metadata.uid
    );
  });
}

function snapshotState(_moment: Moment, _element: Element, snapshot: RecordedObject): ObjectState {
  if (isDeleting(snapshot)) return state('ending', 'Terminating', 'Terminating', holdingFinalizer(snapshot));
  if (field(snapshot, 'status', 'readyToUse') === true) return state('ok', 'Ready', 'Ready');
  return text(snapshot, 'status', 'error', 'message') === ''
    ? state('waiting', 'NotReady', 'NotReady')
    : state('failed', 'Error', 'NotReady');
}

function persistentVolumeState(_moment: Moment, _element: Element, volume: RecordedObject): ObjectState {
  const phase = text(volume, 'status', 'phase') || 'Pending';
  if (isDeleting(volume)) return state('ending', 'Terminating', 'Terminating', holdingFinalizer(volume));
  if (phase === 'Failed') return state('failed', phase, phase);
  if (phase === 'Released') return state('ending', phase, phase);
  if (phase === 'Bound') return state('ok', phase, phase);
  const claimed = text(volume, 'spec', 'claimRef', 'uid') !== '';
  if (claimed) return state('working', phase, phase);
  const reserved = claimOfVolume(volume) !== undefined;
  return state('idle', phase, phase, reserved ? { key: 'graph.reserved' } : undefined);
}

function attachmentState(moment: Moment, element: Element, attachment: RecordedObject): ObjectState {
  const node = text(attachment, 'spec', 'nodeName');
  if (isDeleting(attachment)) return state('ending', node, 'Detaching');
  if (field(attachment, 'status', 'attached') === true) return state('ok', node, 'Attached');
  const failed = field(attachment, 'status', 'attachError') !== undefined;
  if (failed && moment.flying(element.id).length === 0) return state('failed', node, 'Attaching');
  return state('working', node, 'Attaching');
}

const VOLUME_WORDS: Readonly<Partial<Record<Stage, string>>> = {
  create: 'creating',
  delete: 'deleting',
  attach: 'attaching',
  detach: 'detaching',
  stage: 'staging',
  unstage: 'unstaging',
  mount: 'mounting',
  unmount: 'unmounting',
};

const VOLUME_STAGES = Object.keys(VOLUME_WORDS) as Stage[];

const VOLUME_MESSAGES = {
  creating: 'graph.volumeCreating',
  deleting: 'graph.volumeDeleting',
  attaching: 'graph.volumeAttaching',
  detaching: 'graph.volumeDetaching',
  staging: 'graph.volumeStaging',
  unstaging: 'graph.volumeUnstaging',
  mounting: 'graph.volumeMounting',
  unmounting: 'graph.volumeUnmounting',
} as const;

function volumeState(moment: Moment, id: ObjectId): ObjectState {
  const flying = moment.flying(id).find((call: FlyingCall) => call.stage !== undefined);
  const word = flying?.stage === undefined ? undefined : VOLUME_WORDS[flying.stage];
  if (word !== undefined && word in VOLUME_MESSAGES) {
    return state('working', { key: VOLUME_MESSAGES[word as keyof typeof VOLUME_MESSAGES] }, word);
  }
  const failed = failedNow(moment, id, VOLUME_STAGES, 'idle');
  if (failed !== undefined) return failed;
  return isInUse(moment, id)
    ? state('ok', { key: 'graph.volumeInUse' }, 'in use')
    : state('idle', { key: 'graph.volumeIdle' }, 'idle');
}

/** Attached to a node, or mounted by a kubelet where nothing is attached. */
function isInUse(moment: Moment, id: ObjectId): boolean {
  const pv = moment.structure.volumeOfBackend.get(id);
  if (pv === undefined) return false;
  const attached = (moment.structure.attachmentsOfVolume.get(pv) ?? []).some(
    (attachment) => field(moment.at(attachment.id), 'status', 'attached') === true,
  );
  if (attached) return true;
  return (moment.structure.mountsOfVolume.get(pv) ?? []).some((mount) => {
    const spec = moment.at(mount)?.spec;
    return field(spec, 'published') === true || field(spec, 'staged') === true;
  });
}

function inlineState(moment: Moment, element: Element): ObjectState {
  const mount = mountOf(moment, element);
  if (field(mount, 'published') === true) return state('ok', { key: 'graph.volumeInUse' }, 'in use');
  const volume = volumeOfInline(moment, element);
  if (volume?.isUnused === true) return state('idle', { key: 'graph.volumeUnused' }, 'unused');
  const source = volume?.from === undefined ? undefined : moment.at(volume.from);
  if (volume?.from !== undefined && source === undefined) {
    return state('waiting', { key: 'graph.sourceMissing', values: { kind: parseId(volume.from).kind } }, 'missing');
  }
  return state('idle', { key: 'graph.volumeIdle' }, 'idle');
}

/** The volume, as its pod has it, that an element stands for. */
export function volumeOfInline({ structure }: Moment, inline: Element): PodVolume | undefined {
  const pod = objectId('Pod', inline.namespace, inline.name.slice(0, inline.name.indexOf('/')));
  const found = structure.elements.get(pod) as PodElement | undefined;
  return found?.volumes.find((volume) => volume.target === inline.id);
}

/** The kubelet's record of a volume that a pod brings itself. */
export function mountOf(moment: Moment, inline: Element): unknown {
  const at = inline.name.indexOf('/');
  const pod = objectId('Pod', inline.namespace, inline.name.slice(0, at));
  const uid = moment.at(pod)?.metadata.uid;
  for (const id of moment.structure.mountsOfPod.get(pod) ?? []) {
    const spec = moment.at(id)?.spec;
    if (text(spec, 'podUID') === uid && text(spec, 'volume') === inline.name.slice(at + 1)) return spec;
  }
  return undefined;
}

function nodeState(_moment: Moment, _element: Element, node: RecordedObject): ObjectState {
  const ready = list(node, 'status', 'conditions').find((item) => text(item, 'type') === 'Ready');
  if (ready !== undefined && text(ready, 'status') !== 'True') return state('failed', 'NotReady', 'NotReady');
  if (field(node, 'spec', 'unschedulable') === true) {
    return { family: 'waiting', glyph: 'barred', word: 'SchedulingDisabled', phase: 'Ready' };
  }
  return state('ok', 'Ready', 'Ready');
}

export const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

function classState(moment: Moment, _element: Element, storageClass: RecordedObject): ObjectState {
  if (!isDefaultClass(storageClass)) return state('idle', '', '');
  const defaults = moment.structure.classes.filter((other) => isDefaultClass(moment.at(other.id)));
  return state(defaults.length > 1 ? 'waiting' : 'idle', { key: 'graph.defaultClass' }, 'default');
}

export function isDefaultClass(storageClass: RecordedObject | undefined): boolean {
  return storageClass?.metadata.annotations?.[DEFAULT_CLASS] === 'true';
}

function workloadState(_moment: Moment, _element: Element, workload: RecordedObject): ObjectState {
  if (isDeleting(workload)) return state('ending', 'Terminating', 'Terminating');
  const { ready, wanted } = replicasOf(workload);
  if (field(workload, 'spec', 'paused') === true) return state('waiting', 'Paused', 'Paused');
  return state(ready >= wanted ? 'ok' : 'working', '', ready >= wanted ? 'Ready' : 'Progressing');
}

export function replicasOf(workload: RecordedObject): { readonly ready: number; readonly wanted: number } {
  if (workload.kind === 'Job') {
    const wanted = field(workload, 'spec', 'completions');
    return { ready: count(workload, 'status', 'succeeded'), wanted: typeof wanted === 'number' ? wanted : 1 };
  }
  if (workload.kind === 'DaemonSet') {
    return {
      ready: count(workload, 'status', 'numberReady'),
      wanted: count(workload, 'status', 'desiredNumberScheduled'),
    };
  }
  const wanted = field(workload, 'spec', 'replicas');
  return { ready: count(workload, 'status', 'readyReplicas'), wanted: typeof wanted === 'number' ? wanted : 1 };
}
