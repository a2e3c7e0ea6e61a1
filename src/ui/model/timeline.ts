import type { ObjectId, StepMessage, VirtualTime } from '../../worker/protocol.ts';
import { LONG_PAUSE, type Pause } from './axis.ts';
import { normalId, parseId } from './ids.ts';
import { componentName } from './names.ts';
import type { RecordedCall, Replica } from './replica.ts';
import { stageOf } from './stages.ts';
import { type Wait, WaitBook } from './waits.ts';

export type TrackKind = 'api' | 'component' | 'driver';

/** A sync that wrote, or one that decided against. */
export interface Tick {
  readonly step: number;
  readonly at: VirtualTime;
  readonly no: boolean;
  readonly about: readonly ObjectId[];
}

/** A call that is made again after an error: the try before it and the new one. */
export interface Retry {
  readonly before: RecordedCall;
  readonly call: RecordedCall;
}

export interface Track {
  readonly id: string;
  readonly kind: TrackKind;
  /** As the page shows it. */
  readonly name: string;
  readonly rank: number;
  readonly ticks: Tick[];
  readonly calls: RecordedCall[];
  readonly waits: Wait[];
  readonly retries: Retry[];
}

export interface Flag {
  readonly step: number;
  readonly at: VirtualTime;
  readonly operation: number;
  /** What was asked for, such as `apply`, `delete`, `fault` or `kubectl`. */
  readonly verb: string;
  /** The first object that it was asked of; of a command everything behind `kubectl`. */
  readonly name: string;
  /** Requests that belong to it. */
  readonly requests: number;
}

/** Components in causal order; those that are not named stand before the volume controllers. */
const ORDER = [
  'namespace-controller',
  'deployment-controller',
  'replicaset-controller',
  'statefulset-controller',
  'daemonset-controller',
  'job-controller',
  'ephemeral-volume-controller',
  'persistentvolume-binder-controller',
  'pvc-protection-controller',
  'pv-protection-controller',
  'kube-scheduler',
  'persistentvolume-attach-detach-controller',
  'csi-provisioner',
  'csi-attacher',
  'csi-resizer',
  'snapshot-controller',
  'csi-snapshotter',
  'node-driver-registrar',
  'kubelet',
];

/** Tracks that say little about storage: folded away unless they are acting or asked for. */
const QUIET =
  /^(namespace|node-driver-registrar|deployment|replicaset|pvc-protection|pv-protection|persistentvolumeclaim-protection|persistentvolume-protection|garbage|pod-garbage|node-lifecycle|taint-eviction|node-controller|serviceaccount)/;

export function isQuiet(track: Track): boolean {
  return track.kind === 'component' && QUIET.test(track.id) && track.calls.length === 0;
}

/** The process under which drivers answer calls. */
export const CALLS = 'calls';

/** Everything that the timeline draws, built up step by step as the recording grows. */
export class TimelineData {
  #done = 0;
  #generation = -1;
  #tracks = new Map<string, Track>();
  #waits = this.#newWaits();
  /** The last try of each method about the same thing. */
  #tries = new Map<string, RecordedCall>();
  #lastActive: VirtualTime = 0;
  #end: VirtualTime = 0;
  #closed: Pause[] = [];
  #decided = new Set<string>();
  flags: Flag[] = [];
  /** Writes to the API of each step. */
  writes: { readonly step: number; readonly at: VirtualTime; readonly count: number }[] = [];
  most = 1;

  /** Takes what is new in the recording; starts again when it was cut. */
  update(replica: Replica): void {
    if (this.#generation !== replica.generation || replica.steps < this.#done) this.#reset(replica.generation);
    for (let n = this.#done + 1; n <= replica.steps; n += 1) {
      const step = replica.step(n);
      if (step !== undefined) this.#take(replica, step, n);
    }
    this.#done = replica.steps;
  }

  /** Tracks in causal order. */
  tracks(): Track[] {
    return [...this.#tracks.values()].sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1));
  }

  /** Idle times: nothing happens in them but what is in flight, and syncs that find again what they found before. */
  get pauses(): readonly Pause[] {
    const isOpen = this.#end - this.#lastActive >= LONG_PAUSE;
    return isOpen ? [...this.#closed, { from: this.#lastActive, to: this.#end }] : this.#closed;
  }

  #pace(step: StepMessage): void {
    this.#end = step.at;
    if (!this.#isNews(step)) return;
    if (step.at - this.#lastActive >= LONG_PAUSE) this.#closed.push({ from: this.#lastActive, to: step.at });
    this.#lastActive = step.at;
  }

  #isNews(step: StepMessage): boolean {
    let isNews = step.operation !== undefined || step.began.length > 0 || step.ended.length > 0;
    for (const decision of step.decisions) {
      const key = `${decision.about} ${decision.by} ${decision.outcome}`;
      isNews ||= !this.#decided.has(key);
      this.#decided.add(key);
    }
    return isNews || step.writes.some((write) => write.verb !== 'update' || parseId(write.id).kind !== 'Event');
  }

  #reset(generation: number): void {
    this.#done = 0;
    this.#generation = generation;
    this.#tracks = new Map();
    this.#waits = this.#newWaits();
    this.#tries = new Map();
    this.#lastActive = 0;
    this.#end = 0;
    this.#closed = [];
    this.#decided = new Set();
    this.flags = [];
    this.writes = [];
    this.most = 1;
  }

  #take(replica: Replica, step: StepMessage, n: number): void {
    this.#pace(step);
    if (step.operation !== undefined) this.#flag(step, n, step.operation);
    const apiWrites = step.writes.filter((write) => !isUnseen(write.id)).length;
    if (apiWrites > 0) {
      this.writes.push({ step: n, at: step.at, count: apiWrites });
      this.most = Math.max(this.most, apiWrites);
    }
    const track = step.operation !== undefined || step.process === CALLS ? undefined : this.#component(step.process);
    for (const began of step.began) {
      const call = replica.callNumber(began.call);
      if (call === undefined) continue;
      const caller = track ?? this.#component(began.process);
      caller.calls.push(call);
      this.#retry(caller, call);
      if (stageOf(began.method) === undefined || isCsi(began.driver)) this.#driver(began.driver).calls.push(call);
    }
    const about = [
      ...step.writes.map((write) => write.id),
      ...step.decisions.map((decision) => normalId(decision.about)),
    ];
    if (track !== undefined && about.length > 0) {
      track.ticks.push({ step: n, at: step.at, no: saysNo(step), about });
    }
    this.#waits.take(replica, step, n);
  }

  #newWaits(): WaitBook {
    return new WaitBook((process) => this.#component(process).waits);
  }

  #retry(track: Track, call: RecordedCall): void {
    const { driver, method, node = '', attempt } = call.began;
    const key = `${track.id} ${driver} ${method} ${node} ${call.about.join(' ')}`;
    const before = this.#tries.get(key);
    if (before !== undefined && before.began.attempt === attempt - 1) track.retries.push({ before, call });
    this.#tries.set(key, call);
  }

  #flag(step: StepMessage, n: number, operation: number): void {
    const last = this.flags.at(-1);
    if (last?.operation === operation) {
      this.flags[this.flags.length - 1] = { ...last, requests: last.requests + 1 };
      return;
    }
    const [verb = '', ...rest] = step.label.split(' ');
    const target = rest.join(' ');
    const name = verb === 'kubectl' ? target : target.slice(target.indexOf('/') + 1);
    this.flags.push({ step: n, at: step.at, operation, verb, name, requests: 1 });
  }

  #component(process: string): Track {
    const base = process.split('/')[0] ?? process;
    const index = ORDER.indexOf(base);
    return this.#track(process, 'component', componentName(process), index < 0 ? 0 : index + 1);
  }

  #driver(driver: string): Track {
    return this.#track(`driver/${driver}`, 'driver', driver, ORDER.length + 2);
  }

  #track(id: string, kind: TrackKind, name: string, rank: number): Track {
    const known = this.#tracks.get(id);
    if (known !== undefined) return known;
    const track: Track = { id, kind, name, rank, ticks: [], calls: [], waits: [], retries: [] };
    this.#tracks.set(id, track);
    return track;
  }
}

function isCsi(driver: string): boolean {
  return !driver.startsWith('kubernetes.io/');
}

/** Not of the API: a driver's volume or a kubelet's record. */
function isUnseen(id: ObjectId): boolean {
  const { kind } = parseId(id);
  return kind === 'Volume' || kind === 'Mount' || kind === 'Event';
}

/** A decision that turned every candidate down. */
export function saysNo(step: StepMessage): boolean {
  return step.decisions.some(
    (decision) =>
      decision.candidates !== undefined &&
      decision.candidates.length > 0 &&
      decision.candidates.every((one) => !one.ok),
  );
}

/** Components that act at a step: whose step it is, and those with a call in flight or something that they wait for. */
export function actingAt(replica: Replica, step: number, tracks: readonly Track[]): ReadonlySet<string> {
  const acting = new Set<string>();
  const message = replica.step(step);
  if (message !== undefined) {
    if (message.process !== CALLS) acting.add(message.process);
    for (const ended of message.ended) acting.add(`driver/${replica.callNumber(ended.call)?.began.driver ?? ''}`);
    if (message.writes.some((write) => !isUnseen(write.id))) acting.add('api');
  }
  for (const call of replica.callsInFlight(step)) {
    acting.add(call.began.process);
    acting.add(`driver/${call.began.driver}`);
  }
  for (const { id, waits } of tracks) if (waits.some((wait) => isWaiting(wait, step))) acting.add(id);
  return acting;
}

/** A grace period that runs is nothing that the kubelet does. */
function isWaiting({ step: from, endStep, family }: Wait, step: number): boolean {
  return family === 'idle' && from <= step && (endStep === undefined || endStep > step);
}

/** As many tracks as there is room for: those that act, then those that did so last; in causal order as before. */
export function latestTracks(
  tracks: readonly Track[],
  acting: ReadonlySet<string>,
  step: number,
  room: number,
): Track[] {
  const ranked = tracks
    .map((track) => ({ track, last: acting.has(track.id) ? Number.POSITIVE_INFINITY : lastActOf(track, step) }))
    .sort((a, b) => b.last - a.last);
  const kept = new Set(ranked.slice(0, room).map(({ track }) => track));
  return tracks.filter((track) => kept.has(track));
}

function lastActOf(track: Track, step: number): number {
  const tick = track.ticks[firstFrom(track.ticks, step + 1, (one) => one.step) - 1]?.step ?? 0;
  const call = track.calls[firstFrom(track.calls, step + 1, (one) => one.beganStep) - 1]?.beganStep ?? 0;
  // Before its first act, the sooner it acts the nearer.
  return Math.max(tick, call) || -(track.ticks[0]?.step ?? track.calls[0]?.beganStep ?? Number.MAX_SAFE_INTEGER);
}

/** Index of the first item whose time, or step, is at or after `at`; items are in that order. */
export function firstFrom<T>(items: readonly T[], at: VirtualTime, timeOfItem: (item: T) => VirtualTime): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && timeOfItem(item) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
