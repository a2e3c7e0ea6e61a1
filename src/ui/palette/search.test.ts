import { describe, expect, it } from 'vitest';
import { type Entry, type Group, searchEntries, stepOfQuery } from './search.ts';

function entry(group: Group, text: string, detail = ''): Entry {
  return { id: `${group} ${text}`, group, text, detail, act: () => undefined };
}

const ENTRIES = [
  entry('object', 'Pod my-data', 'default, Running'),
  entry('object', 'data', 'PersistentVolumeClaim, default, Pending'),
  entry('object', 'data-old', 'PersistentVolumeClaim, default, Bound'),
  entry('event', 'ProvisioningFailed', 'storageclass "manual" not found'),
  entry('action', 'Play or pause'),
];

const found = (query: string): readonly string[] =>
  searchEntries(ENTRIES, query).flatMap(({ entries }) => entries.map(({ text }) => text));

describe('the palette', () => {
  it('finds entries that hold every word, wherever it stands', () => {
    expect(found('claim bound')).toEqual(['data-old']);
    expect(found('NOT found')).toEqual(['ProvisioningFailed']);
    expect(found('nothing like it')).toEqual([]);
  });

  it('puts what is meant first before what begins so, and that before what holds it', () => {
    expect(found('data')).toEqual(['data', 'data-old', 'Pod my-data']);
  });

  it('shows groups in one order, whatever the order of the entries', () => {
    expect(searchEntries(ENTRIES, '').map(({ group }) => group)).toEqual(['action', 'object', 'event']);
  });

  it('shows a few of many and says how many more there are', () => {
    const many = Array.from({ length: 40 }, (_, index) => entry('object', `pod-${index}`));
    expect(searchEntries(many, 'pod')).toMatchObject([{ more: 28 }]);
    expect(searchEntries(many, '')).toMatchObject([{ more: 35 }]);
  });

  it('reads a step in the words of both languages', () => {
    expect(['step 42', '42', 'Step42', '第 42 步'].map(stepOfQuery)).toEqual([42, 42, 42, 42]);
    expect(['step', 'pod-42', '42 pods', ''].map(stepOfQuery)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
