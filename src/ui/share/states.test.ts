import { describe, expect, it } from 'vitest';
import type { SharedScene } from './scene.ts';
import { type KeptState, MOST_STATES, withState } from './states.ts';

function state(manifests: string, step = 0): KeptState {
  const scene: SharedScene = { manifests, cluster: '', source: { cluster: '', operations: [] }, step, selected: null };
  return { at: `2026-01-01T00:00:${String(step).padStart(2, '0')}Z`, scene };
}

describe('earlier states', () => {
  it('are the last thirty, the latest first', () => {
    let kept: readonly KeptState[] = [];
    for (let count = 0; count < 40; count += 1) kept = withState(kept, state(`text ${count}`));
    expect(kept).toHaveLength(MOST_STATES);
    expect(kept[0]?.scene.manifests).toBe('text 39');
    expect(kept.at(-1)?.scene.manifests).toBe('text 10');
  });

  it('hold the same run once, at the step where it was left', () => {
    const kept = withState(withState(withState([], state('a', 1)), state('b')), state('a', 9));
    expect(kept.map(({ scene }) => [scene.manifests, scene.step])).toEqual([
      ['a', 9],
      ['b', 0],
    ]);
  });

  it('leave out the oldest where texts are large', () => {
    const kept = withState(withState([], state('a')), state('b'.repeat(3_999_000)));
    expect(withState(kept, state('c'.repeat(3_000_000)))).toHaveLength(1);
  });
});
