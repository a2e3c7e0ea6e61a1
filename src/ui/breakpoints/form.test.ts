import { describe, expect, it } from 'vitest';
import type { Condition } from '../model/breakpoints.ts';
import { provisionedStory } from '../model/fixture.test-data.ts';
import { conditionOf, EMPTY_FORM, type Form, formOf, offersOf } from './form.ts';

describe('the form of a breakpoint', () => {
  it.each<[Condition]>([
    [{ type: 'object', id: 'Pod/default/web' }],
    [{ type: 'field', id: 'Node//node-1', field: 'spec.unschedulable' }],
    [{ type: 'event', reason: 'FailedMount' }],
    [{ type: 'event', reason: 'FailedMount', on: 'Pod/default/web' }],
    [{ type: 'call', method: 'CreateVolume', when: 'begins' }],
    [{ type: 'call', method: 'CreateVolume', driver: 'block.csi.example', when: 'fails' }],
    [{ type: 'component', process: 'kube-scheduler' }],
  ])('gives back %j', (condition) => {
    expect(conditionOf(formOf(condition))).toEqual(condition);
  });

  it.each<[string, Partial<Form>]>([
    ['nothing', {}],
    ['an object without a name', { id: 'Pod/default/' }],
    ['an object without a kind', { id: '/default/web' }],
    ['a field without a path', { type: 'field', id: 'Pod/default/web', field: ' ' }],
    ['an Event without a reason', { type: 'event' }],
    ['an Event on no object', { type: 'event', reason: 'FailedMount', on: 'web' }],
    ['a call without a method', { type: 'call', driver: 'block.csi.example' }],
    ['a component without a name', { type: 'component' }],
  ])('of %s is no breakpoint', (_, change) => {
    expect(conditionOf({ ...EMPTY_FORM, ...change })).toBeUndefined();
  });

  it('takes an object of the cluster, too, and leaves blanks out', () => {
    expect(conditionOf({ ...EMPTY_FORM, id: ' Node/node-1 ' })).toEqual({ type: 'object', id: 'Node//node-1' });
  });

  it('offers what the recording has', () => {
    const offers = offersOf(provisionedStory().replica(), 'PersistentVolumeClaim/default/data');
    expect(offers.ids).toContain('PersistentVolumeClaim/default/data');
    expect(offers.ids.some((id) => id.startsWith('Mount/'))).toBe(false);
    expect(offers.methods).toContain('NodeStageVolume');
    expect(offers.processes).toContain('kube-scheduler');
    expect(offers.processes).not.toContain('user');
    expect(offers.fields).toEqual(['metadata.annotations', 'spec.volumeName', 'status.phase']);
  });
});
