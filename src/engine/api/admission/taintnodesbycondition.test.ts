import { describe, expect, it } from 'vitest';
import { Session } from '../../session.ts';
import type { Node } from '../object.ts';

const TAINT = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

function taintsOf(taints: readonly object[] | undefined): Node['spec']['taints'] {
  const session = new Session({ spec: { controllers: [] }, freeze: true });
  const spec = taints === undefined ? {} : { spec: { taints } };
  session.operate({ create: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, ...spec } });
  return (session.cluster.sim.store.get('nodes', 'n') as Node).spec.taints;
}

describe('a new node', () => {
  it('takes no pods before it is known to be ready', () => {
    expect(taintsOf(undefined)).toEqual([TAINT]);
    const other = { key: 'disk', value: 'slow', effect: 'NoSchedule' };
    expect(taintsOf([other])).toEqual([other, TAINT]);
  });

  it('keeps the taint that it brings along', () => {
    expect(taintsOf([{ ...TAINT, value: 'x' }])).toEqual([{ ...TAINT, value: 'x' }]);
    expect(taintsOf([{ ...TAINT, effect: 'NoExecute' }])).toEqual([{ ...TAINT, effect: 'NoExecute' }, TAINT]);
  });
});
