import { describe, expect, it } from 'vitest';
import { serve } from './request.ts';

describe('the result of a run', () => {
  const containers = [{ name: 'c', image: 'i', env: [{ name: 'A', value: 'b' }] }];
  const web = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers } };
  const resultOf = (operations: readonly object[]): unknown => serve({ id: 1, do: operations, until: '1s' });

  it('names what was taken, by whatever operation, but does nothing', () => {
    const patch = { kind: 'Pod', name: 'a', type: 'strategic', patch: { spec: { activeDeadlineSeconds: 60 } } };
    expect(resultOf([{ apply: web }, { patch }])).toMatchObject({
      notSimulated: [
        { op: 0, object: 'Pod/default/a', path: 'spec.containers[0].env' },
        { op: 1, object: 'Pod/default/a', path: 'spec.activeDeadlineSeconds' },
      ],
    });
  });

  it('does not name what was refused', () => {
    expect(resultOf([{ apply: { ...web, spec: { hostPID: true, containers: [] } } }])).toMatchObject({
      opErrors: [{ op: 0 }],
      notSimulated: [],
    });
  });
});
