import { describe, expect, it } from 'vitest';
import { documentsOf } from './documents.ts';
import { indentAfter } from './monacoEditor.ts';

describe('the documents of a text', () => {
  it('are found with the line of metadata.name, however it is written', () => {
    const text = [
      'kind: Pod',
      'metadata:',
      '    labels:',
      '        name: not-this',
      '    name: "web"',
      '    namespace: shop',
      'spec:',
      '  containers:',
      '  - name: nor-this',
      '',
      '---',
      'apiVersion: v1',
      'metadata: {name: data, namespace: shop}',
      'kind: PersistentVolumeClaim',
      '---',
      '# nothing',
    ].join('\n');
    expect(documentsOf(text)).toEqual([
      { kind: 'Pod', namespace: 'shop', name: 'web', firstLine: 1, lastLine: 9, nameLine: 5 },
      { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data', firstLine: 12, lastLine: 14, nameLine: 13 },
    ]);
  });

  it('are found in broken texts, too', () => {
    expect(documentsOf('kind: Pod\nmetadata:\n  name: a\nspec: [\n')).toHaveLength(1);
  });
});

describe('a new line', () => {
  it.each([
    ['', ''],
    ['kind: Pod', ''],
    ['metadata:', '  '],
    ['  labels: ', '    '],
    ['  - name: data', '    '],
    ['  - persistentVolumeClaim:', '      '],
    ['    claimName: data', '    '],
    ['  - ', '    '],
  ])('after %j is indented as YAML needs it', (before, indent) => {
    expect(indentAfter(before)).toBe(indent);
  });
});
