import type { ObjectId, RecordedObject } from '../../worker/protocol.ts';
import { backendOf, type PodVolume, volumeOfClaim } from './facts.ts';
import { field, objectId, parseId, text } from './ids.ts';
import { mountedVolume } from './lookups.ts';
import type { Phrase } from './message.ts';
import { lastFailure, type Moment } from './moment.ts';
import type { RecordedCall } from './replica.ts';
import type { Stage } from './stages.ts';
import type { PodElement } from './structure.ts';

export const SEGMENTS = ['bind', 'attach', 'stage', 'mount'] as const;

export type Segment = (typeof SEGMENTS)[number];

/** `none`: this volume does not need the segment. */
export type SegmentState = 'done' | 'now' | 'todo' | 'none' | 'failed';

/** How far one volume has come on its way into one pod. */
export interface VolumePath {
  readonly volume: PodVolume;
  readonly segments: Readonly<Record<Segment, SegmentState>>;
  /** The word behind the segments: what is done, or what goes on with its try. */
  readonly word: Phrase;
  /** The same at length, for those who hear it: what is done, then what goes on or has failed, then the try. */
  readonly spoken: readonly Phrase[];
}

const DONE_WORDS = {
  bind: 'graph.pathBound',
  attach: 'graph.pathAttached',
  stage: 'graph.pathStaged',
  mount: 'graph.pathMounted',
} as const;

const NOW_WORDS = {
  bind: 'graph.pathBind',
  attach: 'graph.pathAttach',
  stage: 'graph.pathStage',
  mount: 'graph.pathMount',
} as const;

const ACTIVE_WORDS = {
  bind: 'graph.activeBind',
  attach: 'graph.activeAttach',
  stage: 'graph.activeStage',
  mount: 'graph.activeMount',
} as const;

const FAILED_WORDS = {
  bind: 'graph.failedBind',
  attach: 'graph.failedAttach',
  stage: 'graph.failedStage',
  mount: 'graph.failedMount',
} as const;

/** The paths of the volumes that a pod goes through anything for, the least advanced first. */
export function pathsOf(moment: Moment, pod: PodElement): VolumePath[] {
  return pod.volumes
    .filter((volume) => volume.isUnused !== true || volume.claim !== undefined)
    .map((volume) => pathOf(moment, pod, volume))
    .sort((a, b) => progress(a) - progress(b));
}

/** True for a path that only has the last segment, such as that of an emptyDir. */
export function isPlain(path: VolumePath): boolean {
  return path.segments.bind === 'none';
}

function progress(path: VolumePath): number {
  const missing = SEGMENTS.filter((segment) => !['done', 'none'].includes(path.segments[segment])).length;
  return -missing * 10 + (isPlain(path) ? 1 : 0);
}

function pathOf(moment: Moment, pod: PodElement, volume: PodVolume): VolumePath {
  const claim = volume.claim === undefined ? undefined : moment.at(volume.claim);
  const pvId = claim === undefined ? undefined : volumeOfClaim(claim);
  const pv = pvId === undefined ? undefined : moment.at(pvId);
  const mount = mountSpec(moment, pod, volume.name);
  const bound = text(claim, 'status', 'phase') === 'Bound';
  const published = field(mount, 'published') === true;
  const needs = { ...needsOf(moment, volume, pv), ...(volume.isUnused === true && { stage: false, mount: false }) };
  const attachment =
    pvId === undefined ? undefined : attachmentOn(moment, pvId, text(moment.at(pod.id), 'spec', 'nodeName'));

  const done: Record<Segment, boolean> = {
    bind: bound,
    attach: field(attachment, 'status', 'attached') === true,
    stage: field(mount, 'staged') === true,
    mount: published,
  };
  const segments: Record<Segment, SegmentState> = { bind: 'none', attach: 'none', stage: 'none', mount: 'todo' };
  let now: Trying | undefined;
  for (const segment of SEGMENTS) {
    if (!needs[segment]) continue;
    if (done[segment]) {
      segments[segment] = 'done';
      continue;
    }
    const flying = flyingOf(moment, pod, volume, pvId, STAGES[segment]);
    const failure =
      flying === undefined ? failureOf(moment, pod, volume, pvId, attachment, STAGES[segment]) : undefined;
    const attempt = flying ?? failure;
    segments[segment] = flying !== undefined ? 'now' : failure !== undefined ? 'failed' : 'todo';
    if (attempt !== undefined) now = { segment, attempt, failed: flying === undefined };
  }
  return { volume, segments, word: wordOf(segments, now), spoken: spokenOf(segments, now) };
}

/** The segment that is worked on, or that failed at its last try. */
interface Trying {
  readonly segment: Segment;
  readonly attempt: number;
  readonly failed: boolean;
}

const STAGES: Readonly<Record<Segment, Stage>> = { bind: 'create', attach: 'attach', stage: 'stage', mount: 'mount' };

function wordOf(segments: Readonly<Record<Segment, SegmentState>>, now: Trying | undefined): Phrase {
  if (now !== undefined) {
    const key = NOW_WORDS[now.segment];
    return now.attempt > 1 ? { key: `${key}Try`, values: { attempt: now.attempt } } : { key };
  }
  return doneWord(segments);
}

function doneWord(segments: Readonly<Record<Segment, SegmentState>>): Phrase {
  const last = SEGMENTS.findLast((segment) => segments[segment] === 'done');
  if (last !== undefined) return { key: DONE_WORDS[last] };
  return { key: segments.bind === 'none' ? 'graph.pathUnmounted' : 'graph.pathUnbound' };
}

function spokenOf(segments: Readonly<Record<Segment, SegmentState>>, now: Trying | undefined): Phrase[] {
  const hasDone = SEGMENTS.some((segment) => segments[segment] === 'done');
  const done = hasDone || now === undefined ? [doneWord(segments)] : [];
  if (now === undefined) return done;
  const word = { key: (now.failed ? FAILED_WORDS : ACTIVE_WORDS)[now.segment] };
  return now.attempt > 1 ? [...done, word, tryWord(now.attempt)] : [...done, word];
}

function tryWord(attempt: number): Phrase {
  if (attempt === 2) return { key: 'graph.trySecond' };
  return attempt === 3 ? { key: 'graph.tryThird' } : { key: 'graph.tryNumber', values: { attempt } };
}

/** Which segments the volume has to go through at all. */
function needsOf(moment: Moment, volume: PodVolume, pv: RecordedObject | undefined): Record<Segment, boolean> {
  const isClaim = volume.claim !== undefined;
  const backend = pv === undefined ? undefined : backendOf(pv);
  if (backend === undefined) return { bind: isClaim, attach: isClaim, stage: isClaim, mount: true };
  if (backend.source !== 'csi') {
    const methods = moment.replica.methodsOf(backend.driver);
    return { bind: isClaim, attach: methods.has('Attach'), stage: methods.has('MountDevice'), mount: true };
  }
  const driver = moment.replica.lastValue(objectId('CSIDriver', '', backend.driver));
  const methods = moment.replica.methodsOf(backend.driver);
  return {
    bind: isClaim,
    attach: field(driver, 'spec', 'attachRequired') !== false,
    // A driver that ever published and never staged has no STAGE_UNSTAGE_VOLUME.
    stage: methods.has('NodeStageVolume') || !methods.has('NodePublishVolume'),
    mount: true,
  };
}

/** The kubelet's record of a pod's volume, its `spec`. */
export function mountSpec(moment: Moment, pod: PodElement, volume: string): unknown {
  const uid = moment.at(pod.id)?.metadata.uid;
  for (const id of moment.structure.mountsOfPod.get(pod.id) ?? []) {
    const spec = moment.at(id)?.spec;
    if (spec !== undefined && text(spec, 'podUID') === uid && text(spec, 'volume') === volume) return spec;
  }
  return undefined;
}

function attachmentOn(moment: Moment, pv: string, node: string): RecordedObject | undefined {
  if (node === '') return undefined;
  for (const attachment of moment.structure.attachmentsOfVolume.get(pv) ?? []) {
    const value = moment.at(attachment.id);
    if (value !== undefined && text(value, 'spec', 'nodeName') === node) return value;
  }
  return undefined;
}

function flyingOf(
  moment: Moment,
  pod: PodElement,
  volume: PodVolume,
  pv: string | undefined,
  stage: Stage,
): number | undefined {
  const node = text(moment.at(pod.id), 'spec', 'nodeName');
  const about = stage === 'create' ? volume.claim : pv;
  const calls = [...moment.flying(pod.id), ...(about === undefined ? [] : moment.flying(about))];
  const found = calls.find(
    (flying) =>
      flying.stage === stage &&
      (stage === 'create' || flying.call.began.node === undefined || flying.call.began.node === node) &&
      (stage !== 'mount' || flying.objects.pod === undefined || flying.objects.pod === pod.id) &&
      isOf(flying.call, volume, pv) &&
      (flying.objects.pv === undefined || pv === undefined || flying.objects.pv === pv),
  );
  return found?.call.began.attempt;
}

/** Whether a call that names the directory of a volume names that of this one. */
function isOf({ began }: RecordedCall, volume: PodVolume, pv: ObjectId | undefined): boolean {
  const name = mountedVolume(began.request);
  return name === '' || name === volume.name || (pv !== undefined && name === parseId(pv).name);
}

function failureOf(
  moment: Moment,
  pod: PodElement,
  volume: PodVolume,
  pv: ObjectId | undefined,
  attachment: RecordedObject | undefined,
  stage: Stage,
): number | undefined {
  const about =
    stage === 'create'
      ? volume.claim
      : stage === 'attach'
        ? attachment && objectId('VolumeAttachment', '', attachment.metadata.name)
        : pod.id;
  const failure = about === undefined ? undefined : lastFailure(moment, about, [stage]);
  return failure !== undefined && isOf(failure.call, volume, pv) ? failure.attempt : undefined;
}
