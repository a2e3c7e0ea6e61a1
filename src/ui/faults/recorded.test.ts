import { describe, expect, it } from 'vitest';
import type { Operation, RecordedOperation } from '../../worker/protocol.ts';
import { claim, Recording } from '../model/fixture.test-data.ts';
import { type FaultFields, faultOf, faultWords, recordedFaults, withFault, withoutOperation } from './recorded.ts';

const recorded = (operation: Operation, at = 0): RecordedOperation => ({ operation, engineSteps: at, at });
const down: FaultFields = { node: 'node-1', is: 'down' };
const OPERATIONS = [
  recorded({ type: 'apply', text: '' }),
  recorded({ type: 'fault', fault: down }, 5),
  recorded({ type: 'wait', duration: 10 }, 6),
];

describe('the faults of a recording', () => {
  it('are its operations of that sort, with the steps that did them', () => {
    const replica = new Recording()
      .step(0, 'user', { create: [claim('data')], operation: 0 })
      .step(3, 'x', {})
      .step(5, 'user', { operation: 1 })
      .replica();
    expect(recordedFaults(OPERATIONS, replica)).toEqual([{ index: 1, step: 3, fault: down }]);
    expect(recordedFaults(OPERATIONS, new Recording().replica())[0]?.step).toBeUndefined();
  });

  it('are taken out and changed where they stand, and leave the others as they are', () => {
    expect(withoutOperation(OPERATIONS, 1)).toEqual([OPERATIONS[0], OPERATIONS[2]]);
    const changed = withFault(OPERATIONS, 1, { node: 'node-2', is: 'down' });
    expect(changed[1]).toEqual({
      operation: { type: 'fault', fault: { node: 'node-2', is: 'down' } },
      engineSteps: 5,
      at: 5,
    });
    expect([changed[0], changed[2]]).toEqual([OPERATIONS[0], OPERATIONS[2]]);
  });
});

describe('the words for a fault', () => {
  it.each<[FaultFields, string, object, readonly string[]]>([
    [down, 'didDown', { node: 'node-1' }, []],
    [{ node: 'n', is: 'kubelet-up' }, 'didKubeletUp', { node: 'n' }, []],
    [{ node: 'n', is: 'partitioned' }, 'didCutOff', { node: 'n' }, []],
    [{ driver: 'd', node: 'n', is: 'unregistered' }, 'didUnregister', { driver: 'd', node: 'n' }, []],
    [{ driver: 'd', node: 'n', is: 'registered' }, 'didRegister', { driver: 'd', node: 'n' }, []],
    [{ component: 'csi-attacher', driver: 'd', is: 'stopped' }, 'didStop', { component: 'csi-attacher (d)' }, []],
    [
      { component: 'persistentvolume-binder-controller', is: 'stopped', afterWrites: 1 },
      'didStopAfter',
      { component: 'persistentvolume-binder', count: 1 },
      [],
    ],
    [{ component: 'csi-attacher', driver: 'd', is: 'started' }, 'didStart', { component: 'csi-attacher (d)' }, []],
    [
      { driver: 'd', method: 'CreateVolume', code: 'INTERNAL', message: 'no', times: 2 },
      'callFails',
      { driver: 'd', method: 'CreateVolume' },
      ['INTERNAL', 'no', '×2'],
    ],
    [{ driver: 'd', method: 'M', latency: '30s' }, 'callSlow', { driver: 'd', method: 'M' }, ['30s']],
    [{ driver: 'd', method: 'M', hangs: true }, 'callHangs', { driver: 'd', method: 'M' }, []],
    [{ driver: 'd', volume: 'v', is: 'lost' }, 'didLoseVolume', { place: 'v', path: '' }, []],
    [{ driver: 'd', volume: 'v', path: '/a', is: 'lost' }, 'didLoseFile', { place: 'v', path: '/a' }, []],
    [{ node: 'n', path: '/a', is: 'lost' }, 'didLoseFile', { place: 'n', path: '/a' }, []],
    [{ clear: true, driver: 'd', method: 'M' }, 'didClear', { driver: 'd', method: 'M' }, []],
    [{ node: 'n', is: 'tired' }, 'didOther', { fault: '{"node":"n","is":"tired"}' }, []],
  ])('%j', (fault, key, values, details) => {
    expect(faultWords(fault)).toEqual({ key: `faults.${key}`, values, details });
  });
});

describe('a fault that is edited', () => {
  const fault: FaultFields = { driver: 'd', method: 'M', code: 'INTERNAL', times: 2 };
  it.each<[string, Readonly<Record<string, string>>, FaultFields | undefined]>([
    ['stays as it is', {}, fault],
    ['gets another text', { code: ' ABORTED ' }, { ...fault, code: 'ABORTED' }],
    ['gets another number', { times: '3' }, { ...fault, times: 3 }],
    ['loses an empty field', { times: '' }, { driver: 'd', method: 'M', code: 'INTERNAL' }],
    ['gets a new field', { message: 'no' }, { ...fault, message: 'no' }],
    ['is none where a number is none', { times: 'two' }, undefined],
    ['is none where a number is too small', { times: '0' }, undefined],
  ])('%s', (_, texts, expected) => {
    expect(faultOf(fault, texts)).toEqual(expected);
  });
});
