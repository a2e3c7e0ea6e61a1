import { describe, expect, it } from 'vitest';
import type { RecordedObject, StepMessage } from '../../worker/protocol.ts';
import { momentAt } from '../model/moment.ts';
import { Replica } from '../model/replica.ts';
import { structureOf } from '../model/structure.ts';
import { documentsOf } from './documents.ts';
import { documentOf, loserMarks, stateMarks } from './markLines.ts';

const TEXT = `kind: PersistentVolumeClaim
metadata: {name: archive}
spec:
  accessModes: [ReadWriteMany]
  resources:
    requests:
      storage: 20Gi
---
kind: Deployment
metadata:
  name: site
`;

const object = (kind: string, name: string, rest: object): RecordedObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'default' },
  ...rest,
});

const STEP: StepMessage = {
  step: 1,
  at: 0,
  process: 'p',
  label: '',
  began: [],
  ended: [],
  writes: [
    object('PersistentVolumeClaim', 'archive', { spec: { storageClassName: '' }, status: { phase: 'Pending' } }),
    object('Deployment', 'site', { spec: { replicas: 3 }, status: { readyReplicas: 1 } }),
  ].map((value) => ({ id: `${value.kind}/default/${value.metadata.name}`, verb: 'create', value, changed: [] })),
  decisions: [
    {
      about: 'PersistentVolumeClaim/default/archive',
      by: 'findBestMatchForClaim',
      outcome: 'noMatch',
      candidates: [
        { candidate: 'PersistentVolume/a', ok: false, rule: 'accessModes', have: ['ReadWriteOnce'], want: null },
        { candidate: 'PersistentVolume/b', ok: false, rule: 'accessModes', have: ['ReadWriteOnce'], want: null },
        { candidate: 'PersistentVolume/c', ok: false, rule: 'capacity', have: '10Gi', want: '20Gi' },
      ],
    },
  ],
};

function moment() {
  const replica = new Replica();
  replica.append([STEP]);
  return momentAt(replica, structureOf(replica), 1);
}

const documents = documentsOf(TEXT);
const claim = 'PersistentVolumeClaim/default/archive';

describe('marks beside the text', () => {
  it('say under metadata.name how the object stands', () => {
    const marks = stateMarks(moment(), documents, claim, (key) => key);
    expect(marks).toMatchObject([
      { line: 2, word: 'Pending', family: 'waiting', isSelected: true },
      { line: 11, more: '1/3', isSelected: false },
    ]);
  });

  it('tell which object a click on them selects', () => {
    const marks = stateMarks(moment(), documents, null, (key) => key);
    expect(marks.map(({ about }) => about)).toEqual([claim, 'Deployment/default/site']);
    const losers = loserMarks(moment(), documents, TEXT.split('\n'), claim, () => '');
    expect(losers.map(({ about }) => about)).toEqual(['PersistentVolume//a', 'PersistentVolume//c']);
  });

  it('say under each field of the selected claim which candidates lost by it', () => {
    const tell = ({ have, count }: { have: string; count: number }): string => `${have} +${count}`;
    const marks = loserMarks(moment(), documents, TEXT.split('\n'), claim, tell);
    expect(marks.map(({ line, word, more }) => [line, word, more])).toEqual([
      [4, 'a', 'RWO +1'],
      [7, 'c', '10Gi +0'],
    ]);
    expect(loserMarks(moment(), documents, TEXT.split('\n'), null, tell)).toEqual([]);
  });
});

describe('the document of an object', () => {
  it('is its own, or that of the workload it belongs to', () => {
    const owned = object('Pod', 'site-1', {});
    const ownerReferences = [{ kind: 'Deployment', name: 'site', uid: 'u', controller: true }];
    const pod = { ...owned, metadata: { ...owned.metadata, ownerReferences } };
    const replica = new Replica();
    const write = { id: 'Pod/default/site-1', verb: 'create', value: pod, changed: [] } as const;
    replica.append([STEP, { ...STEP, step: 2, decisions: [], writes: [write] }]);
    const now = momentAt(replica, structureOf(replica), 2);
    expect(documentOf(now, documents, claim)?.firstLine).toBe(1);
    expect(documentOf(now, documents, write.id)?.firstLine).toBe(9);
    expect(documentOf(now, documents, 'Pod/default/other')).toBeUndefined();
  });
});
