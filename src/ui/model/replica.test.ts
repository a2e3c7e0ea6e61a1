import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StepMessage } from '../../worker/protocol.ts';
import { ATTACHMENT, CLAIM, POD, PV, provisionedStory, Recording } from './fixture.test-data.ts';
import { Replica } from './replica.ts';
import { DEEDS, wandering } from './wandering.test-data.ts';

const MOVES = fc.array(fc.tuple(fc.nat(DEEDS - 1), fc.nat(2)), { minLength: 1, maxLength: 80 });

/** Everything that can be asked of a recording, at each of its steps. */
function everythingIn(replica: Replica): unknown {
  const union = replica.union().map((entry) => ({ ...entry }));
  return {
    union,
    operations: replica.operationSteps,
    calls: replica.calls,
    steps: Array.from({ length: replica.steps + 1 }, (_, step) => ({
      message: replica.step(step),
      objects: replica.objectsAt(step),
      calls: replica.callsInFlight(step),
      about: union.map(({ id }) => [
        replica.callsAbout(id, step),
        replica.eventsOn(id, step),
        replica.decisionsAbout(id, step),
        replica.lastChange(id, step),
      ]),
    })),
  };
}

describe('the replica of a recording', () => {
  it('gives an object as it was at any step, and nothing outside of its life', () => {
    const replica = provisionedStory().replica();
    expect(replica.objectAt(PV, 4)).toBeUndefined();
    expect(replica.objectAt(PV, 5)?.status).toEqual({ phase: 'Pending' });
    expect(replica.objectAt(PV, 6)?.status).toEqual({ phase: 'Bound' });
    expect(replica.objectAt(POD, 18)).toBeUndefined();
    expect(replica.entry(POD)).toMatchObject({ firstStep: 2, lastStep: 18 });
  });

  it('shares whatever a write did not touch', () => {
    const replica = provisionedStory().replica();
    expect(replica.objectAt(CLAIM, 8)?.metadata).toBe(replica.objectAt(CLAIM, 3)?.metadata);
    expect(replica.objectAt(CLAIM, 8)?.spec).toBe(replica.objectAt(CLAIM, 7)?.spec);
    expect(replica.objectAt(CLAIM, 7)?.spec).not.toBe(replica.objectAt(CLAIM, 6)?.spec);
  });

  it('is after a cut and an append what it would be had it never been longer', () => {
    const { steps } = provisionedStory();
    const cut = provisionedStory().replica();
    cut.truncate(7);
    const short = new Replica();
    short.append(steps.slice(0, 7));
    expect(cut.union()).toEqual(short.union());
    expect(cut.objectsAt(7)).toEqual(short.objectsAt(7));
    cut.append(steps.slice(7));
    expect(cut.objectsAt(16)).toEqual(provisionedStory().replica().objectsAt(16));
    expect(cut.generation).toBe(1);
  });

  it('is so wherever it is cut, whatever has happened', () => {
    fc.assert(
      fc.property(MOVES, fc.nat(80), (moves, at) => {
        const { steps } = wandering(moves);
        const cut = new Replica();
        cut.append(steps);
        cut.truncate(at);
        const short = new Replica();
        short.append(steps.slice(0, at));
        expect(everythingIn(cut)).toEqual(everythingIn(short));
        cut.append(steps.slice(at));
        const whole = new Replica();
        whole.append(steps);
        expect(everythingIn(cut)).toEqual(everythingIn(whole));
      }),
      { numRuns: 200 },
    );
  });

  it('begins with what the cluster has before the first step, and keeps that when it is cut', () => {
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } };
    const first = { ...new Recording().step(0, 'load', { create: [node] }).steps[0], step: 0 } as StepMessage;
    const replica = new Replica();
    replica.append([first]);
    expect(replica.steps).toBe(0);
    expect(replica.objectAt('Node//node-1', 0)).toEqual(node);
    replica.append(provisionedStory().steps);
    replica.truncate(2);
    expect(replica.objectsAt(2).map((object) => object.kind)).toEqual(['Node', 'PersistentVolumeClaim', 'Pod']);
    replica.append([{ ...first, writes: [] }]);
    expect(replica.union()).toEqual([]);
  });

  it('knows the calls in flight at a step, and how those before it ended', () => {
    const replica = provisionedStory().replica();
    expect(replica.callsInFlight(4).map((call) => call.began.method)).toEqual(['CreateVolume']);
    expect(replica.callsInFlight(5)).toEqual([]);
    expect(replica.callsAbout(ATTACHMENT, 11).map((call) => call.state)).toEqual(['in flight']);
    expect(replica.callsAbout(ATTACHMENT, 12)).toMatchObject([{ state: 'done', code: 'OK', attempt: 1 }]);
  });

  it('finds the changes of an object around a step', () => {
    const replica = provisionedStory().replica();
    expect(replica.lastChange(CLAIM, 6)).toBe(3);
    expect(replica.nextChange(CLAIM, 6)).toBe(7);
    expect(replica.nextChange(CLAIM, 8)).toBeUndefined();
  });

  it('tells Events and decisions about an object, the latest first', () => {
    const event = (name: string, count: number) => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace: 'default' },
      involvedObject: { kind: 'PersistentVolumeClaim', namespace: 'default', name: 'data' },
      type: 'Normal',
      reason: name,
      message: 'm',
      count,
      source: { component: 'persistentvolume-controller' },
    });
    const replica = new Recording()
      .step(0, 'persistentvolume-binder-controller', {
        create: [event('FailedBinding', 1)],
        decisions: [{ about: CLAIM, by: 'findBestMatchForClaim', outcome: 'noMatch' }],
      })
      .step(5, 'persistentvolume-binder-controller', { create: [event('ProvisioningFailed', 1)] })
      .step(9, 'persistentvolume-binder-controller', { set: [['Event/default/FailedBinding', 'count', 2]] })
      .replica();
    expect(replica.eventsOn(CLAIM, 9).map((found) => [found.reason, found.count, found.step])).toEqual([
      ['FailedBinding', 2, 3],
      ['ProvisioningFailed', 1, 2],
    ]);
    expect(replica.decisionsAbout(CLAIM, 3)).toMatchObject([{ step: 1, decision: { by: 'findBestMatchForClaim' } }]);
  });
});

describe('what a call is for', () => {
  it('is found from handle, UID and node where the caller names nothing', () => {
    const story = provisionedStory();
    const target = '/var/lib/kubelet/pods/uid-web/volumes/kubernetes.io~csi/pvc-1/mount';
    story.step(6000, 'kubelet/node-1', {
      began: [
        { call: 7, method: 'NodePublishVolume', about: [], request: { volume_id: 'vol-1', target_path: target } },
        {
          call: 8,
          method: 'ControllerUnpublishVolume',
          about: [],
          request: { volume_id: 'vol-1', node_id: 'node-1.id' },
        },
        { call: 9, method: 'CreateVolume', about: [], request: { name: 'pvc-uid-data' } },
      ],
    });
    const replica = story.replica();
    const about = (call: number): readonly string[] => [...(replica.callNumber(call)?.about ?? [])].sort();
    expect(about(7)).toEqual([PV, POD, `Volume//block.csi.example^vol-1`].sort());
    expect(about(8)).toEqual([PV, `Volume//block.csi.example^vol-1`, ATTACHMENT].sort());
    expect(about(9)).toEqual([CLAIM]);
  });
});
