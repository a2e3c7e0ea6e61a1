import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locateInManifest, readManifests } from './yaml.ts';

const HEAD = 'apiVersion: v1\nkind: ConfigMap\n';

/** The value of `v` in a manifest. */
function scalar(text: string): unknown {
  const { documents, errors } = readManifests(`${HEAD}v: ${text}\n`);
  expect(errors).toEqual([]);
  return documents[0]?.value['v'];
}

describe('scalars end as in kubectl', () => {
  it.each([
    ['yes', true],
    ['y', true],
    ['on', true],
    ['Off', false],
    ['n', false],
    ['"yes"', 'yes'],
    ['0644', 420],
    ['0o644', 420],
    ['0x1F', 31],
    ['-0b11', -3],
    ['1_000', 1000],
    ['1e3', 1000],
    ['.5', 0.5],
    ['1.', 1],
    ['089', 89],
    ['+12', 12],
    ['1:30', '1:30'],
    ['2024-01-02', '2024-01-02'],
    ['2001-12-14t21:59:43.10-05:00', '2001-12-14t21:59:43.10-05:00'],
    ['~', null],
    ['null', null],
    ['Null', null],
    ['', null],
    ['nULL', 'nULL'],
    ['1e400', '1e400'],
    ['10Gi', '10Gi'],
    ['.', '.'],
    ['!!str 5', '5'],
    ['9007199254740992', 9007199254740992],
    ['|\n  a\n  b', 'a\nb\n'],
  ])('%s', (text, value) => expect(scalar(text)).toEqual(value));

  it('keys too: on, 1 and 1.5 become texts', () => {
    expect(scalar('{on: a, 1: b, 1.5: c, 010: d}')).toEqual({ true: 'a', '1': 'b', '1.5': 'c', '8': 'd' });
  });

  it('merge keys take over what is not set behind them', () => {
    const text = 'base: &b {a: 1, b: 2}\nm:\n  <<: *b\n  b: 3\no:\n  <<: [{a: 9}, *b]\n';
    expect(readManifests(HEAD + text).documents[0]?.value).toMatchObject({ m: { a: 1, b: 3 }, o: { a: 9, b: 2 } });
  });
});

describe('documents', () => {
  it('are cut at their markers, and empty ones left out', () => {
    const text = `\ufeff# head\n---\n${HEAD}a: |\n  ---\n  x\n---   # next\n---\n\n${HEAD}b: 1\n...\n`;
    const { documents, errors } = readManifests(text.replaceAll('\n', '\r\n'));
    expect(errors).toEqual([]);
    expect(documents.map((d) => [d.index, d.startLine, d.endLine])).toEqual([
      [0, 3, 7],
      [1, 11, 13],
    ]);
    expect(documents[0]?.value['a']).toBe('---\nx\n');
  });

  it('that are broken do not hide the others', () => {
    const { documents, errors } = readManifests(`${HEAD}---\na: b: c\n---\n${HEAD}`);
    expect(documents.map((d) => d.index)).toEqual([0, 2]);
    expect(errors).toMatchObject([{ line: 4, documentIndex: 1, code: 'indentation' }]);
    expect(errors[0]?.message).toBe(
      'error converting YAML to JSON: yaml: line 4: mapping values are not allowed in this context',
    );
  });

  it('may be JSON, indented with tabs', () => {
    expect(readManifests('{\n\t"apiVersion": "v1",\n\t"kind": "Pod"\n}').documents[0]?.value['kind']).toBe('Pod');
  });

  it('may be JSON objects that follow each other', () => {
    const object = (name: string): string => `{"apiVersion": "v1", "kind": "Pod",\n"x": "}{\\"${name}"}`;
    const { documents, errors } = readManifests(`${object('a')}\n${object('b')}${object('c')}\n`);
    expect(errors).toEqual([]);
    expect(documents.map((d) => [d.value['x'], d.startLine])).toEqual([
      ['}{"a', 1],
      ['}{"b', 3],
      ['}{"c', 4],
    ]);
  });

  it('of kind List are taken apart, and their items inherit what a typed list says', () => {
    const list = 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n- {apiVersion: v1, kind: Node}\n';
    const typed = 'apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: a}\n';
    const { documents, errors } = readManifests(`${list}---\n${typed}`);
    expect(errors).toEqual([]);
    expect(documents.map((d) => [d.value['kind'], d.startLine, d.endLine, d.basePath])).toEqual([
      ['Pod', 4, 5, ['items', 0]],
      ['Node', 6, 6, ['items', 1]],
      ['Pod', 11, 11, ['items', 0]],
    ]);
    expect(documents[2]?.value['apiVersion']).toBe('v1');
  });

  it('know the places of their parts', () => {
    const text = `---\n${HEAD}spec:\n  list:\n  - name: a\n  - name: b\n    size: 10\n`;
    const [document] = readManifests(text).documents;
    if (document === undefined) throw new Error('no document');
    expect(locateInManifest(text, document, ['spec', 'list', 1, 'size'])).toEqual({
      key: { line: 8, column: 5 },
      value: { line: 8, column: 11 },
      exact: true,
    });
    expect(locateInManifest(text, document, ['spec', 'none', 'x'])).toMatchObject({ key: { line: 4 }, exact: false });
  });
});

describe('what cannot be read is answered with its place and a remedy', () => {
  const many = (count: number): string => Array.from({ length: count }, () => '*x').join(',');
  const bomb = `${HEAD}x0: &x0 [a,a,a,a,a,a,a,a,a,a]\n${[1, 2, 3, 4, 5, 6, 7, 8]
    .map((i) => `x${i}: &x${i} [${many(10).replaceAll('*x', `*x${i - 1}`)}]\n`)
    .join('')}`;
  it.each([
    ['tab', `${HEAD}spec:\n\ta: 1\n`, 4, /line 4: found character that cannot start any token$/],
    ['duplicateKey', `${HEAD}a: 1\nb: 2\na: 3\n`, 5, /line 5: key "a" already set in map$/],
    ['unclosed', `${HEAD}a: [1, 2\n`, 4, /did not find expected ',' or/],
    ['unclosed', `${HEAD}a: "x\n`, 4, /found unexpected end of stream$/],
    ['syntax', `${HEAD}a: @x\n`, 3, /found character that cannot start any token$/],
    ['syntax', `${HEAD}a: "\\q"\n`, 3, /found unknown escape character$/],
    ['indentation', 'apiVersion:v1\nkind: Pod\n', 2, /line 2: mapping values are not allowed in this context$/],
    ['indentation', `${HEAD}a: - b\n`, 3, /block sequence entries are not allowed in this context$/],
    ['indentation', `${HEAD}- a\n`, 3, /did not find expected key$/],
    ['indentation', `${HEAD}a:\n  b: 1\n c: 2\n`, 5, /did not find expected key$/],
    ['indentation', `${HEAD}a\n  b: 1\n`, 4, /could not find expected ':'$/],
    ['template', `${HEAD}{{- if .x }}\na: 1\n`, 3, /./],
    ['unknownAnchor', `${HEAD}a: *x\n`, 3, /^unknown anchor 'x' referenced$/],
    ['selfReference', `${HEAD}a: &a\n  b: *a\n`, 4, /^anchor 'a' value contains itself$/],
    ['aliases', bomb, 6, /^document contains excessive aliasing$/],
    ['notFinite', `${HEAD}a: .inf\n`, 3, /^json: unsupported value: \+Inf$/],
    ['tooManyDigits', `${HEAD}a: 9007199254740993\n`, 3, /9007199254740993/],
    ['tag', `${HEAD}a: !!binary aGk=\n`, 3, /!!binary/],
    ['mapKey', `${HEAD}{{ .x }}: 1\n`, 3, /./],
    ['noKind', 'a: 1\n', 1, /^Object 'Kind' is missing in '{"a":1}'$/],
    ['noApiVersion', 'kind: Pod\n', 1, /^Object 'apiVersion' is missing/],
    ['notAnObject', '\n- a\n', 2, /cannot unmarshal array into Go value of type struct/],
    ['separator', `${HEAD}--- {a: 1}\n`, 3, /^invalid Yaml document separator: {a: 1}$/],
    ['binary', `${HEAD}a: \0\n`, 3, /^yaml: control characters are not allowed$/],
    ['unicode', `${HEAD}a: \ud800\n`, 3, /^yaml: invalid Unicode character$/],
  ])('%s', (code, text, line, message) => {
    const [error, ...others] = readManifests(text).errors;
    expect(others).toEqual([]);
    expect(error).toMatchObject({ code, line, message: expect.stringMatching(message) });
    expect(error?.remedy).toMatch(/\.$/);
  });

  it('names both lines of a key that is set twice', () => {
    expect(readManifests(`---\n${HEAD}a: 1\nb: 2\na: 3\n`).errors[0]).toMatchObject({
      line: 6,
      column: 1,
      remedy: 'It is set in line 4 as well; keep one of them.',
    });
  });

  it('refuses a text over the limit', () => {
    const text = `${HEAD}a: ${'é'.repeat(60)}\n`;
    expect(readManifests(text, { maxBytes: 100 }).errors).toMatchObject([{ code: 'tooLarge', line: 1 }]);
    expect(readManifests(text, { maxBytes: 200 }).errors).toEqual([]);
  });

  it('gives up after a hundred faults', () => {
    expect(readManifests('---\na: b: c\n'.repeat(5000)).errors).toHaveLength(100);
  });

  it('an empty text has neither documents nor errors', () => {
    for (const text of ['', '\n', '# nothing\n', '---\n---\n', '\ufeff']) {
      expect(readManifests(text)).toEqual({ documents: [], errors: [] });
    }
  });

  it('whatever is typed is answered, never thrown, and always with a place in the text', () => {
    const piece = fc.constantFrom(
      ...[
        'a',
        ': ',
        '\n',
        '  ',
        '- ',
        '"',
        "'",
        '[',
        ']',
        '{',
        '}',
        ',',
        '|',
        '>',
        '---',
        '...',
        '#',
        '&x',
        '*x',
        '!',
        '%',
      ],
      ...[
        '\t',
        '\r\n',
        '<<',
        '0x1',
        '.inf',
        '~',
        'kind: List\n',
        'apiVersion: v1\n',
        'items:\n',
        '__proto__: ',
        '? ',
        '\\',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const text = pieces.join('');
        const { documents, errors } = readManifests(text);
        const lines = text.split('\n').length;
        for (const error of errors) expect(error.line).toBeLessThanOrEqual(lines);
        for (const document of documents) {
          expect(JSON.parse(JSON.stringify(document.value))).toEqual(document.value);
          expect(locateInManifest(text, document, ['kind']).exact).toBe(document.basePath.length === 0);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
