/** An object with sorted keys at each level and without managed fields, as kubectl shows it. */
export function presentable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(presentable);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key, part]) => part !== undefined && key !== 'managedFields');
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([key, part]) => [key, presentable(part)]),
  );
}

export const toJson = (value: unknown): string => `${JSON.stringify(presentable(value), undefined, 4)}\n`;

/** @see sigs.k8s.io/yaml Marshal */
export const toYaml = (value: unknown): string => block(presentable(value), 0);

const isEmpty = (value: object): boolean => Object.keys(value).length === 0;

function block(value: unknown, indent: number): string {
  if (typeof value !== 'object' || value === null || isEmpty(value)) return `${scalar(value, indent)}\n`;
  const pad = ' '.repeat(indent);
  if (Array.isArray(value)) return value.map((item) => `${pad}- ${nested(item, indent + 2).trimStart()}`).join('');
  return Object.entries(value)
    .map(([key, part]) => {
      const inline = typeof part !== 'object' || part === null || isEmpty(part);
      // The items of a list stand as far left as their key.
      const inside = Array.isArray(part) ? indent : indent + 2;
      return `${pad}${text(key)}:${inline ? ` ${scalar(part, indent + 2)}\n` : `\n${block(part, inside)}`}`;
    })
    .join('');
}

const nested = (value: unknown, indent: number): string =>
  typeof value === 'object' && value !== null && !isEmpty(value) ? block(value, indent) : `${scalar(value, indent)}\n`;

function scalar(value: unknown, indent: number): string {
  if (typeof value === 'string') return value.includes('\n') ? literal(value, indent) : text(value);
  if (Array.isArray(value)) return '[]';
  if (typeof value === 'object' && value !== null) return '{}';
  return String(value);
}

/** What a YAML 1.1 parser would not read as the same text. */
const RESOLVED =
  /^(?:~|null|Null|NULL|y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF|<<|=|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|[-+]?(?:[0-9][0-9_]*)?(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|[-+]?0[box][0-9a-fA-F_]+|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|[ \t]+)\d{1,2}:\d{2}:\d{2}(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d{1,2}(?::\d{2})?))?)?)$/;
const NOT_PLAIN = /^[\s#,[\]{}&*!|>'"%@`]|^[-?:](?:\s|$)|^(?:---|\.\.\.)|:(?:\s|$)|\s#|\s$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what must be escaped
const SPECIAL = /[\u0000-\u0008\u000b-\u001f\u007f\u0085\u2028\u2029\ufeff]|\t/;

/** A text of one line: plain where that is safe, else quoted. */
function text(value: string): string {
  if (SPECIAL.test(value) || RESOLVED.test(value)) return JSON.stringify(value);
  return NOT_PLAIN.test(value) ? `'${value.replaceAll("'", "''")}'` : value;
}

/** A text of several lines. */
function literal(value: string, indent: number): string {
  if (/[ \t]\n/.test(value) || SPECIAL.test(value.replaceAll('\n', ''))) return JSON.stringify(value);
  const chomping = value.endsWith('\n') ? (/\n\n$/.test(value) || value === '\n' ? '+' : '') : '-';
  const pad = ' '.repeat(indent);
  const lines = (value.endsWith('\n') ? value.slice(0, -1) : value)
    .split('\n')
    .map((line) => (line === '' ? '' : pad + line));
  return `|${/^[ \n]/.test(value) ? '2' : ''}${chomping}\n${lines.join('\n')}`;
}
