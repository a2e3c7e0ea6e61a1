import { describe, expect, it } from 'vitest';
import {
  isSelectorError,
  matchesFields,
  matchesLabelSelector,
  matchesNodeSelector,
  matchesRequirements,
  parseFieldSelector,
  parseLabelSelector,
} from './selectors.ts';

describe('label selectors', () => {
  const labels = { app: 'web', tier: 'front' };
  it.each<[boolean, Parameters<typeof matchesLabelSelector>[0]]>([
    [false, undefined],
    [true, {}],
    [true, { matchLabels: { app: 'web' } }],
    [false, { matchLabels: { app: 'web', x: '' } }],
    [true, { matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'web'] }] }],
    [false, { matchExpressions: [{ key: 'none', operator: 'In', values: ['a'] }] }],
    [true, { matchExpressions: [{ key: 'none', operator: 'NotIn', values: ['a'] }] }],
    [false, { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }],
    [true, { matchExpressions: [{ key: 'tier', operator: 'Exists' }] }],
    [false, { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] }],
    [false, { matchExpressions: [{ key: 'toString', operator: 'Exists' }] }],
    [false, { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'app', operator: 'Huh' }] }],
  ])('%s: %j', (matches, selector) => expect(matchesLabelSelector(selector, labels)).toBe(matches));
});

describe('node selectors', () => {
  const node = { metadata: { name: 'node-1', labels: { zone: 'a', cores: '8' } } };
  const zone = (value: string) => ({ matchExpressions: [{ key: 'zone', operator: 'In', values: [value] }] });
  const cores = (operator: string, value: string) => ({
    matchExpressions: [{ key: 'cores', operator, values: [value] }],
  });
  const name = (operator: string, value: string) => ({
    matchFields: [{ key: 'metadata.name', operator, values: [value] }],
  });
  it.each([
    [true, 'one of several terms', [zone('b'), zone('a')]],
    [false, 'no terms', []],
    [false, 'an empty term', [{}]],
    [false, 'a term of which one expression fails', [{ ...zone('a'), ...name('In', 'node-2') }]],
    [true, 'Gt, by number', [cores('Gt', '7')]],
    [false, 'Gt with an equal number', [cores('Gt', '8')]],
    [true, 'Lt', [cores('Lt', '10')]],
    [false, 'Lt with a text', [cores('Lt', 'x')]],
    [true, 'the name of the node', [name('In', 'node-1')]],
    [false, 'another name', [name('NotIn', 'node-1')]],
  ])('%s: %s', (matches, _, nodeSelectorTerms) => {
    expect(matchesNodeSelector({ nodeSelectorTerms }, node)).toBe(matches);
  });
});

describe('selectors of kubectl', () => {
  const selects = (text: string, labels: Record<string, string>): boolean => {
    const requirements = parseLabelSelector(text);
    if (isSelectorError(requirements)) throw new Error(requirements.error);
    return matchesRequirements(requirements, labels);
  };
  it.each([
    ['', {}, true],
    ['a=b,c!=d,e in (x,y),!f,g', { a: 'b', e: 'y', g: '' }, true],
    ['a=b,c!=d,e in (x,y),!f,g', { a: 'b', e: 'y', g: '', f: '1' }, false],
    ['a==b', { a: 'b' }, true],
    ['e notin (x, y)', {}, true],
    ['e in (x,,y)', { e: '' }, true],
    ['a=', { a: '' }, true],
    ['n>5', { n: '10' }, true],
    ['n<5', { n: '10' }, false],
    ['in in (in)', { in: 'in' }, true],
    ['example.com/a', { 'example.com/a': 'x' }, true],
  ])('%s', (text, labels, expected) => expect(selects(text, labels)).toBe(expected));

  it.each([
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    ['a,', "found '', expected: identifier after ','"],
    [',a', "found ',', expected: !, identifier, or 'end of string'"],
    ['a in', "unable to parse requirement: found '' expected: '('"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    [
      'n>x',
      "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
  ])('%s is refused', (text, error) => expect(parseLabelSelector(text)).toEqual({ error }));

  it('of fields compare texts, with commas escaped', () => {
    const requirements = parseFieldSelector('status.phase=Bound,metadata.name!=a\\,b');
    if (isSelectorError(requirements)) throw new Error(requirements.error);
    const read = (name: string) => (field: string) => (field === 'status.phase' ? 'Bound' : name);
    expect(matchesFields(requirements, read('x'))).toBe(true);
    expect(matchesFields(requirements, read('a,b'))).toBe(false);
    expect(parseFieldSelector('phase')).toEqual({ error: "invalid selector: 'phase'; can't understand 'phase'" });
    expect(parseFieldSelector('a=b=c')).toEqual({
      error: 'invalid field selector: unescaped character in value: 61',
    });
  });
});
