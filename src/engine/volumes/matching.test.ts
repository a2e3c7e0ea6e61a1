import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Node, ObjectInput, PersistentVolume, PersistentVolumeClaim } from '../api/object.ts';
import { compareQuantities } from '../api/quantity.ts';
import { Session } from '../session.ts';
import type { Context } from '../sim/context.ts';
import { explainMatching } from './explanation.ts';
import {
  allPossibleMatchingAccessModes,
  findBestMatchForClaim,
  findMatchingVolume,
  type MatchQuestion,
  rejectingRule,
} from './matching.ts';

const RWO = ['ReadWriteOnce'] as const;

function volume(name: string, spec: object = {}, more: Partial<PersistentVolume> = {}): PersistentVolume {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name,
      uid: `uid-${name}`,
      resourceVersion: '1',
      creationTimestamp: '2026-10-01T00:00:00Z',
      ...more.metadata,
    },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: RWO,
      storageClassName: 'manual',
      hostPath: { path: '/x' },
      ...spec,
    },
    status: more.status ?? { phase: 'Available' },
  };
}

function claim(spec: object = {}): PersistentVolumeClaim {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: 'data',
      namespace: 'default',
      uid: 'uid-data',
      resourceVersion: '1',
      creationTimestamp: '2026-10-01T00:00:00Z',
    },
    spec: { accessModes: RWO, storageClassName: 'manual', resources: { requests: { storage: '1Gi' } }, ...spec },
  };
}

const node = (zone: string): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: `node-${zone}`,
    uid: zone,
    resourceVersion: '1',
    creationTimestamp: '2026-10-01T00:00:00Z',
    labels: { zone },
  },
  spec: {},
});

const inZone = (zone: string) => ({
  nodeAffinity: {
    required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: [zone] }] }] },
  },
});

/** Asks in a cluster in which nothing runs; also tells how many objects were read. */
function ask<T>(
  volumes: readonly PersistentVolume[],
  question: (ctx: Context) => T,
): { readonly answer: T; readonly reads: number } {
  const given = volumes as unknown as readonly ObjectInput[];
  const { sim } = new Session({ spec: { controllers: [] }, given }).cluster;
  const before = sim.store.reads;
  const answer = sim.operate('ask', question);
  return { answer, reads: sim.store.reads - before };
}

const best = (
  volumes: readonly PersistentVolume[],
  wanted: PersistentVolumeClaim,
  delayBinding = false,
): string | undefined => ask(volumes, (ctx) => findBestMatchForClaim(ctx, wanted, delayBinding)).answer?.metadata.name;

const bestOn = (
  volumes: readonly PersistentVolume[],
  question: Omit<MatchQuestion, 'delayBinding'> & { readonly node: Node },
): string | undefined =>
  ask(volumes, (ctx) => findMatchingVolume(ctx, { ...question, delayBinding: true })).answer?.metadata.name;

const reserved = (uid?: string) => ({
  claimRef: { namespace: 'default', name: 'data', ...(uid !== undefined && { uid }) },
});
const sized = (storage: string) => ({ capacity: { storage } });

describe('the rule that keeps a volume from a claim', () => {
  const everythingWrong = {
    ...sized('1Mi'),
    volumeMode: 'Block',
    volumeAttributesClassName: 'gold',
    storageClassName: 'other',
    accessModes: [],
  };
  it.each([
    ['claimRef', { ...everythingWrong, claimRef: { namespace: 'default', name: 'other' } }],
    ['claimRef', { ...everythingWrong, ...reserved('uid-of-the-last-one') }],
    ['capacity', everythingWrong],
    ['volumeMode', { ...everythingWrong, ...sized('1Gi') }],
    ['volumeAttributesClassName', { ...everythingWrong, ...sized('1Gi'), volumeMode: 'Filesystem' }],
    ['storageClassName', { storageClassName: 'other', accessModes: [] }],
    ['accessModes', { accessModes: ['ReadOnlyMany'] }],
  ])('is the first one that it breaks: %s', (rule, spec) => {
    expect(rejectingRule(volume('v', spec), { claim: claim(), delayBinding: false })?.rule).toBe(rule);
  });

  it('comes with the value of both', () => {
    expect(rejectingRule(volume('v', sized('1G')), { claim: claim(), delayBinding: false })).toEqual({
      rule: 'capacity',
      have: '1G',
      want: '1Gi',
    });
  });

  it('asks a reserved volume neither for its class nor for its phase', () => {
    const released = volume(
      'v',
      { ...reserved('uid-data'), storageClassName: 'other' },
      { status: { phase: 'Released' } },
    );
    expect(rejectingRule(released, { claim: claim(), delayBinding: true })).toBeUndefined();
  });
});

describe('the PV controller', () => {
  it('takes the smallest volume that fits, of equal ones the first by name', () => {
    expect(
      best(
        [volume('b', sized('5Gi')), volume('c', sized('2Gi')), volume('a', sized('5Gi')), volume('d')],
        claim({ resources: { requests: sizes('3Gi') } }),
      ),
    ).toBe('a');
  });

  it('prefers fewer access modes to a better size', () => {
    const more = { ...sized('1Gi'), accessModes: ['ReadWriteOnce', 'ReadOnlyMany'] };
    expect(best([volume('more', more), volume('fewer', sized('100Gi'))], claim())).toBe('fewer');
  });

  it('tells sizes apart that a floating-point number cannot', () => {
    const sizesAbove = ['9007199254740995', '9007199254740993', '9007199254740994'].map((size) =>
      volume(`v${size}`, sized(size)),
    );
    expect(best(sizesAbove, claim({ resources: { requests: sizes('9007199254740993') } }))).toBe('v9007199254740993');
    const huge = [
      volume('a', sized('20000000000G')),
      volume('b', sized('10000000001G')),
      volume('c', sized('10000000000G')),
    ];
    expect(best(huge, claim({ resources: { requests: sizes('10000000001G') } }))).toBe('b');
  });

  it('leaves free volumes of a class that waits to the scheduler, but takes a reserved one', () => {
    expect(best([volume('free')], claim(), true)).toBeUndefined();
    expect(best([volume('free'), volume('kept', reserved())], claim(), true)).toBe('kept');
  });

  it('reads as many objects among 10,000 free volumes as among 100', () => {
    const among = (n: number) =>
      ask(
        Array.from({ length: n }, (_, i) => volume(`v${i}`)),
        (ctx) => findBestMatchForClaim(ctx, claim(), false),
      ).reads;
    expect(among(10_000)).toBe(among(100));
  });
});

describe('the scheduler', () => {
  it('takes the smallest volume that the node reaches, and none twice for a pod', () => {
    const volumes = [
      volume('a', inZone('a')),
      volume('b1', inZone('b')),
      volume('b2', { ...inZone('b'), ...sized('2Gi') }),
    ];
    expect(bestOn(volumes, { claim: claim(), node: node('b') })).toBe('b1');
    expect(bestOn(volumes, { claim: claim(), node: node('b'), excluded: new Set(['b1']) })).toBe('b2');
  });

  it('takes nothing where it cannot reach the volume that is reserved for the claim', () => {
    expect(
      bestOn([volume('kept', { ...reserved(), ...inZone('a') }), volume('free')], { claim: claim(), node: node('b') }),
    ).toBeUndefined();
  });
});

describe('the search through indices', () => {
  const oneOf = <T>(...values: readonly T[]) => fc.constantFrom(...values);
  const modes = oneOf<readonly string[]>(
    RWO,
    ['ReadOnlyMany', 'ReadWriteOnce'],
    ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany'],
    ['ReadWriteMany'],
  );
  const storage = oneOf('1Gi', '1G', '1500M', '2Gi', '9007199254740993', '9007199254740992', '1100m', '1200m');
  const anyVolume = fc
    .record({
      accessModes: modes,
      capacity: fc.record({ storage }),
      storageClassName: oneOf('manual', 'manual', 'other'),
      volumeMode: oneOf('Filesystem', 'Filesystem', 'Block'),
      more: oneOf<object>({}, {}, {}, inZone('a'), inZone('b'), reserved(), reserved('uid-data'), reserved('other'), {
        volumeAttributesClassName: 'gold',
      }),
      phase: oneOf('Available', 'Available', 'Available', 'Pending', 'Released'),
    })
    .map(
      ({ more, phase, ...spec }) =>
        (name: string) =>
          volume(name, { ...spec, ...more }, { status: { phase } }),
    );
  const anyVolumes = fc.array(anyVolume, { maxLength: 12 }).map((made) => made.map((make, i) => make(`v${i}`)));
  const anyClaim = fc
    .record({ accessModes: modes, resources: fc.record({ requests: fc.record({ storage }) }) })
    .map(claim);

  /** Upstream's loop over a list, in order of the names. */
  function scan(volumes: readonly PersistentVolume[], question: MatchQuestion): PersistentVolume | undefined {
    let smallest: PersistentVolume | undefined;
    for (const candidate of [...volumes].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))) {
      const rejection = rejectingRule(candidate, question);
      const { claimRef } = candidate.spec;
      if (claimRef && rejection?.rule === 'nodeAffinity') return undefined;
      if (rejection) continue;
      if (claimRef) return candidate;
      if (!smallest || compareQuantities(candidate.spec.capacity?.['storage'], smallest.spec.capacity?.['storage']) < 0)
        smallest = candidate;
    }
    return smallest;
  }

  it('finds what a look at every volume finds', () => {
    fc.assert(
      fc.property(anyVolumes, anyClaim, fc.boolean(), (volumes, wanted, delayBinding) => {
        const groups = allPossibleMatchingAccessModes(wanted).map((group) =>
          volumes.filter(
            ({ spec }) =>
              spec.accessModes?.length === group.length &&
              group.every((mode) => spec.accessModes?.includes(mode as never)),
          ),
        );
        const found = groups
          .map((group) => scan(group, { claim: wanted, delayBinding }))
          .find((one) => one !== undefined);
        expect(best(volumes, wanted, delayBinding)).toBe(found?.metadata.name);
        const question = { claim: wanted, node: node('a'), delayBinding: true };
        const ofClass = volumes.filter(({ spec }) => spec.storageClassName === 'manual');
        expect(bestOn(volumes, question)).toBe(scan(ofClass, question)?.metadata.name);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the explanation', () => {
  it('names for each volume the rule and both values', () => {
    const volumes = [
      volume('fits', sized('2Gi')),
      volume('larger', sized('5Gi')),
      volume('small'),
      volume('shared', { accessModes: ['ReadWriteMany'] }),
    ];
    const wanted = claim({ resources: { requests: sizes('2Gi') } });
    const { candidates } = ask(volumes, (ctx) =>
      explainMatching(
        ctx,
        'findBestMatchForClaim',
        { claim: wanted, delayBinding: false },
        findBestMatchForClaim(ctx, wanted, false),
      ),
    ).answer;
    const said = (candidates ?? []).map(({ candidate, ok, rule, have, want }) => [
      candidate.slice('PersistentVolume/'.length),
      ok ? 'ok' : rule,
      have,
      want,
    ]);
    expect(said.sort()).toEqual([
      ['fits', 'ok', '2Gi', '2Gi'],
      ['larger', 'smallest', '5Gi', '2Gi'],
      ['shared', 'accessModes', ['ReadWriteMany'], ['ReadWriteOnce']],
      ['small', 'capacity', '1Gi', '2Gi'],
    ]);
  });

  it('stays short in a large cluster and counts what it leaves out', () => {
    const volumes = Array.from({ length: 500 }, (_, i) => volume(`v${i}`));
    const question = { claim: claim({ resources: { requests: sizes('2Gi') } }), delayBinding: false };
    const { answer, reads } = ask(volumes, (ctx) => explainMatching(ctx, 'findBestMatchForClaim', question, undefined));
    expect(answer.candidates).toHaveLength(8);
    expect(answer.omitted).toBe(492);
    expect(reads).toBe(8);
  });
});

function sizes(storage: string) {
  return { storage };
}
