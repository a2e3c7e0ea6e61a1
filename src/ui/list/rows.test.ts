import { describe, expect, it } from 'vitest';
import { EVERYTHING } from '../model/filter.ts';
import { provisionedStory } from '../model/fixture.test-data.ts';
import { momentAt } from '../model/moment.ts';
import { structureOf } from '../model/structure.ts';
import { listedRows, nextSorting, rowMemory, rowsAt, type Sorting } from './rows.ts';

const replica = provisionedStory().replica();
const structure = structureOf(replica);
const rowsOf = (step: number) => rowsAt(momentAt(replica, structure, step));
const say = (phrase: string | { readonly key: string }): string => (typeof phrase === 'string' ? phrase : phrase.key);

describe('the list of a story of provisioning', () => {
  it('holds what is there, in the order of the lanes', () => {
    expect(rowsOf(0)).toEqual([]);
    const kinds = rowsOf(16).map(({ kind }) => kind);
    expect(kinds.slice(0, 4)).toEqual(['Pod', 'PersistentVolumeClaim', 'PersistentVolume', 'VolumeAttachment']);
    expect(kinds).not.toContain('Mount');
    expect(rowsOf(18).map(({ kind }) => kind)).not.toContain('Pod');
  });

  it('has Kubernetes’ word for the state, and the step that changed it', () => {
    const pod = rowsOf(16).find(({ kind }) => kind === 'Pod');
    expect(pod).toMatchObject({ word: 'Running', node: 'node-1', changed: 16, state: { family: 'ok' } });
    const attachment = rowsOf(12).find(({ kind }) => kind === 'VolumeAttachment');
    expect(attachment).toMatchObject({ word: 'Attached', node: 'node-1' });
  });

  it('works out anew only the rows that a step changed', () => {
    const other = structureOf(replica);
    rowsAt(momentAt(replica, other, 8));
    const before = rowMemory(other).derived;
    const rows = rowsAt(momentAt(replica, other, 9));
    expect(rowMemory(other).derived - before).toBe(1);
    expect(rows.find(({ kind }) => kind === 'Pod')?.node).toBe('node-1');
  });

  it.each<[Sorting | undefined, string]>([
    [undefined, 'Pod'],
    [{ by: 'kind', descending: false }, 'PersistentVolume'],
    [{ by: 'changed', descending: true }, 'Pod'],
    [{ by: 'size', descending: false }, 'PersistentVolumeClaim'],
  ])('sorted by %j begins with a %s', (sorting, kind) => {
    expect(listedRows(rowsOf(16), EVERYTHING, sorting, say)[0]?.kind).toBe(kind);
  });

  it('sorted by node has rows without one at the end, whatever the direction', () => {
    for (const descending of [false, true]) {
      const nodes = listedRows(rowsOf(16), EVERYTHING, { by: 'node', descending }, say).map(({ node }) => node);
      expect(nodes.lastIndexOf('node-1')).toBeLessThan(nodes.indexOf(''));
    }
  });

  it('is sorted upwards, downwards, and as at first', () => {
    const up = nextSorting(undefined, 'name');
    const down = nextSorting(up, 'name');
    expect([up, down, nextSorting(down, 'name')]).toEqual([
      { by: 'name', descending: false },
      { by: 'name', descending: true },
      undefined,
    ]);
    expect(nextSorting(down, 'kind')).toEqual({ by: 'kind', descending: false });
  });
});
