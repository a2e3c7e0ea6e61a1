import { describe, expect, it } from 'vitest';
import { KINDS } from './api/kinds/index.ts';
import { Registry } from './api/registry.ts';
import { readText } from './manifests.ts';

const registry = new Registry(KINDS, []);

/** The text after every change that is offered has been made. */
function changed(text: string): string {
  const lines = text.split('\n');
  for (const { change } of readText(registry, text).diagnostics) {
    if (change === undefined) continue;
    const line = lines[change.line - 1] ?? '';
    lines[change.line - 1] = line.slice(0, change.column - 1) + change.text + line.slice(change.endColumn - 1);
  }
  return lines.join('\n');
}

describe('a version or kind that is not served', () => {
  it('is refused in kubectl’s words, with the offer to write the one that is', () => {
    const text = 'apiVersion: storage.k8s.io/v1beta1\nkind: StorageClass\nmetadata: {name: a}\nprovisioner: p\n';
    expect(readText(registry, text).diagnostics).toMatchObject([
      {
        message: 'no matches for kind "StorageClass" in version "storage.k8s.io/v1beta1"',
        remedy: { key: 'kind.otherVersion', values: { kind: 'StorageClass', version: 'storage.k8s.io/v1' } },
        change: { text: 'storage.k8s.io/v1', line: 1, column: 13, endColumn: 35 },
      },
    ]);
    expect(readText(registry, changed(text)).diagnostics).toEqual([]);
  });

  it.each([
    ['in quotes and with a comment', '{apiVersion: "apps/v1beta2", kind: ReplicaSet, metadata: {name: a}} # old'],
    ['of the kind', 'apiVersion: v1\nkind: configmaps # many\nmetadata: {name: a}'],
    [
      'in a later document',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: pod\nmetadata: {name: b}',
    ],
  ])('can be changed %s', (_what, text) => {
    const kinds = readText(registry, changed(text)).diagnostics.filter(({ remedy }) => remedy?.key.startsWith('kind.'));
    expect(kinds).toEqual([]);
  });

  it('has no offer where nobody knows the kind', () => {
    const [problem] = readText(registry, 'apiVersion: v1\nkind: Gadget\nmetadata: {name: a}\n').diagnostics;
    expect(problem?.remedy?.key).toBe('kind.unknown');
    expect(problem?.change).toBeUndefined();
  });
});
