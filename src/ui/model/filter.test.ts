import { describe, expect, it } from 'vitest';
import type { RecordedObject } from '../../worker/protocol.ts';
import {
  EVERYTHING,
  isStatus,
  type Listing,
  matches,
  namespacesOf,
  readListing,
  structureIn,
  writeListing,
} from './filter.ts';
import { shownGroups } from './filterGroups.ts';
import { claim, persistentVolume, pod, Recording } from './fixture.test-data.ts';
import { layoutOf, plansOf } from './layout.ts';
import { momentAt } from './moment.ts';
import type { Replica } from './replica.ts';
import { structureOf } from './structure.ts';

describe('a listing in the address', () => {
  const first: Listing = { ...EVERYTHING, groupBy: 'owner', shownAs: 'auto' };
  it.each<[string, Partial<Listing>]>([
    ['', {}],
    ['?view=list', { shownAs: 'list' }],
    ['?namespace=shop&status=failed', { namespace: 'shop', status: 'failed' }],
    ['?filter=web-&groupBy=node', { text: 'web-', groupBy: 'node' }],
    ['?status=attention', { status: 'attention' }],
  ])('%j is read and written', (search, parts) => {
    expect(readListing(search)).toEqual({ ...first, ...parts });
    expect(writeListing(search, { ...first, ...parts })).toBe(search);
  });

  it('is at first where the address says something else', () => {
    expect(readListing('?view=cube&status=happy&groupBy=colour')).toEqual(first);
  });

  it('leaves what else the address holds', () => {
    expect(writeListing('?lang=en&status=failed', { ...first, namespace: 'a' })).toBe('?lang=en&namespace=a');
  });
});

describe('an object', () => {
  const web = { namespace: 'shop', name: 'web-0', family: 'waiting' } as const;
  it.each([
    [{}, true],
    [{ namespace: 'shop' }, true],
    [{ namespace: 'other' }, false],
    [{ status: 'waiting' }, true],
    [{ status: 'attention' }, true],
    [{ status: 'ok' }, false],
    [{ text: 'WEB' }, true],
    [{ text: ' web-0 ' }, true],
    [{ text: 'web-1' }, false],
    [{ namespace: 'shop', status: 'failed', text: 'web' }, false],
  ] as const)('waiting in a namespace, with %j, is shown: %s', (filter, expected) => {
    expect(matches({ ...EVERYTHING, ...filter }, web)).toBe(expected);
  });

  it('without a namespace is in each', () => {
    expect(matches({ ...EVERYTHING, namespace: 'shop' }, { ...web, namespace: '' })).toBe(true);
  });

  it.each([
    ['attention', 'failed', true],
    ['attention', 'working', false],
    ['any', 'gone', true],
    ['idle', 'idle', true],
  ] as const)('of status %s and family %s: %s', (status, family, expected) => {
    expect(isStatus(status, family)).toBe(expected);
  });
});

/** Two namespaces: in `a` a bound claim with its pod on node-1, in `b` two claims that wait, and a volume for nobody. */
function twoNamespaces(): Replica {
  const into = (namespace: string, object: RecordedObject, spec: object): RecordedObject => ({
    ...object,
    metadata: { ...object.metadata, namespace },
    spec: { ...Object(object.spec), ...spec },
  });
  const claimRef = { namespace: 'a', name: 'data', uid: 'uid-data' };
  return new Recording()
    .step(0, 'apply', {
      operation: 0,
      create: [
        into('a', claim('data'), { storageClassName: 'fast', volumeName: 'pv-a' }),
        persistentVolume('pv-a', { storageClassName: 'fast', claimRef }),
        into('a', pod('web', ['data']), { nodeName: 'node-1' }),
        into('b', claim('logs'), { storageClassName: 'slow' }),
        into('b', claim('more'), { storageClassName: 'fast' }),
        persistentVolume('pv-free', { storageClassName: 'slow' }),
      ],
    })
    .replica();
}

describe('the graph', () => {
  const replica = twoNamespaces();
  const structure = structureOf(replica);
  const layout = (options: object) => layoutOf(replica, structure, { gap: 1, open: new Set(), ...options });

  it('knows the namespaces of what it draws', () => {
    expect(namespacesOf(structure)).toEqual(['a', 'b']);
  });

  it('of one namespace has its claims with their volumes, and the volumes that nobody claims', () => {
    const only = structureIn(structure, 'b');
    expect(only.claims.map(({ name }) => name)).toEqual(['logs', 'more']);
    expect(only.pods).toEqual([]);
    expect(only.volumes.map(({ name }) => name)).toEqual(['pv-free']);
  });

  it.each([
    ['owner', ['a', 'b']],
    ['namespace', ['a', 'b']],
    ['class', ['fast', 'slow']],
    ['node', ['node-1', '']],
  ] as const)('grouped by %s has headings', (groupBy, headings) => {
    const found = layout({ groupBy }).groups.flatMap(({ heading }) => (heading === undefined ? [] : [heading]));
    expect(found).toEqual(headings);
  });

  it('splits a group that lies in several sections', () => {
    const slots = layout({ groupBy: 'class' }).slotOf;
    const groupOf = (id: string) => slots.get(id)?.group;
    expect(groupOf('PersistentVolumeClaim/b/logs')).toBe(groupOf('PersistentVolume//pv-free'));
    expect(groupOf('PersistentVolumeClaim/b/more')).not.toBe(groupOf('PersistentVolumeClaim/b/logs'));
  });

  it('keeps whole chains in which something matches', () => {
    const moment = momentAt(replica, structure, 1);
    const plans = plansOf(replica, structure, 'owner');
    const shown = shownGroups(moment, plans, { ...EVERYTHING, text: 'pv-a' });
    const { slotOf } = layout({ shown });
    expect([...slotOf.keys()].sort()).toContain('Pod/a/web');
    expect(slotOf.has('PersistentVolumeClaim/b/logs')).toBe(false);
  });

  it('folds all groups but the one that is presented', () => {
    const group = layout({}).slotOf.get('Pod/a/web')?.group ?? '';
    const { groups, laneX } = layout({ presented: group });
    expect(groups.map(({ folded }) => folded)).toEqual([false, true]);
    expect(laneX.pod).toBe(12);
  });
});
