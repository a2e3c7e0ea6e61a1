import { expect, it } from 'vitest';
import {
  byteLength,
  isConfigMapKey,
  isDNS1123Label,
  isDNS1123Subdomain,
  isQualifiedName,
  isValidLabelValue,
} from './names.ts';

const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const NAME =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

it('names are RFC 1123 subdomains or labels', () => {
  for (const good of ['a', 'a-b.c', '0.1', 'a'.repeat(253)]) expect(isDNS1123Subdomain(good)).toEqual([]);
  for (const bad of ['', 'A', 'a_b', '-a', 'a-', 'a..b', 'a.', 'ä'])
    expect(isDNS1123Subdomain(bad)).toEqual([SUBDOMAIN]);
  expect(isDNS1123Subdomain('a'.repeat(254))).toEqual(['must be no more than 253 characters']);
  expect(isDNS1123Label('a.b')).toEqual(['must not contain dots']);
  expect(isDNS1123Label('A')).toEqual([LABEL]);
  expect(isDNS1123Label('a'.repeat(64))).toEqual(['must be no more than 63 characters']);
});

it('keys of labels have an optional subdomain in front', () => {
  for (const good of ['a', 'A_b.c', 'example.com/a', `x/${'a'.repeat(63)}`]) expect(isQualifiedName(good)).toEqual([]);
  expect(isQualifiedName('')).toEqual(['name part must be non-empty', `name part ${NAME}`]);
  expect(isQualifiedName('/a')).toEqual(['prefix part must be non-empty']);
  expect(isQualifiedName('A/a')).toEqual([`prefix part ${SUBDOMAIN}`]);
  expect(isQualifiedName('a/b/c')).toEqual([
    `a valid label key ${NAME} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
  ]);
});

it('values of labels may be empty', () => {
  expect(isValidLabelValue('')).toEqual([]);
  expect(isValidLabelValue('-')).toEqual([
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
  ]);
});

it('keys of configurations are file names', () => {
  expect(isConfigMapKey('a.conf')).toEqual([]);
  expect(isConfigMapKey('..a')).toEqual(["must not start with '..'"]);
  expect(isConfigMapKey('a/b')[0]).toMatch(/^a valid config key must consist of/);
});

it('lengths are counted in bytes, and long hostile names are answered at once', () => {
  expect(byteLength('aé€😀')).toBe(10);
  expect(isDNS1123Subdomain(`${'a-'.repeat(50_000)}!`)).toHaveLength(2);
});
