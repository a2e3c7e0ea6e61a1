import { describe, expect, it } from 'vitest';
import { detailFor, OPEN_AT_MOST, openGroups, sizeOf } from './detail.ts';
import { lanePlans, membersOf } from './filterGroups.ts';
import { claim, persistentVolume, pod, Recording } from './fixture.test-data.ts';
import { layoutOf, plansOf } from './layout.ts';
import { momentAt } from './moment.ts';
import { operationSpan } from './operations.ts';
import { structureOf } from './structure.ts';
import { barParts, summaryOf } from './summary.ts';

/** So many pods with a claim and a bound volume each; then one of them is deleted, and the last claim waits for ever. */
function many(pods: number) {
  const recording = new Recording();
  for (let index = 0; index < pods; index += 1) {
    const name = `c${index}`;
    const spec = { claimRef: { namespace: 'default', name, uid: `uid-${name}` } };
    const bound = { ...persistentVolume(`v${index}`, spec), status: { phase: 'Bound' } };
    const claimed = { ...claim(name), status: { phase: 'Bound' } };
    const running = { ...pod(`p${index}`, [name]), status: { phase: 'Running' } };
    recording.step(index, 'user', { create: [claimed, bound, running], operation: 0 });
  }
  recording.step(pods, 'user', { create: [claim('stuck'), pod('waits', ['stuck'])], operation: 0 });
  recording.step(pods + 9, 'kube-scheduler', {
    set: [['Pod/default/waits', 'status.conditions', [{ type: 'PodScheduled', status: 'False' }]]],
  });
  recording.step(pods + 1000, 'user', {
    set: [['Pod/default/p3', 'metadata.deletionTimestamp', '2026-10-01T00:00:35Z']],
    operation: 1,
  });
  return recording.replica();
}

function opened(pods: number, step: number, toggled: [string, boolean][] = [], selected?: string): string[] {
  const replica = many(pods);
  const structure = structureOf(replica);
  const plans = plansOf(replica, structure, 'owner');
  const detail = detailFor(plans.reduce((sum, plan) => sum + sizeOf(structure, plan), 0));
  const input = { replica, structure, plans, detail, step, selected, toggled: new Map(toggled) };
  return [...openGroups(input)].map((id) => id.slice('Pod/default/'.length)).sort();
}

describe('how much is drawn of each object', () => {
  it.each([
    [0, 'full'],
    [60, 'full'],
    [61, 'compact'],
    [300, 'compact'],
    [301, 'folded'],
    [2000, 'folded'],
    [2001, 'lanes'],
  ])('of %i objects is %s', (objects, expected) => {
    expect(detailFor(objects)).toBe(expected);
  });

  it('counts what a filter leaves', () => {
    const replica = many(30);
    const structure = structureOf(replica);
    const layout = (shown?: ReadonlySet<string>) => layoutOf(replica, structure, { gap: 1, open: new Set(), shown });
    expect(layout().detail).toBe('compact');
    expect(layout(new Set(['Pod/default/p1', 'Pod/default/p2']))).toMatchObject({ detail: 'full', objects: 6 });
  });
});

describe('the groups that are open', () => {
  it.each([
    ['of few objects are all', 3, 1, 4],
    ['of many are those that the operation leaves waiting', 30, 1, 1],
    ['are the same at each step of an operation', 30, 20, 1],
  ])('%s', (_, pods, step, expected) => {
    expect(opened(pods, step)).toHaveLength(expected);
  });

  it('of many are, too, those that the next operation writes to, the selected and the opened ones', () => {
    expect(opened(30, 1)).toEqual(['waits']);
    expect(opened(30, 33)).toEqual(['p3', 'waits']);
    expect(opened(30, 1, [], 'PersistentVolumeClaim/default/c7')).toEqual(['p7', 'waits']);
    expect(opened(30, 1, [['Pod/default/p9', true]])).toEqual(['p9', 'waits']);
    expect(opened(30, 1, [['Pod/default/waits', false]])).toEqual([]);
  });

  it(`of very many are at most ${OPEN_AT_MOST}, the latest`, () => {
    const all = [1, 2, 3, 4].map((index): [string, boolean] => [`Pod/default/p${index}`, true]);
    expect(opened(120, 1)).toEqual([]);
    expect(opened(120, 1, all)).toEqual(['p2', 'p3', 'p4']);
    expect(opened(120, 1, all, 'Pod/default/p8')).toEqual(['p3', 'p4', 'p8']);
  });
});

describe('the span of an operation', () => {
  it.each([
    [0, 1, 32],
    [5, 1, 32],
    [32, 1, 32],
    [33, 33, 33],
  ])('at step %i is %i to %i', (step, from, to) => {
    expect(operationSpan(many(30), step)).toEqual({ from, to });
  });
});

describe('the line of a folded group', () => {
  const replica = many(3);
  const structure = structureOf(replica);
  const summary = (step: number, ids: readonly string[]) =>
    summaryOf(
      momentAt(replica, structure, step),
      ids.flatMap((id) => structure.elements.get(id) ?? []),
    );

  it('tells lane by lane how many stand how, the worst first', () => {
    const pods = ['p0', 'p1', 'waits'].map((name) => `Pod/default/${name}`);
    const volumes = ['v0', 'v1'].map((name) => `PersistentVolume//${name}`);
    expect(summary(5, [...volumes, ...pods])).toEqual([
      {
        lane: 'pod',
        parts: [
          { family: 'waiting', word: 'Pending', count: 1 },
          { family: 'ok', word: 'Running', count: 2 },
        ],
      },
      { lane: 'pv', parts: [{ family: 'ok', word: 'Bound', count: 2 }] },
    ]);
  });

  it('counts what is to come as one', () => {
    const pods = ['p0', 'p1', 'p2'].map((name) => `Pod/default/${name}`);
    expect(summary(1, pods)[0]?.parts).toEqual([
      { family: 'ok', word: 'Running', count: 1 },
      { family: 'unborn', word: { key: 'graph.toCome' }, count: 2 },
    ]);
  });

  it.each([
    [[90, 10], 134],
    [[1, 1, 1], 134],
    [[1000, 1], 80],
    [[5], 96],
  ])('has a bar of %j in %i pixels, in which each number has room and no two parts overlap', (counts, width) => {
    const families = ['ok', 'waiting', 'failed'] as const;
    const parts = counts.map((count, index) => ({ family: families[index] ?? ('idle' as const), word: '', count }));
    const bar = barParts({ lane: 'pod', parts }, width);
    expect(bar.map(({ count }) => count)).toEqual(counts);
    for (const [index, { x, w, count }] of bar.entries()) {
      expect(w).toBeGreaterThanOrEqual(String(count).length * 7 + 4);
      expect(x + w).toBeLessThanOrEqual((bar[index + 1]?.x ?? width + 1) + 0.5);
    }
  });
});

describe('where there are too many groups', () => {
  it('each namespace and class is one line, and no object is lost or told twice', () => {
    const other = { ...claim('other'), metadata: { name: 'other', namespace: 'shop', uid: 'u' } };
    const replica = new Recording()
      .step(0, 'user', { create: [claim('a'), pod('p', ['a']), other, persistentVolume('free')] })
      .replica();
    const structure = structureOf(replica);
    const plans = plansOf(replica, structure, 'owner');
    const lanes = lanePlans(replica, plans);
    expect(lanes.map(({ namespace, title }) => `${namespace} ${String(title)}`)).toEqual([
      'default block',
      'shop block',
      ' block',
    ]);
    const ids = (all: typeof plans) => all.flatMap((plan) => membersOf(structure, plan)).map(({ id }) => id);
    expect(ids(lanes).sort()).toEqual(ids(plans).sort());
  });
});
