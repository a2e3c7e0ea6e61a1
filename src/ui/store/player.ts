import { createStore } from 'zustand/vanilla';
import { advance, type Position, type Speed, slotOf } from '../model/playback.ts';
import type { Replica } from '../model/replica.ts';

export interface Playhead {
  /** The step that everything on the page tells about. */
  readonly step: number;
  /** What the graph draws; ahead of `step` only while the picture runs back to it. */
  readonly frame: Position;
  readonly playing: boolean;
  readonly speed: Speed;
  /** The step at which a breakpoint stopped playing last; null since it went on. */
  readonly hit: number | null;
}

/** What is played, and whether nothing will be added at its end. */
export interface Recording {
  readonly replica: Replica;
  readonly isComplete: boolean;
  /** The first step behind one that playing stops at; left out where it stops at none. */
  readonly nextStop?: (step: number) => number | undefined;
}

function rest(step: number): Position {
  return { step, fraction: 1 };
}

/** The playhead after so many milliseconds on the screen; the same object when nothing moves. */
export function moved(head: Playhead, milliseconds: number, { replica, isComplete, nextStop }: Recording): Playhead {
  const { step, frame, playing, speed } = head;
  if (frame.step > step) {
    const fraction = frame.fraction - milliseconds / slotOf(replica, frame.step, speed);
    return { ...head, frame: fraction > 0 ? { ...frame, fraction } : rest(step) };
  }
  const next = advance(replica, frame, milliseconds, speed);
  if (!playing) return { ...head, frame: next.step > step ? rest(step) : next };
  const stop = nextStop?.(frame.fraction < 1 ? frame.step - 1 : frame.step);
  const isStopped = stop !== undefined && (next.step > stop || (next.step === stop && next.fraction >= 1));
  if (isStopped) return { ...head, step: stop, frame: rest(stop), playing: false, hit: stop };
  // While the worker still runs ahead, the player waits at the end for what it sends.
  const isAtEnd = next.step >= replica.steps && next.fraction >= 1;
  const isSame = next.step === frame.step && next.fraction === frame.fraction;
  if (isAtEnd && isComplete) return { ...head, step: next.step, frame: next, playing: false };
  return isSame ? head : { ...head, step: next.step, frame: next };
}

export const player = createStore<Playhead>(() => ({
  step: 0,
  frame: rest(0),
  playing: false,
  speed: '1',
  hit: null,
}));

/** Goes to a step at once and stays there. */
export function seek(step: number): void {
  player.setState({ step, frame: rest(step), playing: false, hit: null });
}

/** Goes one step on or back, the way the picture runs; `steps` is the length of the recording. */
export function stepBy(direction: 1 | -1, steps: number, isAnimated: boolean): void {
  const { step } = player.getState();
  const to = step + direction;
  if (to < 0 || to > steps) {
    pause();
    return;
  }
  const frame: Position = direction === 1 ? { step: to, fraction: 0 } : { step, fraction: 1 };
  player.setState({ step: to, playing: false, frame: isAnimated ? frame : rest(to), hit: null });
}

/** Plays on from the playhead; from the start when it is at the end of a complete recording. */
export function play({ replica, isComplete }: Recording): void {
  const { step } = player.getState();
  const from = isComplete && step >= replica.steps ? 0 : step;
  player.setState({ step: from, frame: rest(from), playing: replica.steps > 0 || !isComplete, hit: null });
}

export function pause(): void {
  player.setState(({ step }) => ({ playing: false, frame: rest(step) }));
}

export function setSpeed(speed: Speed): void {
  player.setState({ speed });
}

function isMoving({ playing, step, frame }: Playhead): boolean {
  return playing || frame.step !== step || frame.fraction < 1;
}

/** After a pause of the whole page, as in a hidden tab, the picture goes on where it was. */
const LONGEST_FRAME_MS = 250;

/**
 * Moves the playhead with the frames of the screen while it plays or the picture runs to it.
 * @returns ends it
 */
export function startPlayer(recording: () => Recording): () => void {
  let request = 0;
  let last: number | undefined;
  const onFrame = (now: number): void => {
    request = 0;
    const head = player.getState();
    const next = moved(head, last === undefined ? 0 : Math.min(now - last, LONGEST_FRAME_MS), recording());
    last = now;
    if (next !== head) player.setState(next);
    arm();
  };
  const arm = (): void => {
    if (request !== 0) return;
    if (isMoving(player.getState())) request = requestAnimationFrame(onFrame);
    else last = undefined;
  };
  const unsubscribe = player.subscribe(arm);
  arm();
  return () => {
    unsubscribe();
    cancelAnimationFrame(request);
  };
}
