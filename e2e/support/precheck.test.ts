import { readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../src/engine/api/kinds/index.ts';
import type { ObjectInput } from '../../src/engine/api/object.ts';
import { Registry } from '../../src/engine/api/registry.ts';
import type { SourceObject } from '../../src/engine/manifests.ts';
import { precheck } from '../../src/engine/precheck.ts';

interface Case {
  readonly id: string;
  readonly do?: readonly Readonly<Record<string, unknown>>[];
}

const folder = new URL('../conformance/', import.meta.url);
const cases = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .flatMap((file) => load(readFileSync(new URL(file, folder), 'utf8')) as readonly Case[]);
const registry = new Registry(KINDS, []);

/** What is said of one object of an operation; where it stands does not matter here. */
function saidOf(object: ObjectInput): readonly string[] {
  const document: SourceObject['document'] = {
    value: object,
    index: 0,
    startLine: 1,
    endLine: 1,
    offset: 0,
    length: 0,
    basePath: [],
  };
  return precheck(registry, '', [{ object, document }]).flatMap(({ severity, message }) =>
    severity === 'error' ? [message] : [],
  );
}

describe('the check before anything is applied', () => {
  const operations = cases.flatMap(({ id, do: list = [] }) =>
    list.flatMap((operation) => {
      const what = operation['apply'] ?? operation['create'];
      return what === undefined ? [] : [{ id, operation, objects: [what].flat() as ObjectInput[] }];
    }),
  );

  it('finds nothing wrong with what the API server takes', () => {
    const taken = operations.filter(({ operation }) => operation['error'] === undefined);
    expect(taken.length).toBeGreaterThan(500);
    const wrong = taken.flatMap(({ id, objects }) =>
      objects.flatMap((object) =>
        saidOf({ ...object, metadata: object.metadata ?? {} }).map((text) => `${id}: ${text}`),
      ),
    );
    expect(wrong).toEqual([]);
  });
});
