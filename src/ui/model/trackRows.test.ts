import { describe, expect, it } from 'vitest';
import { provisionedStory, Recording } from './fixture.test-data.ts';
import { TimelineData, type Track } from './timeline.ts';
import { type Fold, moved, ordered, type Row, type RowChoices, rowsOf } from './trackRows.ts';

function tracksOf(recording: Recording): readonly Track[] {
  const data = new TimelineData();
  data.update(recording.replica());
  return data.tracks();
}

const story = tracksOf(provisionedStory());

/** So many kubelets that each do something, and a quiet controller. */
function cluster(nodes: number): readonly Track[] {
  const recording = new Recording().step(0, 'namespace-controller', { decisions: [decision] });
  for (let node = 1; node <= nodes; node += 1) {
    recording.step(node, `kubelet/node-${node}`, {
      began: [{ call: node, method: 'NodePublishVolume', about: [] }],
      decisions: [decision],
    });
  }
  return tracksOf(recording);
}

const decision = { about: 'Pod/default/web', by: 'sync', outcome: 'ok' };

const AS_IT_IS: RowChoices = { pinned: new Set(), order: [], opened: new Set() };

/** A row in short: a pinned one with a star, a folded one with its count. */
function short(row: Row): string {
  if (row.kind === 'track') return row.isPinned ? `*${row.id}` : row.id;
  return row.kind === 'api' ? 'api' : `${row.id} (${row.count})${row.isOpen ? ' open' : ''}`;
}

const rows = (
  tracks: readonly Track[],
  choices: Partial<RowChoices> = {},
  acting: readonly string[] = [],
  room?: number,
): readonly string[] =>
  rowsOf({ tracks, acting: new Set(acting), step: 1, choices: { ...AS_IT_IS, ...choices }, room }).map(short);

describe('rows of the timeline', () => {
  it('stand in causal order', () => {
    expect(rows(story)).toEqual([
      'api',
      'persistentvolume-binder-controller',
      'kube-scheduler',
      'persistentvolume-attach-detach-controller',
      'csi-provisioner/block.csi.example',
      'csi-attacher/block.csi.example',
      'kubelet/node-1',
      'driver/block.csi.example',
    ]);
  });

  it('are none before anything happens', () => {
    expect(rows([])).toEqual([]);
  });

  it.each<[string, number, readonly string[], readonly Fold[], readonly string[]]>([
    ['six kubelets stand as they are', 6, [], [], [1, 2, 3, 4, 5, 6].map((n) => `kubelet/node-${n}`)],
    ['seven share a row', 7, [], [], ['kubelet (7)']],
    [
      'those that act follow it',
      40,
      ['kubelet/node-9', 'kubelet/node-3'],
      [],
      ['kubelet (40)', 'kubelet/node-3', 'kubelet/node-9'],
    ],
    [
      'all follow it while it is open',
      7,
      [],
      ['kubelet'],
      ['kubelet (7) open', ...[1, 2, 3, 4, 5, 6, 7].map((n) => `kubelet/node-${n}`)],
    ],
  ])('%s', (_, nodes, acting, opened, expected) => {
    const found = rows(cluster(nodes), { opened: new Set(opened) }, acting);
    expect(found).toEqual(['api', ...expected, 'driver/block.csi.example', 'quiet (1)']);
  });

  it('of folded kubelets have the marks of all of them, in the order of time', () => {
    const [, row] = rowsOf({ tracks: cluster(8), acting: new Set(), step: 0, choices: AS_IT_IS });
    if (row?.kind !== 'kubelets') throw new Error('no kubelets');
    expect(row.track.calls.map(({ beganStep }) => beganStep)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(row.track.ticks).toHaveLength(8);
  });

  it('that are quiet stand in their places while their fold is open', () => {
    expect(rows(cluster(1), { opened: new Set(['quiet']) })).toEqual([
      'api',
      'namespace-controller',
      'kubelet/node-1',
      'driver/block.csi.example',
      'quiet (1) open',
    ]);
  });

  it('that are pinned stand on top, out of every fold', () => {
    const pinned = new Set(['kubelet/node-8', 'namespace-controller']);
    expect(rows(cluster(9), { pinned })).toEqual([
      'api',
      '*namespace-controller',
      '*kubelet/node-8',
      'kubelet (8)',
      'driver/block.csi.example',
    ]);
  });

  it('are as many as there is room for: those that act, then those that did last, and what is pinned', () => {
    expect(rows(story, {}, ['csi-attacher/block.csi.example'], 2)).toEqual([
      'api',
      'kube-scheduler',
      'csi-attacher/block.csi.example',
    ]);
    const pinned = new Set(['kubelet/node-1']);
    expect(rows(story, { pinned }, ['csi-attacher/block.csi.example'], 2)).toEqual([
      'api',
      '*kubelet/node-1',
      'csi-attacher/block.csi.example',
    ]);
  });
});

describe('the order of tracks', () => {
  const named = (...ids: readonly string[]): readonly Track[] =>
    ids.map((id) => ({ id, kind: 'component', name: id, rank: 0, ticks: [], calls: [], waits: [], retries: [] }));

  it.each([
    [['a', 'b', 'c'], [], ['a', 'b', 'c']],
    [
      ['a', 'b', 'c'],
      ['c', 'a', 'b'],
      ['c', 'a', 'b'],
    ],
    [
      ['a', 'b', 'c', 'd'],
      ['d', 'a'],
      ['d', 'a', 'b', 'c'],
    ],
    [
      ['n', 'a', 'b'],
      ['b', 'a'],
      ['n', 'b', 'a'],
    ],
    [
      ['a', 'b'],
      ['gone', 'b', 'a'],
      ['b', 'a'],
    ],
  ])('of %j, moved to %j, is %j', (ids, order, expected) => {
    expect(ordered(named(...ids), order).map(({ id }) => id)).toEqual(expected);
  });

  it.each([
    ['a', 'c', ['b', 'c', 'a']],
    ['c', 'a', ['c', 'a', 'b']],
    ['b', 'b', ['a', 'b', 'c']],
    ['b', 'x', ['a', 'b', 'c']],
  ])('with %s moved to the place of %s is %j', (id, to, expected) => {
    expect(moved(['a', 'b', 'c'], id, to)).toEqual(expected);
  });
});
