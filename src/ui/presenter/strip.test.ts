import { describe, expect, it } from 'vitest';
import { POD, provisionedStory } from '../model/fixture.test-data.ts';
import { structureOf } from '../model/structure.ts';
import { captionSteps, stepsOfGroup } from './strip.ts';

describe('the caption strip', () => {
  const replica = provisionedStory().replica();
  const steps = stepsOfGroup(replica, structureOf(replica), POD);

  it('follows writes, decisions and calls of the group that is shown', () => {
    expect(steps[0]).toBe(1);
    expect(steps).toContain(16);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
  });

  it('has nothing to tell of a group that is not there', () => {
    expect(stepsOfGroup(replica, structureOf(replica), 'Pod/default/other')).toEqual([]);
  });

  it.each([
    [0, 0, 3],
    [2, 0, 3],
    [3, 3, 7],
    [6, 3, 7],
    [7, 7, undefined],
    [99, 7, undefined],
  ])('of steps 3 and 7 tells at step %i of %i, then of %s', (step, now, next) => {
    expect(captionSteps([3, 7], step)).toEqual({ now, next });
  });
});
