import { describe, expect, it } from 'vitest';
import type { StepMessage } from '../../worker/protocol.ts';
import { Replica } from '../model/replica.ts';
import { moved, type Playhead } from './player.ts';

function recordingOf(...times: readonly number[]): Replica {
  const replica = new Replica();
  replica.append(
    times.map(
      (at, index): StepMessage => ({
        step: index + 1,
        at,
        process: 'p',
        label: '',
        writes: [],
        began: [],
        ended: [],
        decisions: [],
      }),
    ),
  );
  return replica;
}

const at = (step: number, fraction = 1, playing = true): Playhead => ({
  step,
  frame: { step, fraction },
  playing,
  speed: '1',
  hit: null,
});

describe('the playhead', () => {
  const replica = recordingOf(10, 20, 30);

  it('takes half a second for a step at normal speed', () => {
    const head = moved(at(0), 250, { replica, isComplete: true });
    expect(head).toMatchObject({ step: 1, frame: { step: 1, fraction: 0.5 }, playing: true });
    expect(moved(head, 250, { replica, isComplete: true })).toMatchObject({ step: 1, frame: { step: 1, fraction: 1 } });
  });

  it('stops at the end of a complete recording and waits at the end of one that grows', () => {
    expect(moved(at(2), 5000, { replica, isComplete: true })).toMatchObject({ step: 3, playing: false });
    expect(moved(at(2), 5000, { replica, isComplete: false })).toMatchObject({ step: 3, playing: true });
  });

  it.each([
    ['a step on the way', at(0), 5000, { step: 2, frame: { step: 2, fraction: 1 }, playing: false, hit: 2 }],
    ['a step whose picture is not there yet', at(0), 900, { step: 2, playing: true, hit: null }],
    ['the step whose picture runs', at(2, 0.5), 5000, { step: 2, playing: false, hit: 2 }],
    ['nothing more from a stop on', at(2), 5000, { step: 3, playing: false, hit: null }],
  ])('stops at %s', (_, head, milliseconds, expected) => {
    const nextStop = (step: number): number | undefined => (step < 2 ? 2 : undefined);
    expect(moved(head, milliseconds, { replica, isComplete: true, nextStop })).toMatchObject(expected);
  });

  it('shows one step and rests when it does not play', () => {
    const head = moved({ ...at(2, 0, false) }, 5000, { replica, isComplete: true });
    expect(head).toMatchObject({ step: 2, frame: { step: 2, fraction: 1 }, playing: false });
  });

  it('runs the picture back to the step before', () => {
    const back: Playhead = { step: 1, frame: { step: 2, fraction: 1 }, playing: false, speed: '1', hit: null };
    const half = moved(back, 250, { replica, isComplete: true });
    expect(half).toMatchObject({ step: 1, frame: { step: 2, fraction: 0.5 } });
    expect(moved(half, 300, { replica, isComplete: true })).toMatchObject({ step: 1, frame: { step: 1, fraction: 1 } });
  });
});
