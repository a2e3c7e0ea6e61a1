import { describe, expect, it } from 'vitest';
import { retryIn, waitLeft } from './backoff.ts';
import {
  ATTACHMENT,
  CLAIM,
  claim,
  DRIVER,
  persistentVolume,
  pod,
  provisionedStory,
  Recording,
  VOLUME,
} from './fixture.test-data.ts';
import { frameOf } from './frame.ts';
import { layoutOf } from './layout.ts';
import type { Replica } from './replica.ts';
import { SceneCache } from './sceneCache.ts';
import { structureOf } from './structure.ts';

function filmOf(replica: Replica, selected?: string) {
  const structure = structureOf(replica);
  const scenes = new SceneCache(
    replica,
    structure,
    layoutOf(replica, structure, { gap: 1, open: new Set() }),
    selected,
  );
  const frame = (step: number, fraction: number) =>
    frameOf(replica, scenes.at(step - 1), scenes.at(step), fraction, false);
  return { scenes, frame };
}

const volume = (capacityBytes: number) => ({
  apiVersion: 'playground/v1',
  kind: 'Volume',
  metadata: { name: `${DRIVER}^vol-1` },
  spec: { capacityBytes },
});

describe('a bind', () => {
  const { frame } = filmOf(provisionedStory().replica());

  it('keeps the half that is there while the other half grows', () => {
    const [edge] = frame(7, 0.5).moving.filter(({ drawn }) => drawn.edge.relation === 'bound');
    expect(edge).toMatchObject({ growth: 0.5, over: { edge: { relation: 'half-bound', half: { side: 'to' } } } });
    expect(frame(7, 0.5).still.map(({ edge: { relation } }) => relation)).not.toContain('half-bound');
  });
});

describe('an attachment', () => {
  const { frame } = filmOf(provisionedStory().replica());

  it('keeps the rail to the volume while the one to the persistent volume comes', () => {
    const moving = frame(12, 0.9).moving;
    expect(moving.filter(({ drawn }) => drawn.edge.from === ATTACHMENT)).toMatchObject([
      { drawn: { edge: { relation: 'attached' } }, over: { edge: { relation: 'attaching' } } },
    ]);
  });
});

describe('a mount', () => {
  const { frame } = filmOf(provisionedStory().replica());

  it.each([
    [14, 'staged', 'claims'],
    [15, 'mounted', 'staged'],
  ])('at step %i grows as %s over %s, from the claim to the pod', (step, relation, over) => {
    const [edge] = frame(step, 0.5).moving.filter(({ drawn }) => drawn.edge.to === CLAIM);
    expect(edge).toMatchObject({ origin: 'to', drawn: { edge: { relation } }, over: { edge: { relation: over } } });
  });
});

describe("a backend's volume", () => {
  const slot = VOLUME;
  const story = new Recording()
    .step(0, 'user', {
      create: [claim('data'), persistentVolume('pvc-1', { csi: { driver: DRIVER, volumeHandle: 'vol-1' } })],
    })
    .step(1, 'csi-provisioner/x', { create: [volume(10)] })
    .step(2, 'csi-resizer/x', { set: [[VOLUME, 'spec.capacityBytes', 20]] })
    .step(3, 'csi-provisioner/x', { gone: [VOLUME] });
  const { frame } = filmOf(story.replica());

  it.each([
    ['fills as it is made', 2, [0.25, 0.5, 1], [0.25, 0.5, undefined]],
    ['rises as it grows', 3, [0, 0.5], [0.5, 0.75]],
    ['drains as it goes', 4, [0, 0.25, 0.5], [1, 0.5, undefined]],
  ])('%s', (_, step, fractions, levels) => {
    expect(fractions.map((fraction) => frame(step, fraction).cards.get(slot)?.fill)).toEqual(levels);
  });

  it('fades as it goes, and leaves its trace', () => {
    expect(frame(4, 0.25).cards.get(slot)).toMatchObject({ show: 'before', opacity: 0.5 });
    expect(frame(4, 0.75).cards.get(slot)).toMatchObject({ show: 'after', opacity: 0.5 });
  });
});

describe('a call that fails', () => {
  const about = [CLAIM];
  const replica = new Recording()
    .step(0, 'user', { create: [claim('data')] })
    .step(1, 'csi-provisioner/x', { began: [{ call: 1, method: 'CreateVolume', about, attempt: 2 }] })
    .step(100, 'csi-provisioner/x', { ended: [{ call: 1, code: 'Internal', message: 'no' }] })
    .step(2100, 'csi-provisioner/x', { began: [{ call: 2, method: 'CreateVolume', about, attempt: 3 }] })
    .step(2200, 'csi-provisioner/x', {
      ended: [{ call: 2, code: 'OK', response: { volume: { volume_id: 'vol-1' } } }],
      create: [
        volume(10),
        persistentVolume('pvc-1', {
          csi: { driver: DRIVER, volumeHandle: 'vol-1' },
          claimRef: { namespace: 'default', name: 'data', uid: 'uid-data' },
        }),
      ],
    })
    .replica();
  const { frame, scenes } = filmOf(replica);

  it('stops at 70 % of its way and is a cross there, with its code and try', () => {
    expect(frame(3, 0.3).balls[0]).toMatchObject({ failed: false });
    const crossed = frame(3, 0.9).balls[0];
    expect(crossed).toMatchObject({ failed: true, failure: { code: 'Internal', attempt: 2 } });
    expect(crossed?.at).toBeCloseTo(0.7);
    for (const share of [0.1, 0.5, 0.9]) expect(frame(3, share).balls[0]?.at).toBeLessThanOrEqual(0.7001);
  });

  it('is waited for until the next try, which the recording knows', () => {
    const retries = (step: number) =>
      [...scenes.at(step).cards.values()].flatMap((card) => retryIn(scenes.at(step), card) ?? []);
    const [retry] = retries(3);
    expect(retry).toEqual({ from: 100, to: 2100 });
    expect(retries(4)).toEqual([]);
  });

  it.each([
    [100, 1],
    [1100, 0.5],
    [2100, 0],
    [9999, 0],
    [0, 1],
  ])('at %i ms has %d of the wait left', (time, left) => {
    expect(waitLeft({ from: 100, to: 2100 }, time)).toBeCloseTo(left, 1);
  });
});

describe('candidates', () => {
  it('are crossed out all at once as the decision falls', () => {
    const candidate = (name: string) => ({ candidate: name, ok: false, rule: 'capacity', have: '1Gi', want: '10Gi' });
    const replica = new Recording()
      .step(0, 'user', { create: [persistentVolume('a'), persistentVolume('b'), claim('data'), pod('web', ['data'])] })
      .step(1, 'persistentvolume-binder-controller', {
        decisions: [{ about: CLAIM, by: 'x', outcome: 'noMatch', candidates: [candidate('a'), candidate('b')] }],
      })
      .replica();
    const { frame } = filmOf(replica, CLAIM);
    const growths = (fraction: number) => frame(2, fraction).moving.map(({ growth }) => growth);
    expect(growths(0.24)).toEqual([0.5, 0.5]);
    expect(growths(0.6)).toEqual([1, 1]);
  });
});

describe('backwards', () => {
  it('is the same film', () => {
    const { frame } = filmOf(provisionedStory().replica());
    const steps = [5, 7, 12, 15, 18];
    const forwards = steps.map((step) => JSON.stringify(frame(step, 0.4)));
    const backwards = [...steps].reverse().map((step) => JSON.stringify(frame(step, 0.4)));
    expect(backwards.reverse()).toEqual(forwards);
  });
});
