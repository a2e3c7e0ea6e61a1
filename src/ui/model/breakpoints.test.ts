import { describe, expect, it } from 'vitest';
import {
  allHits,
  type Breakpoint,
  type Condition,
  conditionMessage,
  conditionsAt,
  hitsOf,
  keyOf,
  nextHit,
  placedHits,
  previousHit,
  readBreakpoints,
  valueAt,
} from './breakpoints.ts';
import { ATTACHMENT, CLAIM, DRIVER, MOUNT, POD, PV, provisionedStory, Recording } from './fixture.test-data.ts';

const replica = provisionedStory().replica();

const event = (reason: string, about: string, count = 1) => {
  const [kind = '', namespace = '', name = ''] = about.split('/');
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${reason}`, namespace: 'default' },
    reason,
    count,
    involvedObject: { kind, namespace, name },
  };
};

/** Two tries that fail and one that does not, with an Event counted up, and another Event of the same reason. */
const tries = new Recording()
  .step(0, 'user', { operation: 0, create: [event('Other', CLAIM)] })
  .step(10, 'csi-provisioner', { began: [{ call: 1, method: 'CreateVolume', about: [CLAIM] }] })
  .step(20, 'calls', { ended: [{ call: 1, code: 'UNAVAILABLE' }] })
  .step(20, 'csi-provisioner', { create: [event('ProvisioningFailed', CLAIM)] })
  .step(1020, 'csi-provisioner', { began: [{ call: 2, method: 'CreateVolume', about: [CLAIM], attempt: 2 }] })
  .step(1030, 'calls', { ended: [{ call: 2, code: 'INTERNAL' }] })
  .step(1030, 'csi-provisioner', { set: [['Event/default/data.ProvisioningFailed', 'count', 2]] })
  .step(2000, 'csi-provisioner', {
    began: [{ call: 3, method: 'CreateVolume', about: [CLAIM], driver: 'other.csi.example' }],
    create: [event('ProvisioningFailed', 'PersistentVolumeClaim/default/other')],
  })
  .step(2010, 'calls', { ended: [{ call: 3, code: 'OK' }], gone: ['Event/default/data.ProvisioningFailed'] })
  .replica();

describe('hits of a breakpoint', () => {
  it.each<[string, Condition, readonly number[]]>([
    ['any change of an object', { type: 'object', id: CLAIM }, [1, 3, 7, 8]],
    ['an object that is gone', { type: 'object', id: POD }, [2, 9, 16, 17, 18]],
    ['an object that never is there', { type: 'object', id: 'Pod/default/other' }, []],
    ['a field', { type: 'field', id: CLAIM, field: 'spec.volumeName' }, [7]],
    ['a field that creation sets', { type: 'field', id: POD, field: 'status.phase' }, [2, 16, 18]],
    ['all below a field', { type: 'field', id: CLAIM, field: 'status' }, [1, 8]],
    [
      'a field of a map whose keys hold dots',
      {
        type: 'field',
        id: CLAIM,
        field: 'metadata.annotations.volume.kubernetes.io/selected-node',
      },
      [3],
    ],
    ['a field that nobody writes', { type: 'field', id: CLAIM, field: 'spec.volumeMode' }, []],
    ['the beginning of a call', { type: 'call', method: 'NodeStageVolume', when: 'begins' }, [13]],
    ['a call that never fails', { type: 'call', method: 'NodeStageVolume', when: 'fails' }, []],
    ['what a component does', { type: 'component', process: 'persistentvolume-binder-controller' }, [6, 7, 8]],
    ['a component that does nothing', { type: 'component', process: 'csi-resizer' }, []],
  ])('are, for %s, the steps that do it', (_, condition, steps) => {
    expect(hitsOf(replica, condition)).toEqual(steps);
  });

  it.each<[string, Condition, readonly number[]]>([
    ['a reason, counted up too', { type: 'event', reason: 'ProvisioningFailed' }, [4, 7, 8]],
    ['a reason on one object', { type: 'event', reason: 'ProvisioningFailed', on: CLAIM }, [4, 7]],
    ['a part of a reason', { type: 'event', reason: 'Provisioning' }, []],
    ['a failing call', { type: 'call', method: 'CreateVolume', when: 'fails' }, [3, 6]],
    ['a call to one driver', { type: 'call', method: 'CreateVolume', driver: DRIVER, when: 'begins' }, [2, 5]],
    ['a component, not its answers', { type: 'component', process: 'csi-provisioner' }, [2, 4, 5, 7, 8]],
  ])('tell tries apart: %s', (_, condition, steps) => {
    expect(hitsOf(tries, condition)).toEqual(steps);
  });

  it('come together, each step once, without those that are off', () => {
    const on = (condition: Condition): Breakpoint => ({ condition, isOn: true });
    const phase = on({ type: 'field', id: CLAIM, field: 'status.phase' });
    const binder = on({ type: 'component', process: 'persistentvolume-binder-controller' });
    const hits = allHits(replica, [phase, binder, { ...on({ type: 'object', id: POD }), isOn: false }]);
    expect(hits).toEqual([
      { step: 1, conditions: [phase.condition] },
      { step: 6, conditions: [binder.condition] },
      { step: 7, conditions: [binder.condition] },
      { step: 8, conditions: [phase.condition, binder.condition] },
    ]);
  });

  it.each([
    [0, 3, undefined],
    [3, 7, undefined],
    [4, 7, 3],
    [7, undefined, 3],
    [99, undefined, 7],
  ])('at step %i the next is %s and the one before %s', (step, next, previous) => {
    const hits = [3, 7].map((at) => ({ step: at, conditions: [] }));
    expect(nextHit(hits, step)?.step).toBe(next);
    expect(previousHit(hits, step)?.step).toBe(previous);
  });
});

describe('diamonds', () => {
  it.each<[string, readonly number[], readonly (readonly [number, number])[]]>([
    [
      'far apart',
      [10, 40],
      [
        [10, 1],
        [40, 1],
      ],
    ],
    [
      'close together',
      [10, 14, 18, 22],
      [
        [10, 3],
        [22, 1],
      ],
    ],
    ['out of view', [-1, 5, 101], [[5, 1]]],
  ])('%s', (_, places, expected) => {
    const hits = places.map((step) => ({ step, conditions: [] }));
    const placed = placedHits(hits, ({ step }) => step, 100);
    expect(placed.map(({ x, count }) => [x, count])).toEqual(expected);
  });
});

describe('a dotted path', () => {
  it.each([
    [{ a: { b: 1 } }, 'a.b', 1],
    [{ 'a.b': 2 }, 'a.b', 2],
    [{ a: { c: 1 }, 'a.b': { d: 3 } }, 'a.b.d', 3],
    [{ a: null }, 'a.b', undefined],
    [{ a: [5] }, 'a.0', 5],
    [undefined, 'a', undefined],
  ])('in %j, %s, leads to %s', (value, path, found) => {
    expect(valueAt(value, path)).toBe(found);
  });
});

describe('what can be stopped at', () => {
  it.each([
    [1, [`object ${CLAIM}`]],
    [7, [`object ${CLAIM}`, `field ${CLAIM} spec.volumeName`, 'component persistentvolume-binder-controller']],
    [11, [`call ControllerPublishVolume ${DRIVER} begins`, `component csi-attacher/${DRIVER}`]],
    [
      12,
      [
        `call ControllerPublishVolume ${DRIVER} begins`,
        `object ${ATTACHMENT}`,
        `field ${ATTACHMENT} status.attached`,
        `component csi-attacher/${DRIVER}`,
      ],
    ],
    [0, []],
  ])('at step %i is what it did', (step, keys) => {
    expect(conditionsAt(replica, step, null).map(keyOf)).toEqual(keys);
  });

  it('at a failure is the failure, and of Events the reason', () => {
    expect(conditionsAt(tries, 3, null).map(keyOf)).toEqual([`call CreateVolume ${DRIVER} fails`]);
    expect(conditionsAt(tries, 4, null).map(keyOf)).toEqual(['event ProvisioningFailed ', 'component csi-provisioner']);
  });

  it('begins with the selected object', () => {
    expect(conditionsAt(replica, 7, PV).map(keyOf)[0]).toBe(`object ${PV}`);
    expect(conditionsAt(replica, 15, null).map(keyOf)).not.toContain(`object ${MOUNT}`);
  });
});

describe('breakpoints as plain data', () => {
  const conditions: readonly Condition[] = [
    { type: 'object', id: CLAIM },
    { type: 'field', id: CLAIM, field: 'status.phase' },
    { type: 'event', reason: 'FailedMount' },
    { type: 'event', reason: 'FailedMount', on: POD },
    { type: 'call', method: 'CreateVolume', when: 'fails' },
    { type: 'call', method: 'CreateVolume', driver: DRIVER, when: 'begins' },
    { type: 'call', method: 'CreateVolume', driver: DRIVER, when: 'fails' },
    { type: 'call', method: 'CreateVolume', when: 'begins' },
    { type: 'component', process: 'kubelet/node-1' },
  ];

  it('come back as they were', () => {
    const breakpoints = conditions.map((condition, index) => ({ condition, isOn: index % 2 === 0 }));
    expect(readBreakpoints(JSON.parse(JSON.stringify(breakpoints)))).toEqual(breakpoints);
  });

  it.each([
    [undefined],
    [{}],
    [[null]],
    [[{ condition: { type: 'object' }, isOn: true }]],
    [[{ condition: { type: 'object', id: CLAIM } }]],
    [[{ condition: { type: 'call', method: 'CreateVolume', when: 'later' }, isOn: true }]],
    [[{ condition: { type: 'step', step: 3 }, isOn: true }]],
    [[{ condition: { type: 'event', reason: 'FailedMount', on: 3 }, isOn: true }]],
  ])('%j are none', (value) => {
    expect(readBreakpoints(value)).toBeUndefined();
  });

  it('each have a key and a sentence of their own', () => {
    expect(new Set(conditions.map(keyOf)).size).toBe(conditions.length);
    const sentences = conditions.map(conditionMessage).map(({ key, values }) => `${key} ${JSON.stringify(values)}`);
    expect(new Set(sentences).size).toBe(conditions.length);
  });
});
