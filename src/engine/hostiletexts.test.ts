import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StatusError } from './api/errors.ts';
import type { ObjectInput } from './api/object.ts';
import { patchObject } from './api/patch.ts';
import {
  isSelectorError,
  matchesFields,
  matchesRequirements,
  parseFieldSelector,
  parseLabelSelector,
} from './api/selectors.ts';
import { printJsonPath } from './kubectl/jsonpath.ts';
import { CommandError } from './kubectl/result.ts';
import { Session } from './session.ts';

const OBJECT = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', labels: { app: 'web', 'a/b': '~1', '': 'none' }, finalizers: ['a', 'b'] },
  data: { x: '1' },
} as unknown as ObjectInput;

/** Nothing that was read has changed what every object is. */
function expectCleanPrototypes(): void {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as { readonly polluted?: unknown }).polluted).toBeUndefined();
}

const token = fc.constantFrom(
  ...['metadata', 'labels', 'app', 'a~1b', 'finalizers', '0', '1', '-', '-1', '01', '1e3', '99999999999999999999', ''],
  ...['__proto__', 'constructor', 'prototype', 'polluted', '~', '~2', '\ud800', 'data', 'x'],
);
const pointer = fc.oneof(
  fc.array(token, { maxLength: 4 }).map((parts) => parts.map((part) => `/${part}`).join('')),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const json = fc.jsonValue({ maxDepth: 3 });
const operation = fc.record(
  {
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'ADD', '', 'toString'),
    path: pointer,
    from: pointer,
    value: json,
  },
  { requiredKeys: [] },
);

describe('any JSON patch', () => {
  it('gives an object or a refusal, and leaves the old object alone', () => {
    const before = JSON.stringify(OBJECT);
    fc.assert(
      fc.property(fc.oneof(fc.array(operation, { maxLength: 5 }), json), (operations) => {
        const patched = patchObject(OBJECT, { type: 'json', patch: operations } as never);
        expect(patched instanceof StatusError || typeof patched === 'object').toBe(true);
        expect(JSON.stringify(OBJECT)).toBe(before);
      }),
      { numRuns: 1000 },
    );
    expectCleanPrototypes();
  });

  it('of the other types as well', () => {
    fc.assert(
      fc.property(fc.constantFrom('merge', 'strategic'), fc.object({ key: token, maxDepth: 4 }), (type, patch) => {
        const patched = patchObject(OBJECT, { type, patch } as never);
        expect(patched instanceof StatusError || typeof patched === 'object').toBe(true);
      }),
      { numRuns: 1000 },
    );
    expectCleanPrototypes();
  });
});

const piece = fc.constantFrom(
  ...['app', 'web', '=', '==', '!=', '!', ',', '(', ')', ' in ', ' notin ', 'exists', '>', '<', '1', ' ', 'a/b', '/'],
  ...['metadata.name', 'spec.nodeName', '\\', '\\,', '\\=', '__proto__', 'constructor', '\ud800', '-', '.', '\n'],
);
const text = fc.oneof(
  fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

describe('any text of a selector', () => {
  it('is read, or refused in words', () => {
    fc.assert(
      fc.property(text, (words) => {
        const byLabel = parseLabelSelector(words);
        if (!isSelectorError(byLabel)) expect(typeof matchesRequirements(byLabel, { app: 'web' })).toBe('boolean');
        const byField = parseFieldSelector(words);
        if (!isSelectorError(byField)) expect(typeof matchesFields(byField, (field) => field)).toBe('boolean');
      }),
      { numRuns: 1000 },
    );
  });
});

const step = fc.constantFrom(
  ...['{', '}', '.', '..', '*', '[', ']', '0', '-1', ':', '?(', ')', '@', '$', '==', '>', '&&', '"a"', "'", '\\', ','],
  ...['items', 'metadata', 'name', 'range ', 'end', '{end}', '{range .x[*]}', '__proto__', 'constructor', '1e999', ' '],
);

describe('any JSONPath template', () => {
  it('is printed, or refused in words', () => {
    const template = fc.oneof(
      fc.array(step, { maxLength: 12 }).map((steps) => steps.join('')),
      fc.array(step, { maxLength: 8 }).map((steps) => `{${steps.join('')}}`),
      fc.string({ unit: 'binary', maxLength: 30 }),
    );
    const root = { items: [OBJECT, null, 3, [OBJECT], 'text'], metadata: null, x: [[], {}] };
    const printed = (words: string): string => {
      try {
        return printJsonPath(words, root);
      } catch (error) {
        if (error instanceof CommandError) return error.message;
        throw error;
      }
    };
    fc.assert(
      fc.property(template, (words) => {
        expect(typeof printed(words)).toBe('string');
      }),
      { numRuns: 1000 },
    );
    expectCleanPrototypes();
  });
});

describe('an object of great size', () => {
  const create = (object: object): Session => {
    const session = new Session({ spec: { controllers: [] } });
    session.operate({ create: object });
    return session;
  };

  it('is refused for a name of a million letters, in few words', () => {
    const name = 'x'.repeat(1_000_000);
    const { errors } = create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
    expect(errors[0]?.message).toContain('must be no more than 253');
  });

  it('is stored with 10,000 containers, and refused where two have one name', () => {
    const containers = Array.from({ length: 10_000 }, (_, i) => ({ name: `c-${i}`, image: 'a' }));
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers } };
    expect(create(pod).errors).toEqual([]);
    const twice = { ...pod, spec: { containers: [...containers, containers[5]] } };
    expect(create(twice).errors[0]?.message).toContain('spec.containers[10000].name: Duplicate value: "c-5"');
  });
});
