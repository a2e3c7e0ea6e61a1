import { describe, expect, it } from 'vitest';
import type { CallFault, Json, Machinery } from '../../worker/protocol.ts';
import { activeFaults } from './active.ts';
import { type CallForm, callFault } from './catalog.ts';

const RUNNING: Machinery['processes'] = [
  { id: 'kubelet/node-1', type: 'kubelet', params: { node: 'node-1' }, isRunning: true },
  { id: 'node-driver-registrar/node-1', type: 'node-driver-registrar', params: { node: 'node-1' }, isRunning: true },
  { id: 'csi-attacher/d', type: 'csi-attacher', params: { driver: 'd' }, isRunning: true },
];
const FINE: Machinery = { processes: RUNNING, calls: [], machines: [], unregistered: [] };

const withStopped = (...ids: readonly string[]): Machinery['processes'] =>
  RUNNING.map((process) => (ids.includes(process.id) ? { ...process, isRunning: false } : process));
const calls = (...faults: readonly CallFault[]): Machinery => ({ ...FINE, calls: faults });

describe('what is made to fail', () => {
  it.each<[string, Machinery, readonly (readonly [string, Json | undefined])[]]>([
    ['nothing', FINE, []],
    [
      'a machine that is off, with its kubelet',
      {
        ...FINE,
        processes: withStopped('kubelet/node-1', 'node-driver-registrar/node-1'),
        machines: [{ node: 'node-1', power: 'off', network: 'up' }],
      },
      [['faults.isDown', { node: 'node-1', is: 'up' }]],
    ],
    ['a machine that is back', { ...FINE, machines: [{ node: 'node-1', power: 'on', network: 'up' }] }, []],
    [
      'a kubelet alone',
      { ...FINE, processes: withStopped('kubelet/node-1') },
      [['faults.isKubeletDown', { node: 'node-1', is: 'kubelet-up' }]],
    ],
    [
      'a sidecar',
      { ...FINE, processes: withStopped('csi-attacher/d') },
      [['faults.isStopped', { component: 'csi-attacher', driver: 'd', is: 'started' }]],
    ],
    [
      'a driver that is not registered',
      { ...FINE, unregistered: [{ driver: 'd', node: 'node-1' }] },
      [['faults.isUnregistered', { driver: 'd', node: 'node-1', is: 'registered' }]],
    ],
    [
      'calls that fail, hang or take long',
      calls(
        { driver: 'd', method: 'CreateVolume', code: 'INTERNAL', message: 'no', times: 2 },
        { driver: 'd', method: 'NodeStageVolume', hangs: true },
        { driver: 'd', latency: 5000 },
      ),
      [
        [
          'faults.callFails',
          { clear: true, driver: 'd', method: 'CreateVolume', code: 'INTERNAL', message: 'no', times: 2 },
        ],
        ['faults.callHangs', { clear: true, driver: 'd', method: 'NodeStageVolume', hangs: true }],
        ['faults.callSlow', { clear: true, driver: 'd', latency: 5000 }],
      ],
    ],
    [
      'a fault of calls that is used up',
      calls({ driver: 'd', method: 'CreateVolume', code: 'INTERNAL', times: 0 }),
      [],
    ],
  ])('%s', (_, machinery, expected) => {
    expect(activeFaults(machinery).map(({ key, undo }) => [key, undo])).toEqual(expected);
  });

  it('counts down to the write after which a component stops', () => {
    const processes = RUNNING.map((process) => ({ ...process, stopAfterWrites: 1 })).slice(2);
    expect(activeFaults({ ...FINE, processes })[0]).toMatchObject({ key: 'faults.willStop', values: { count: 1 } });
  });
});

describe('the form about a call', () => {
  const form: CallForm = {
    driver: 'd',
    method: 'CreateVolume',
    node: '',
    does: 'fails',
    code: 'INTERNAL',
    message: 'no',
    latency: '30s',
    times: '2',
  };
  it.each<[string, Partial<CallForm>, Json | undefined]>([
    ['fails twice', {}, { driver: 'd', method: 'CreateVolume', code: 'INTERNAL', message: 'no', times: 2 }],
    [
      'fails on one node for ever',
      { node: 'node-1', times: '' },
      { driver: 'd', method: 'CreateVolume', node: 'node-1', code: 'INTERNAL', message: 'no' },
    ],
    ['takes long', { does: 'slow', times: '' }, { driver: 'd', method: 'CreateVolume', latency: '30s' }],
    ['never answers', { does: 'hangs', times: ' ' }, { driver: 'd', method: 'CreateVolume', hangs: true }],
    [
      'of a plugin has no code',
      { driver: 'kubernetes.io/nfs', method: 'SetUp', times: '' },
      { driver: 'kubernetes.io/nfs', method: 'SetUp', message: 'no' },
    ],
    ['with no number of calls is no fault', { times: 'two' }, undefined],
    ['with none of the calls is no fault', { times: '0' }, undefined],
  ])('%s', (_, change, expected) => {
    expect(callFault({ ...form, ...change })).toEqual(expected);
  });
});
