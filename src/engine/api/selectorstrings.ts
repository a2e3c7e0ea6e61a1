/**
 * Selectors that kubectl takes as strings: `-l` and `--field-selector`.
 *
 * @see staging/src/k8s.io/apimachinery/pkg/labels/selector.go Parse
 */
import { isQualifiedName, isValidLabelValue } from './names.ts';
import { type Labels, lookup, parseInt64, requirementMatches } from './requirement.ts';

/** One requirement of a parsed `-l` string. */
export interface StringRequirement {
  readonly key: string;
  readonly operator: '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';
  /** Sorted, without duplicates. */
  readonly values: readonly string[];
}

/** Why a selector string was refused. */
export interface SelectorError {
  readonly error: string;
}

type TokenKind =
  | 'error'
  | 'end'
  | 'closedPar'
  | 'comma'
  | 'doesNotExist'
  | 'doubleEquals'
  | 'equals'
  | 'greaterThan'
  | 'identifier'
  | 'in'
  | 'lessThan'
  | 'notEquals'
  | 'notIn'
  | 'openPar';

interface Token {
  readonly kind: TokenKind;
  readonly literal: string;
}

const TOKENS: ReadonlyMap<string, TokenKind> = new Map([
  [')', 'closedPar'],
  [',', 'comma'],
  ['!', 'doesNotExist'],
  ['==', 'doubleEquals'],
  ['=', 'equals'],
  ['>', 'greaterThan'],
  ['in', 'in'],
  ['<', 'lessThan'],
  ['!=', 'notEquals'],
  ['notin', 'notIn'],
  ['(', 'openPar'],
]);
const OPERATORS: ReadonlyMap<TokenKind, StringRequirement['operator']> = new Map([
  ['in', 'in'],
  ['equals', '='],
  ['doubleEquals', '=='],
  ['greaterThan', 'gt'],
  ['lessThan', 'lt'],
  ['notIn', 'notin'],
  ['notEquals', '!='],
]);
const BINARY_OPERATORS = 'in, notin, =, ==, !=, gt, lt';

/** Splits a selector string into tokens. @see Lexer */
function scan(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /[ \t\r\n]*(?:([=!(),><]+)|([^=!(),>< \t\r\n]+))/y;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [, symbols, word] = match;
    if (word !== undefined) {
      tokens.push({ kind: TOKENS.get(word) ?? 'identifier', literal: word });
      continue;
    }
    // Of adjoining symbols the longest known beginning is one token; upstream's scanner does the same.
    let rest = symbols ?? '';
    while (rest !== '') {
      const literal = [rest.slice(0, 2), rest.slice(0, 1)].find((part) => TOKENS.has(part)) ?? rest;
      tokens.push({ kind: TOKENS.get(literal) ?? 'error', literal });
      rest = rest.slice(literal.length);
    }
  }
  tokens.push({ kind: 'end', literal: '' });
  return tokens;
}

/** Reads tokens one after the other; in the place of a value or key the words `in` and `notin` are plain words. */
class TokenReader {
  #position = 0;
  readonly #tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(asValue = true): Token {
    const token = this.#tokens[Math.min(this.#position, this.#tokens.length - 1)] ?? { kind: 'end', literal: '' };
    return asValue && (token.kind === 'in' || token.kind === 'notIn') ? { ...token, kind: 'identifier' } : token;
  }

  next(asValue = true): Token {
    const token = this.peek(asValue);
    this.#position += 1;
    return token;
  }
}

function joinFaults(faults: readonly string[]): string {
  return faults.length === 1 ? (faults[0] ?? '') : `[${faults.join(', ')}]`;
}

/** @see NewRequirement */
function newRequirement(
  key: string,
  operator: StringRequirement['operator'],
  values: readonly string[],
): StringRequirement | SelectorError {
  const faults: string[] = [];
  if (operator === 'gt' || operator === 'lt') {
    for (const [i, value] of values.entries()) {
      if (parseInt64(value) === undefined) {
        const text = "for 'Gt', 'Lt' operators, the value must be an integer";
        faults.push(`values[${i}]: Invalid value: ${JSON.stringify(value)}: ${text}`);
      }
    }
  }
  for (const [i, value] of values.entries()) {
    const errors = isValidLabelValue(value);
    if (errors.length > 0) {
      faults.push(`values[${i}][${key}]: Invalid value: ${JSON.stringify(value)}: ${errors.join('; ')}`);
    }
  }
  return faults.length > 0 ? { error: joinFaults(faults) } : { key, operator, values };
}

/** The list between parentheses; empty places are empty values. @see parseIdentifiersList */
function parseIdentifiersList(reader: TokenReader): readonly string[] | SelectorError {
  const values = new Set<string>();
  for (;;) {
    const token = reader.next();
    if (token.kind === 'identifier') {
      values.add(token.literal);
      const following = reader.peek();
      if (following.kind === 'comma') continue;
      if (following.kind === 'closedPar') return [...values];
      return { error: `found '${following.literal}', expected: ',' or ')'` };
    }
    if (token.kind !== 'comma') return { error: `found '${token.literal}', expected: ',', or identifier` };
    if (values.size === 0) values.add('');
    const following = reader.peek();
    if (following.kind === 'closedPar') return [...values.add('')];
    if (following.kind === 'comma') values.add('');
  }
}

/** @see parseValues */
function parseValues(reader: TokenReader): readonly string[] | SelectorError {
  const open = reader.next();
  if (open.kind !== 'openPar') return { error: `found '${open.literal}' expected: '('` };
  const first = reader.peek();
  if (first.kind === 'closedPar') {
    reader.next();
    return [''];
  }
  if (first.kind !== 'identifier' && first.kind !== 'comma') {
    return { error: `found '${first.literal}', expected: ',', ')' or identifier` };
  }
  const values = parseIdentifiersList(reader);
  if (!isSelectorError(values)) reader.next();
  return values;
}

/** @see parseExactValue */
function parseExactValue(reader: TokenReader): readonly string[] | SelectorError {
  const following = reader.peek();
  if (following.kind === 'end' || following.kind === 'comma') return [''];
  reader.next();
  if (following.kind === 'identifier') return [following.literal];
  return { error: `found '${following.literal}', expected: identifier` };
}

/** @see parseRequirement */
function parseRequirement(reader: TokenReader): StringRequirement | SelectorError {
  let token = reader.next();
  const negated = token.kind === 'doesNotExist';
  if (negated) token = reader.next();
  if (token.kind !== 'identifier') return { error: `found '${token.literal}', expected: identifier` };
  const key = token.literal;
  const faults = isQualifiedName(key);
  // A selector string has no path, which Go prints like this.
  if (faults.length > 0) return { error: `<nil>: Invalid value: ${JSON.stringify(key)}: ${faults.join('; ')}` };
  const following = reader.peek();
  if (negated) return newRequirement(key, '!', []);
  if (following.kind === 'end' || following.kind === 'comma') return newRequirement(key, 'exists', []);

  const operatorToken = reader.next(false);
  const operator = OPERATORS.get(operatorToken.kind);
  if (operator === undefined) return { error: `found '${operatorToken.literal}', expected: ${BINARY_OPERATORS}` };
  const values = operator === 'in' || operator === 'notin' ? parseValues(reader) : parseExactValue(reader);
  return isSelectorError(values) ? values : newRequirement(key, operator, [...values].sort());
}

/** True where a selector string was refused. */
export function isSelectorError(result: object): result is SelectorError {
  return 'error' in result;
}

/**
 * Reads the argument of `-l`: `a=b,c!=d,e in (x,y),!f,g`. The result is sorted by key; an empty text selects all.
 *
 * @see Parse
 */
export function parseLabelSelector(text: string): readonly StringRequirement[] | SelectorError {
  const reader = new TokenReader(scan(text));
  const requirements: StringRequirement[] = [];
  for (;;) {
    const token = reader.peek();
    if (token.kind === 'end') break;
    if (token.kind !== 'identifier' && token.kind !== 'doesNotExist') {
      return { error: `found '${token.literal}', expected: !, identifier, or 'end of string'` };
    }
    const requirement = parseRequirement(reader);
    if (isSelectorError(requirement)) return { error: `unable to parse requirement: ${requirement.error}` };
    requirements.push(requirement);
    const separator = reader.next();
    if (separator.kind === 'end') break;
    if (separator.kind !== 'comma') return { error: `found '${separator.literal}', expected: ',' or 'end of string'` };
    const following = reader.peek();
    if (following.kind !== 'identifier' && following.kind !== 'doesNotExist') {
      return { error: `found '${following.literal}', expected: identifier after ','` };
    }
  }
  return requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

const STRING_OPERATORS: Readonly<Record<StringRequirement['operator'], string>> = {
  '=': 'In',
  '==': 'In',
  '!=': 'NotIn',
  in: 'In',
  notin: 'NotIn',
  exists: 'Exists',
  '!': 'DoesNotExist',
  gt: 'Gt',
  lt: 'Lt',
};

/** Whether labels fulfil every requirement of a parsed `-l` string. */
export function matchesRequirements(requirements: readonly StringRequirement[], labels: Labels): boolean {
  return requirements.every((requirement) =>
    requirementMatches(
      { key: requirement.key, operator: STRING_OPERATORS[requirement.operator], values: requirement.values },
      lookup(labels, requirement.key),
    ),
  );
}

/** One term of a `--field-selector`. */
export interface FieldRequirement {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

/**
 * Reads the argument of `--field-selector`: `status.phase=Bound,metadata.name!=x`, with `\,`, `\=` and `\\` escaped.
 * Which fields a kind has is the caller's to check.
 *
 * @see staging/src/k8s.io/apimachinery/pkg/fields/selector.go ParseSelector
 */
export function parseFieldSelector(text: string): readonly FieldRequirement[] | SelectorError {
  const requirements: FieldRequirement[] = [];
  const terms = (text.match(/(?:\\[\s\S]|[^\\,]|\\$)+/g) ?? []).sort();
  for (const term of terms) {
    const split = /^([\s\S]*?)(!=|==|=)([\s\S]*)$/.exec(term);
    if (split === null) return { error: `invalid selector: '${text}'; can't understand '${term}'` };
    const [, field = '', operator, raw = ''] = split;
    const value = unescapeValue(raw);
    if (typeof value !== 'string') return value;
    requirements.push({ field, equal: operator !== '!=', value });
  }
  return requirements;
}

/** @see UnescapeValue */
function unescapeValue(raw: string): string | SelectorError {
  let value = '';
  for (let i = 0; i < raw.length; i += 1) {
    const char = raw.charAt(i);
    if (char === '\\') {
      i += 1;
      const escaped = raw.charAt(i);
      if (escaped === '' || !'\\,='.includes(escaped)) {
        return { error: `invalid field selector: invalid escape sequence: \\${escaped}` };
      }
      value += escaped;
    } else if (char === ',' || char === '=') {
      // Go prints the character's number.
      return { error: `invalid field selector: unescaped character in value: ${char.charCodeAt(0)}` };
    } else value += char;
  }
  return value;
}

/** Whether an object's fields fulfil every term; `read` gives a field's value, an absent one as the empty text. */
export function matchesFields(requirements: readonly FieldRequirement[], read: (field: string) => string): boolean {
  return requirements.every((requirement) => (read(requirement.field) === requirement.value) === requirement.equal);
}
