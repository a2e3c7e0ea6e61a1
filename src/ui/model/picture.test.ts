import { describe, expect, it } from 'vitest';
import { chainOf } from './chain.ts';
import { stateOf } from './family.ts';
import {
  ATTACHMENT,
  CLAIM,
  claim,
  POD,
  PV,
  persistentVolume,
  pod,
  provisionedStory,
  Recording,
  VOLUME,
} from './fixture.test-data.ts';
import { frameOf } from './frame.ts';
import { layoutOf } from './layout.ts';
import { momentAt } from './moment.ts';
import { pathsOf } from './path.ts';
import { edgesAt } from './relations.ts';
import type { Replica } from './replica.ts';
import { SceneCache } from './sceneCache.ts';
import { structureOf } from './structure.ts';

const NONE = { gap: 1, open: new Set<string>() };

function at(replica: Replica, step: number) {
  return momentAt(replica, structureOf(replica), step);
}

function standing(replica: Replica, id: string, step: number): string {
  const moment = at(replica, step);
  const element = moment.structure.elements.get(id);
  if (element === undefined) throw new Error(`no ${id}`);
  const state = stateOf(moment, element);
  return `${state.family} ${state.phase}`;
}

function relation(replica: Replica, step: number, from: string, to: string): string | undefined {
  return edgesAt(at(replica, step), undefined).find((edge) => edge.from === from && edge.to === to)?.relation;
}

describe('how objects stand', () => {
  const replica = provisionedStory().replica();
  it.each([
    [CLAIM, 0, 'unborn Unborn'],
    [CLAIM, 1, 'waiting Pending'],
    [CLAIM, 4, 'working Pending'],
    [CLAIM, 5, 'working Pending'],
    [CLAIM, 8, 'ok Bound'],
    [PV, 5, 'working Pending'],
    [PV, 6, 'ok Bound'],
    [POD, 9, 'working Pending'],
    [POD, 16, 'ok Running'],
    [POD, 17, 'ending Terminating'],
    [POD, 18, 'gone Gone'],
    [ATTACHMENT, 10, 'working Attaching'],
    [ATTACHMENT, 12, 'ok Attached'],
    [VOLUME, 5, 'idle idle'],
    [VOLUME, 11, 'working attaching'],
    [VOLUME, 12, 'ok in use'],
  ])('%s at step %i is %s', (id, step, expected) => {
    expect(standing(replica, id, step)).toBe(expected);
  });

  it('tells an unschedulable pod by its condition and the nodes that fit', () => {
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: '0/3 nodes are available: …',
    };
    const found = new Recording()
      .step(0, 'user', { create: [pod('web', [])] })
      .step(5, 'kube-scheduler', { set: [[POD, 'status.conditions', [condition]]] })
      .replica();
    const moment = at(found, 2);
    const element = moment.structure.elements.get(POD);
    expect(element && stateOf(moment, element)).toMatchObject({ family: 'waiting', word: { values: { fits: '0/3' } } });
  });

  it('calls a claim failed for the step in which its CreateVolume fails, and waiting after it', () => {
    const found = new Recording()
      .step(0, 'user', { create: [claim('data')] })
      .step(1, 'csi-provisioner/x', { began: [{ call: 1, method: 'CreateVolume', about: [CLAIM] }] })
      .step(2, 'csi-provisioner/x', { ended: [{ call: 1, code: 'Internal', message: 'no' }] })
      .step(3, 'csi-provisioner/x', { set: [[CLAIM, 'metadata.annotations', { a: 'b' }]] })
      .replica();
    expect(standing(found, CLAIM, 3)).toBe('failed Pending');
    expect(standing(found, CLAIM, 4)).toBe('waiting Pending');
  });

  it('calls a pod failed, with the code and the try, for the step in which its mount fails', () => {
    const about = [POD];
    const found = new Recording()
      .step(0, 'user', { create: [{ ...pod('web', []), spec: { nodeName: 'node-1' } }] })
      .step(1, 'kubelet/node-1', { began: [{ call: 1, method: 'NodePublishVolume', about, attempt: 2 }] })
      .step(2, 'kubelet/node-1', { ended: [{ call: 1, code: 'Internal' }] })
      .step(3, 'kubelet/node-1', { set: [[POD, 'metadata.labels', { a: 'b' }]] })
      .replica();
    const moment = at(found, 3);
    const element = moment.structure.elements.get(POD);
    const word = { word: 'Internal', detail: { key: 'graph.tryNumber', values: { attempt: 2 } } };
    expect(element && stateOf(moment, element)).toMatchObject({ family: 'failed', phase: 'Pending', ...word });
    expect(standing(found, POD, 4)).toBe('waiting Pending');
  });

  it('outlines the volume that a driver is making', () => {
    expect(standing(provisionedStory().replica(), VOLUME, 3)).toBe('unborn Unborn');
    expect(standing(provisionedStory().replica(), VOLUME, 4)).toBe('working Unborn');
  });
});

describe('how objects hang together', () => {
  const replica = provisionedStory().replica();
  it.each([
    [2, POD, CLAIM, 'claims'],
    [4, CLAIM, PV, 'unborn'],
    [5, CLAIM, PV, 'half-bound'],
    [7, CLAIM, PV, 'bound'],
    [5, PV, VOLUME, 'backs'],
    [10, ATTACHMENT, VOLUME, 'attaching'],
    [12, ATTACHMENT, VOLUME, 'attached'],
    [14, POD, CLAIM, 'staged'],
    [15, POD, CLAIM, 'mounted'],
    [18, POD, CLAIM, undefined],
  ])('at step %i %s to %s is %s', (step, from, to, expected) => {
    expect(relation(replica, step, from, to)).toBe(expected);
  });

  it('names the field that made half of a bind', () => {
    const edge = edgesAt(at(replica, 5), undefined).find((found) => found.relation === 'half-bound');
    expect(edge?.half).toEqual({ side: 'to', field: 'claimRef' });
  });

  it('draws turned down candidates for the selected claim only', () => {
    const candidate = { candidate: 'small', ok: false, rule: 'capacity.storage', have: '1Gi', want: '10Gi' };
    const found = new Recording()
      .step(0, 'user', { create: [persistentVolume('small'), claim('data')] })
      .step(1, 'persistentvolume-binder-controller', {
        decisions: [{ about: CLAIM, by: 'findBestMatchForClaim', outcome: 'noMatch', candidates: [candidate] }],
      })
      .replica();
    const moment = at(found, 2);
    expect(edgesAt(moment, undefined).filter((edge) => edge.relation === 'rejected')).toEqual([]);
    expect(edgesAt(moment, CLAIM).find((edge) => edge.relation === 'rejected')?.to).toBe('PersistentVolume//small');
  });
});

describe("the path of a pod's volume", () => {
  const replica = provisionedStory().replica();
  it.each([
    [2, 'todo todo todo todo', 'graph.pathUnbound'],
    [4, 'now todo todo todo', 'graph.pathBind'],
    [8, 'done todo todo todo', 'graph.pathBound'],
    [11, 'done now todo todo', 'graph.pathAttach'],
    [13, 'done done now todo', 'graph.pathStage'],
    [14, 'done done done now', 'graph.pathMount'],
    [15, 'done done done done', 'graph.pathMounted'],
  ])('at step %i is %s', (step, segments, word) => {
    const moment = at(replica, step);
    const element = moment.structure.pods[0];
    const path = element === undefined ? undefined : pathsOf(moment, element)[0];
    expect(Object.values(path?.segments ?? {}).join(' ')).toBe(segments);
    expect(path?.word).toEqual({ key: word });
  });

  it.each([
    [2, 'graph.pathUnbound'],
    [11, 'graph.pathBound graph.activeAttach'],
    [15, 'graph.pathMounted'],
  ])('at step %i is heard as %s', (step, expected) => {
    const moment = at(replica, step);
    const element = moment.structure.pods[0];
    const spoken = element === undefined ? [] : (pathsOf(moment, element)[0]?.spoken ?? []);
    expect(spoken.map((phrase) => (typeof phrase === 'string' ? phrase : phrase.key)).join(' ')).toBe(expected);
  });

  it('leaves out attach and stage for a hostPath volume', () => {
    const bound = { claimRef: { namespace: 'default', name: 'data', uid: 'uid-data' }, hostPath: { path: '/mnt' } };
    const found = new Recording()
      .step(0, 'user', { create: [persistentVolume('disk', bound), claim('data'), pod('web', ['data'])] })
      .step(1, 'persistentvolume-binder-controller', {
        set: [
          [CLAIM, 'spec.volumeName', 'disk'],
          [CLAIM, 'status.phase', 'Bound'],
        ],
      })
      .replica();
    const moment = at(found, 2);
    const element = moment.structure.pods[0];
    const path = element === undefined ? undefined : pathsOf(moment, element)[0];
    expect(path?.segments).toEqual({ bind: 'done', attach: 'none', stage: 'none', mount: 'todo' });
  });
});

describe("a pod's own volumes", () => {
  const files = (name: string, volume: object, mounted = true) => ({
    ...pod('web', []),
    spec: {
      volumes: [
        { name, ...volume },
        { name: 'kube-api-access-x2x4z', projected: { sources: [] } },
      ],
      containers: [{ name: 'app', volumeMounts: mounted ? [{ name, mountPath: '/files' }] : [] }],
    },
  });
  const conf = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'conf', namespace: 'default' } };
  it.each([
    ['a ConfigMap that is there', [conf, files('f', { configMap: { name: 'conf' } })], 'idle idle'],
    ['a ConfigMap that is missing', [files('f', { configMap: { name: 'conf' } })], 'waiting missing'],
    ['a Secret that is missing', [files('f', { secret: { secretName: 'key' } })], 'waiting missing'],
    ['a Secret that may be missing', [files('f', { secret: { secretName: 'key', optional: true } })], 'idle idle'],
    ['an emptyDir', [files('f', { emptyDir: {} })], 'idle idle'],
    ['an emptyDir that no container mounts', [files('f', { emptyDir: {} }, false)], 'idle unused'],
  ])('from %s stand as they are', (_, create, expected) => {
    const found = new Recording().step(0, 'user', { create }).replica();
    expect(standing(found, 'InlineVolume/default/web/f', 1)).toBe(expected);
  });

  it('are those of its author: what admission adds is not drawn', () => {
    const found = new Recording().step(0, 'user', { create: [files('f', { emptyDir: {} })] }).replica();
    expect(structureOf(found).pods[0]?.volumes.map(({ name }) => name)).toEqual(['f']);
  });
});

describe('the chain that an object hangs in', () => {
  const replica = provisionedStory().replica();
  const structure = structureOf(replica);
  const scene = new SceneCache(replica, structure, layoutOf(replica, structure, NONE), undefined).at(16);

  it.each([POD, CLAIM, PV, VOLUME, ATTACHMENT])(
    'is the same from %s: workload to backend, with the attachment',
    (id) => {
      expect(chainOf(scene, id)).toEqual(new Set([POD, CLAIM, PV, VOLUME, ATTACHMENT]));
    },
  );
});

describe('where objects stand', () => {
  it('puts claim, volume and backend on the row of the pod', () => {
    const replica = provisionedStory().replica();
    const layout = layoutOf(replica, structureOf(replica), NONE);
    const middles = [POD, CLAIM, PV, VOLUME, ATTACHMENT].map((id) => {
      const slot = layout.slotOf.get(id);
      return slot === undefined ? undefined : slot.y + slot.h / 2;
    });
    expect(new Set(middles)).toEqual(new Set([34]));
    expect(layout.slotOf.get(POD)).toMatchObject({ x: 110, w: 144, h: 56 });
    expect(layout.slotOf.get(ATTACHMENT)).toMatchObject({ x: 610, w: 66, h: 20 });
  });

  it('lets the next pod of a Deployment take the place of one that is gone', () => {
    const owner = { kind: 'Deployment', name: 'site' };
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'site', namespace: 'default', uid: 'uid-site' },
    };
    const replica = new Recording()
      .step(0, 'user', { create: [deployment, claim('media')] })
      .step(1, 'replicaset-controller', { create: [pod('site-a', ['media'], owner), pod('site-b', ['media'], owner)] })
      .step(2, 'kubelet/node-1', { gone: ['Pod/default/site-a'] })
      .step(3, 'replicaset-controller', { create: [pod('site-c', ['media'], owner)] })
      .replica();
    const layout = layoutOf(replica, structureOf(replica), NONE);
    expect(layout.slotOf.get('Pod/default/site-c')).toBe(layout.slotOf.get('Pod/default/site-a'));
    expect(layout.slotOf.get('Pod/default/site-b')?.shape).toBe('compact');
    const claimSlot = layout.slotOf.get('PersistentVolumeClaim/default/media');
    expect(claimSlot && claimSlot.y + claimSlot.h / 2).toBeCloseTo(6 + (36 + 3 + 36) / 2, -1);
  });

  it('stands claims that nothing answers beside the volumes nobody claims, by class and size', () => {
    const replica = new Recording()
      .step(0, 'user', {
        create: [
          claim('archive'),
          persistentVolume('big', { capacity: { storage: '50Gi' } }),
          persistentVolume('small', { capacity: { storage: '1Gi' } }),
        ],
      })
      .replica();
    const layout = layoutOf(replica, structureOf(replica), NONE);
    expect(layout.slotOf.get('PersistentVolume//small')?.y).toBeLessThan(
      layout.slotOf.get('PersistentVolume//big')?.y ?? 0,
    );
    expect(new Set(layout.slots.map((slot) => slot.group)).size).toBe(1);
  });

  it('never overlaps two places', () => {
    const owner = { kind: 'StatefulSet', name: 'web' };
    const set = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'web', namespace: 'default', uid: 'uid-web' },
    };
    const replica = new Recording()
      .step(0, 'user', {
        create: [
          set,
          pod('web-0', ['a', 'b'], owner),
          pod('web-1', ['b', 'c'], owner),
          pod('bare', ['c', 'd']),
          claim('a'),
          claim('b'),
          claim('c'),
          claim('d'),
          claim('e'),
          persistentVolume('free'),
        ],
      })
      .replica();
    const { slots } = layoutOf(replica, structureOf(replica), NONE);
    for (const a of slots) {
      for (const b of slots) {
        const apart = a === b || a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
        expect(apart, `${a.id} over ${b.id}`).toBe(true);
      }
    }
  });
});

describe('what moves within a step', () => {
  const replica = provisionedStory().replica();
  const structure = structureOf(replica);
  const scenes = new SceneCache(replica, structure, layoutOf(replica, structure, NONE), undefined);
  const frame = (step: number, fraction: number, reduced = false) =>
    frameOf(replica, scenes.at(step - 1), scenes.at(step), fraction, reduced);
  const edge = (step: number, fraction: number, relationName: string) =>
    frame(step, fraction).moving.find((found) => found.drawn.edge.relation === relationName);

  it('grows the other half of a bind from the claim that wrote volumeName', () => {
    expect(edge(7, 0.5, 'bound')).toMatchObject({ growth: 0.5, origin: 'from' });
    expect(frame(7, 1).moving).toEqual([]);
    expect(frame(7, 1).still.map((drawn) => drawn.edge.relation)).toContain('bound');
  });

  it('lets a ball travel with a call: half of the way as it begins, the rest with the answer', () => {
    const attach = frame(11, 1).balls[0];
    expect(attach).toMatchObject({ method: 'ControllerPublishVolume', flying: true, at: 0.5 });
    expect(frame(11, 0.01).balls[0]?.at).toBeLessThan(0.01);
    expect(frame(12, 0.25).balls[0]?.at).toBeGreaterThan(0.5);
    expect(frame(12, 1).balls).toEqual([]);
    expect(attach && attach.line.x1 > attach.line.x2, 'from the backend to the pill').toBe(true);
  });

  it('is the same picture forwards, backwards and after a seek', () => {
    const forwards = [0.2, 0.6, 0.9].map((fraction) => JSON.stringify(frame(12, fraction)));
    scenes.at(1);
    const backwards = [0.9, 0.6, 0.2].map((fraction) => JSON.stringify(frame(12, fraction))).reverse();
    expect(backwards).toEqual(forwards);
  });

  it('has no balls and only whole edges where motion is reduced, and tells what changed', () => {
    const reduced = frame(11, 0.3, true);
    expect(reduced.balls).toEqual([]);
    expect(reduced.moving).toEqual([]);
    expect([...frame(7, 0.3, true).changed]).toEqual([CLAIM]);
  });
});
