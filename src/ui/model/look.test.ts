import { describe, expect, it } from 'vitest';
import { chainOf } from './chain.ts';
import { emphasisOf } from './emphasis.ts';
import {
  ATTACHMENT,
  CLAIM,
  claim,
  DRIVER,
  POD,
  PV,
  persistentVolume,
  provisionedStory,
  Recording,
} from './fixture.test-data.ts';
import { hoverCard } from './hover.ts';
import { layoutOf } from './layout.ts';
import { momentAt } from './moment.ts';
import { railChain, railLinks } from './rail.ts';
import { fullestDriver, missingDriver, railContent } from './railChips.ts';
import type { Replica } from './replica.ts';
import { SceneCache } from './sceneCache.ts';
import { structureOf } from './structure.ts';

function sceneOf(replica: Replica, step: number, selected?: string) {
  const structure = structureOf(replica);
  return new SceneCache(replica, structure, layoutOf(replica, structure, { gap: 1, open: new Set() }), selected).at(
    step,
  );
}

describe('what is looked at', () => {
  const scene = sceneOf(provisionedStory().replica(), 16);

  it('has lines to its node, class and driver', () => {
    expect(railLinks(scene, chainOf(scene, CLAIM))).toEqual(
      expect.arrayContaining([
        { from: POD, to: 'Node//node-1' },
        { from: ATTACHMENT, to: 'Node//node-1' },
        { from: CLAIM, to: 'StorageClass//block' },
        { from: PV, to: 'StorageClass//block' },
        { from: PV, to: `CSIDriver//${DRIVER}` },
      ]),
    );
  });

  it.each([
    ['Node//node-1', [POD, ATTACHMENT]],
    ['StorageClass//block', [CLAIM, PV]],
    ['Node//node-2', []],
  ])('of %s is what belongs to it', (rail, objects) => {
    expect([...railChain(scene, rail)].sort()).toEqual([rail, ...objects].sort());
  });

  it('stands out while the rest steps back', () => {
    const chain = new Set([CLAIM]);
    expect(emphasisOf(scene, chain, CLAIM)).toBe('chain');
    expect(emphasisOf(scene, chain, POD)).toBe('dim');
    expect(emphasisOf(scene, undefined, POD)).toBe('plain');
  });

  it('tells each volume of a pod, and the newest Event', () => {
    const card = hoverCard(scene, POD);
    expect(card).toMatchObject({ kind: 'Pod', name: 'web', state: { word: 'Running' } });
    expect(card?.volumes).toMatchObject([{ name: 'data', source: 'data', word: { key: 'graph.pathMounted' } }]);
    expect(card?.facts).toContainEqual({ key: 'graph.hoverNode', value: 'node-1' });
  });

  it('tells the volumes that admission added, which are not drawn', () => {
    const volumes = [
      { name: 'tmp', emptyDir: {} },
      { name: 'kube-api-access-abcde', projected: { sources: [] } },
    ];
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default' }, spec: { volumes } };
    const found = sceneOf(new Recording().step(0, 'user', { create: [pod] }).replica(), 1);
    expect(hoverCard(found, 'Pod/default/p')?.quiet).toEqual(['kube-api-access-abcde']);
    expect([...found.cards.keys()]).toEqual(['Pod/default/p', 'InlineVolume/default/p/tmp']);
  });
});

describe('volumes that a selected claim was refused', () => {
  it('step back a little while the claim is selected', () => {
    const candidate = { candidate: 'small', ok: false, rule: 'capacity.storage', have: '1Gi', want: '10Gi' };
    const replica = new Recording()
      .step(0, 'user', { create: [persistentVolume('small'), claim('data')] })
      .step(1, 'persistentvolume-binder-controller', {
        decisions: [{ about: CLAIM, by: 'findBestMatchForClaim', outcome: 'noMatch', candidates: [candidate] }],
      })
      .replica();
    expect(emphasisOf(sceneOf(replica, 2, CLAIM), undefined, 'PersistentVolume//small')).toBe('loser');
    expect(emphasisOf(sceneOf(replica, 2), undefined, 'PersistentVolume//small')).toBe('plain');
  });
});

describe('the chips of the rail', () => {
  const node = (name: string, spec: object = {}, attached: readonly string[] = []) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'topology.kubernetes.io/zone': 'zone-a' } },
    spec,
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      volumesAttached: attached.map((handle) => ({ name: `kubernetes.io/csi/${DRIVER}^${handle}` })),
    },
  });
  const csiNode = (name: string, drivers: readonly string[]) => ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSINode',
    metadata: { name },
    spec: { drivers: drivers.map((driver) => ({ name: driver, allocatable: { count: 4 } })) },
  });
  const taint = { taints: [{ key: 'dedicated', effect: 'NoSchedule' }] };
  const replica = new Recording()
    .step(0, 'user', {
      create: [
        node('full', {}, ['a', 'b', 'c']),
        node('light', taint, ['d']),
        node('bare', { unschedulable: true }),
        csiNode('full', [DRIVER]),
        csiNode('light', [DRIVER]),
        csiNode('bare', []),
        {
          apiVersion: 'storage.k8s.io/v1',
          kind: 'CSIDriver',
          metadata: { name: DRIVER },
          spec: { attachRequired: false },
        },
        { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'block' }, reclaimPolicy: 'Delete' },
      ],
    })
    .replica();
  const moment = momentAt(replica, structureOf(replica), 1);
  const { nodes, classes, more } = railContent(moment);

  it.each([
    ['full', ['zone-a', { key: 'graph.disksOf', values: { used: 3, limit: 4 } }]],
    ['light', ['zone-a', { key: 'graph.tainted' }]],
    ['bare', ['zone-a', { key: 'graph.cordoned' }, { key: 'graph.driverMissing', values: { driver: DRIVER } }]],
  ])('tell of node %s what matters there', (name, facts) => {
    expect(nodes.find((chip) => chip.name === name)?.facts).toEqual(facts);
  });

  it('tell limits from half of them on, and the driver that only other nodes have', () => {
    const element = (name: string) => moment.structure.nodes.find((found) => found.name === name);
    const [full, light, bare] = ['full', 'light', 'bare'].map(element);
    expect(full && fullestDriver(moment, full)).toEqual({ used: 3, limit: 4 });
    expect(light && fullestDriver(moment, light)).toBeUndefined();
    expect(bare && missingDriver(moment, bare)).toBe(DRIVER);
    expect(full && missingDriver(moment, full)).toBeUndefined();
  });

  it('have drivers and what they tell on demand', () => {
    expect(classes.map(({ name }) => name)).toEqual(['block']);
    expect(more.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      `CSIDriver ${DRIVER}`,
      'CSINode full',
      'CSINode light',
      'CSINode bare',
    ]);
  });
});
