import { CommandError } from './result.ts';
import { compactJson, indentedJson } from './serialize.ts';

/**
 * kubectl's JSONPath templates: text, `{.path[*].to['field']}`, filters `[?(@.a=="b")]`, slices, `..`, `{range …}…{end}`, `{"text"}`.
 * @see staging/src/k8s.io/client-go/util/jsonpath
 */

type Plain = Readonly<Record<string, unknown>>;

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'path'; readonly steps: readonly Step[] }
  | { readonly kind: 'range'; readonly steps: readonly Step[]; readonly body: readonly Part[] };

type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'all' }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'index'; readonly at: number }
  | { readonly kind: 'deep' }
  | { readonly kind: 'filter'; readonly left: readonly Step[]; readonly operator: string; readonly right: unknown };

/** A template's text for an object. */
export function printJsonPath(template: string, root: unknown): string {
  const parts = parseTemplate(template);
  return render(parts, root);
}

function render(parts: readonly Part[], value: unknown): string {
  return parts
    .map((part) => {
      if (part.kind === 'text') return part.text;
      const found = walk(part.steps, [value]);
      return part.kind === 'path'
        ? found.map(valueText).join(' ')
        : found.map((item) => render(part.body, item)).join('');
    })
    .join('');
}

/**
 * A path that may leave out braces and the first dot, with both.
 * @see staging/src/k8s.io/kubectl/pkg/cmd/get/customcolumn.go RelaxedJSONPathExpression
 */
export function relaxedPath(path: string): string {
  if (path === '') return path;
  const [, braced, bare] = /^(?:\{\.?([^{}]+)\}|\.?([^{}]+))$/.exec(path) ?? [];
  const field = braced ?? bare;
  if (field !== undefined) return `{.${field}}`;
  const forms = "expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'";
  throw new CommandError(`unexpected path string, ${forms}`);
}

/** A template's values as a list in JSON. */
export const printJsonPathAsJson = (template: string, root: unknown): string =>
  `${indentedJson(
    parseTemplate(template).flatMap((part) => (part.kind === 'path' ? walk(part.steps, [root]) : [])),
    '    ',
  )}\n`;

/** The values at a path such as `.status.phase` or `{.status.phase}`. */
export const valuesAt = (path: string, root: unknown): readonly unknown[] => {
  const inner = path.replace(/^\{(.*)\}$/s, '$1');
  return walk(parsePath(inner.startsWith('.') || inner.startsWith('[') ? inner : `.${inner}`), [root]);
};

export function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? compactJson(value) : String(value);
}

function parseTemplate(template: string): readonly Part[] {
  const stack: { steps: readonly Step[]; parts: Part[] }[] = [{ steps: [], parts: [] }];
  const add = (part: Part): void => {
    stack.at(-1)?.parts.push(part);
  };
  const pattern = /\{((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^{}"'])*)\}|([^{]+)|(\{)/gs;
  for (const [, action, literal, open] of template.matchAll(pattern)) {
    if (open !== undefined) throw new CommandError(`error parsing jsonpath ${template}, unclosed action`);
    if (literal !== undefined) add({ kind: 'text', text: literal });
    if (action === undefined) continue;
    const inner = action.trim();
    if (inner === 'end') {
      const range = stack.length > 1 ? stack.pop() : undefined;
      if (!range) throw new CommandError(`error parsing jsonpath ${template}, not in range, nothing to end`);
      add({ kind: 'range', steps: range.steps, body: range.parts });
    } else if (/^range\s/.test(inner)) stack.push({ steps: parsePath(inner.slice(5).trim()), parts: [] });
    else if (/^["']/.test(inner)) add({ kind: 'text', text: unquote(inner) });
    else add({ kind: 'path', steps: parsePath(inner) });
  }
  if (stack.length > 1) throw new CommandError(`error parsing jsonpath ${template}, unterminated range`);
  return stack[0]?.parts ?? [];
}

const unquote = (quoted: string): string =>
  quoted.slice(1, -1).replace(/\\(.)/g, (_all, char: string) => ({ n: '\n', t: '\t', r: '\r' })[char] ?? char);

function parsePath(path: string): readonly Step[] {
  const steps: Step[] = [];
  let rest = path.replace(/^[$@]/, '');
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const match = pattern.exec(rest);
    if (match) rest = rest.slice(match[0].length);
    return match ?? undefined;
  };
  while (rest !== '') {
    let match = take(/^\.\./);
    if (match) {
      steps.push({ kind: 'deep' });
      if (!rest.startsWith('[')) rest = `.${rest}`;
      continue;
    }
    match = take(/^\.?\[\s*\?\(\s*(.*?)\s*\)\s*\]/s);
    if (match) {
      steps.push(parseFilter(match[1] ?? ''));
      continue;
    }
    match = take(/^\.?\[\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*\]/);
    if (match) {
      steps.push({ kind: 'field', name: (match[1] ?? match[2] ?? '').replace(/\\(.)/g, '$1') });
      continue;
    }
    match = take(/^\.?\[\s*(?:(\*)|(-?\d*)\s*:\s*(-?\d*)|(-?\d+))\s*\]/);
    if (match) {
      const [, all, from, to, at] = match;
      if (all !== undefined) steps.push({ kind: 'all' });
      else if (at !== undefined) steps.push({ kind: 'index', at: Number(at) });
      else steps.push({ kind: 'slice', from: from ? Number(from) : undefined, to: to ? Number(to) : undefined });
      continue;
    }
    match = take(/^\.\*/);
    if (match) {
      steps.push({ kind: 'all' });
      continue;
    }
    match = take(/^\.?((?:[^.[\]\s\\]|\\.)+)/);
    if (match) {
      steps.push({ kind: 'field', name: (match[1] ?? '').replace(/\\(.)/g, '$1') });
      continue;
    }
    if (take(/^[.\s]+$/)) break;
    throw new CommandError(`error parsing jsonpath ${path}, unrecognized character in action: ${rest.charAt(0)}`);
  }
  return steps;
}

function parseFilter(text: string): Step {
  const match = /^(.*?)\s*(==|!=|<=|>=|<|>)\s*(.*)$/s.exec(text);
  if (!match) return { kind: 'filter', left: parsePath(text), operator: 'exists', right: undefined };
  const [, left = '', operator = '', right = ''] = match;
  const value = /^["']/.test(right)
    ? unquote(right)
    : right === 'true' || right === 'false'
      ? right === 'true'
      : Number(right);
  return { kind: 'filter', left: parsePath(left.trim()), operator, right: value };
}

function walk(steps: readonly Step[], start: readonly unknown[]): readonly unknown[] {
  let values = start;
  for (const step of steps) values = values.flatMap((value) => take(step, value));
  return values;
}

const isObject = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const children = (value: unknown): readonly unknown[] =>
  Array.isArray(value)
    ? value
    : isObject(value)
      ? Object.keys(value)
          .sort()
          .map((key) => value[key])
      : [];

function take(step: Step, value: unknown): readonly unknown[] {
  switch (step.kind) {
    case 'field':
      return isObject(value) && value[step.name] !== undefined ? [value[step.name]] : [];
    case 'all':
      return children(value);
    case 'deep':
      return [value, ...children(value).flatMap((child) => take(step, child))];
    case 'index':
      return Array.isArray(value) ? [value.at(step.at)].filter((item) => item !== undefined) : [];
    case 'slice':
      return Array.isArray(value) ? value.slice(step.from, step.to) : [];
    case 'filter':
      return children(value).filter((item) => passes(step, item));
  }
}

function passes({ left, operator, right }: Step & { readonly kind: 'filter' }, item: unknown): boolean {
  const [found] = walk(left, [item]);
  if (operator === 'exists') return found !== undefined;
  if (found === undefined) return false;
  if (operator === '==') return found === right;
  if (operator === '!=') return found !== right;
  const [a, b] = [found as number, right as number];
  return operator === '<' ? a < b : operator === '>' ? a > b : operator === '<=' ? a <= b : a >= b;
}
