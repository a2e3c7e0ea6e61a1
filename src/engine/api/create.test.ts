import { describe, expect, it } from 'vitest';
import { Session } from '../session.ts';

const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } };

function inSession<T>(act: (session: Session, api: Session['cluster']['api']) => T): T {
  const session = new Session({ spec: { controllers: [] }, freeze: true });
  return act(session, session.cluster.api);
}

describe('a dry run', () => {
  it('answers with the object as it would be, without a version, and stores nothing', () => {
    inSession(({ cluster: { sim } }, api) => {
      const created = sim.operate('dry run', (ctx) => api.create(ctx, configMap, { dryRun: true }));
      expect(created.metadata.uid).not.toBe('');
      expect(created.metadata).not.toHaveProperty('resourceVersion');
      expect(sim.store.get('configmaps', 'default/c')).toBeUndefined();
    });
  });

  it('of a deletion leaves the object', () => {
    inSession((session, api) => {
      const { sim } = session.cluster;
      session.operate({ create: configMap });
      sim.operate('dry run', (ctx) => api.remove(ctx, { kind: 'ConfigMap', name: 'c' }, { dryRun: true }));
      expect(sim.store.get('configmaps', 'default/c')).toBeDefined();
    });
  });
});

describe('generateName', () => {
  it('makes names that differ, of a prefix cut to 58 letters', () => {
    inSession((session) => {
      const generateName = 'x'.repeat(100);
      const one = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName } };
      session.operate({ create: [one, one, one] });
      const names = session.cluster.sim.store.keys('configmaps').filter((key) => key.startsWith('default/x'));
      expect(names).toHaveLength(3);
      expect(names.every((name) => name.length === 'default/'.length + 63)).toBe(true);
    });
  });
});
