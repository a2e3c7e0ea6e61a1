import { describe, expect, it } from 'vitest';
import type { Json, RecordedObject, Verdict } from '../../worker/protocol.ts';
import { CLAIM, claim, persistentVolume, pod, Recording } from '../model/fixture.test-data.ts';
import { type Moment, momentAt } from '../model/moment.ts';
import { structureOf } from '../model/structure.ts';
import { commandOf } from './commands.ts';
import { remediesFor, worthSaying } from './remedies.ts';
import { isWaiting } from './waiting.ts';

const SPEC = {
  accessModes: ['ReadWriteOnce'],
  resources: { requests: { storage: '10Gi' } },
  storageClassName: 'manual',
  volumeMode: 'Filesystem',
};
const wanted = (spec: Readonly<Record<string, Json>> = {}): RecordedObject =>
  claim('data', { spec: { ...SPEC, ...spec } });
const volume = (name: string, fields: object = {}, spec: object = {}): RecordedObject => ({
  ...persistentVolume(name, { storageClassName: 'manual', capacity: { storage: '5Gi' }, ...spec }),
  ...fields,
});
const storageClass = (name: string, fields: object = {}): RecordedObject => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name },
  provisioner: 'disk.csi',
  ...fields,
});
const refused = (name: string, rule: string, have: Json): Verdict => ({
  candidate: `PersistentVolume/${name}`,
  ok: false,
  rule,
  have,
});

function momentOf(create: readonly RecordedObject[], candidates: readonly Verdict[] = []): Moment {
  const about = 'PersistentVolumeClaim/default/data';
  const decisions = [{ about, by: 'findBestMatchForClaim', outcome: 'noMatch', candidates }];
  const replica = new Recording()
    .step(0, 'user', { create })
    .step(1, 'persistentvolume-binder-controller', { decisions })
    .replica();
  return momentAt(replica, structureOf(replica), 2);
}

const MADE = 'bindAddVolume data-pv';
const LIKE = (name: string): string => `bindLikeVolume ${name}`;

describe('what might bind a claim', () => {
  it.each<[string, readonly RecordedObject[], readonly Verdict[], readonly string[]]>([
    ['nothing to choose from', [wanted()], [], [MADE]],
    [
      'a volume that is too small',
      [wanted(), volume('small')],
      [refused('small', 'capacity', '5Gi')],
      ['bindSmaller 5Gi small', MADE],
    ],
    [
      'a volume of another class',
      [wanted(), volume('other')],
      [refused('other', 'storageClassName', 'slow')],
      ['bindClassOfVolume slow other', MADE, LIKE('other')],
    ],
    [
      'a volume without the access mode',
      [wanted(), volume('ro')],
      [refused('ro', 'accessModes', ['ReadOnlyMany'])],
      ['bindModesOfVolume ROX ro', MADE, LIKE('ro')],
    ],
    [
      'a released volume',
      [wanted(), volume('old', { status: { phase: 'Released' } })],
      [refused('old', 'phase', 'Released')],
      ['bindClearClaimRef old', MADE],
    ],
    [
      'a volume that another claim has',
      [wanted(), volume('taken', {}, { claimRef: { namespace: 'default', name: 'other', uid: 'u' } })],
      [refused('taken', 'claimRef', 'default/other')],
      [MADE],
    ],
    [
      'a class that is missing',
      [wanted(), storageClass('fast')],
      [],
      ['bindNewClass manual disk.csi', 'bindOtherClass fast disk.csi', MADE],
    ],
    [
      'classes, the default one first and none without provisioner',
      [
        wanted({ storageClassName: '' }),
        storageClass('a'),
        storageClass('b', {
          metadata: { name: 'b', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
        }),
        storageClass('c', { provisioner: 'kubernetes.io/no-provisioner' }),
      ],
      [],
      ['bindOtherClass b disk.csi', 'bindOtherClass a disk.csi', MADE],
    ],
    [
      'a class that waits for the first consumer',
      [wanted(), storageClass('manual', { volumeBindingMode: 'WaitForFirstConsumer' })],
      [],
      ['bindAddPod data-user', MADE],
    ],
    [
      'a consumer that is there',
      [wanted(), storageClass('manual', { volumeBindingMode: 'WaitForFirstConsumer' }), pod('web', ['data'])],
      [],
      [MADE],
    ],
    [
      'a volume that the claim names',
      [wanted({ volumeName: 'mine' })],
      [],
      ['bindNoVolumeName mine', 'bindAddVolume mine'],
    ],
  ])('with %s', (_, objects, verdicts, expected) => {
    const found = remediesFor(momentOf(objects, verdicts), CLAIM);
    const told = found.map(({ key, values }) =>
      [key.replace('history.', ''), values['value'], values['class'], values['volume'], values['pod'], values['driver']]
        .filter((part) => part !== undefined)
        .join(' '),
    );
    expect([...told].sort()).toEqual([...expected].sort());
  });

  it('is a claim that is made anew, as its owner would write it', () => {
    const [smaller] = remediesFor(momentOf([wanted(), volume('small')], [refused('small', 'capacity', '5Gi')]), CLAIM);
    if (smaller === undefined) throw new Error('no remedy');
    expect(commandOf(smaller.change)).toBe(`kubectl replace --force -f - <<'EOF'
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
  namespace: default
spec:
  accessModes:
    - ReadWriteOnce
  resources:
    requests:
      storage: 5Gi
  storageClassName: manual
EOF`);
  });

  it('does not name a large change where a small one does for the same volume', () => {
    const remedies = remediesFor(
      momentOf([wanted(), volume('slow')], [refused('slow', 'storageClassName', 'slow')]),
      CLAIM,
    );
    const all = remedies.map((remedy) => ({ remedy }));
    expect(worthSaying(all)).toHaveLength(all.length - 1);
    const wide = all.filter(({ remedy }) => remedy.isLast === true);
    expect(worthSaying(wide)).toEqual(wide);
  });
});

describe('a claim that waits', () => {
  it('is Pending and stays so', () => {
    expect(isWaiting(momentOf([wanted()]), CLAIM)).toBe(true);
    expect(isWaiting(momentOf([claim('data', { status: { phase: 'Bound' } })]), CLAIM)).toBe(false);
    const later = new Recording()
      .step(0, 'user', { create: [wanted()] })
      .step(1, 'x', { set: [[CLAIM, 'status.phase', 'Bound']] })
      .replica();
    expect(isWaiting(momentAt(later, structureOf(later), 1), CLAIM)).toBe(false);
  });
});
