import type { Verdict } from '../../worker/protocol.ts';
import { shortModes } from '../model/facts.ts';

/** A value as decisions record it. */
export type Json = Exclude<Verdict['have'], undefined>;

type JsonMap = { readonly [key: string]: Json | undefined };

const MODES = new Set(['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod']);

function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A recorded value as people write it; nothing is left out but what would not fit. */
export function fieldValue(value: Json | undefined): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'string') return value === '' ? '""' : value;
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return arrayValue(value as readonly Json[]);
  return mapValue(value as JsonMap);
}

function arrayValue(values: readonly Json[]): string {
  if (values.length === 0) return '[]';
  if (values.every((value) => typeof value === 'string' && MODES.has(value))) return shortModes(values);
  return values.map(fieldValue).join(', ');
}

function mapValue(value: JsonMap): string {
  const terms = value.nodeSelectorTerms;
  if (Array.isArray(terms)) return (terms as readonly Json[]).map(termValue).join(' | ');
  if (isMap(value.matchLabels) || Array.isArray(value.matchExpressions)) return termValue(value);
  const entries = Object.entries(value);
  return entries.length === 0 ? '{}' : entries.map(([key, inner]) => `${key}=${fieldValue(inner)}`).join(', ');
}

/** A term of a node selector, or a label selector. */
function termValue(term: Json): string {
  if (!isMap(term)) return fieldValue(term);
  const labels = isMap(term.matchLabels)
    ? Object.entries(term.matchLabels).map(([key, value]) => `${key}=${value}`)
    : [];
  const expressions = [term.matchExpressions, term.matchFields].flatMap((list) =>
    Array.isArray(list) ? (list as readonly Json[]).map(expressionValue) : [],
  );
  return [...labels, ...expressions].join(', ');
}

function expressionValue(expression: Json): string {
  if (!isMap(expression)) return fieldValue(expression);
  const { key, operator, values } = expression;
  const list = Array.isArray(values) ? ` [${(values as readonly Json[]).join(', ')}]` : '';
  return `${String(key)} ${String(operator)}${list}`;
}

/** The keys that a selector asks about, wherever they stand in it. */
function keysOf(value: Json | undefined, found: Set<string> = new Set()): Set<string> {
  if (Array.isArray(value)) {
    for (const inner of value as readonly Json[]) keysOf(inner, found);
  } else if (isMap(value)) {
    if (typeof value.key === 'string') found.add(value.key);
    if (isMap(value.matchLabels)) for (const key of Object.keys(value.matchLabels)) found.add(key);
    for (const inner of Object.values(value)) keysOf(inner, found);
  }
  return found;
}

/** Both values of a comparison as texts. Labels against a selector: only those that the selector asks about. */
export function comparedValues(
  have: Json | undefined,
  want: Json | undefined,
): { readonly have: string; readonly want: string } {
  const wanted = isMap(want) && isMap(want.labels) ? want.labels : want;
  return { have: relevant(have, wanted), want: relevant(wanted, have) };
}

function relevant(value: Json | undefined, other: Json | undefined): string {
  if (!isMap(value)) return fieldValue(value);
  const keys = keysOf(other);
  const isLabels = keys.size > 0 && Object.values(value).every((inner) => typeof inner === 'string');
  if (isLabels)
    return [...keys].map((key) => `${key}=${value[key] === undefined ? '–' : String(value[key])}`).join(', ');
  if (typeof value.name === 'string' && 'uid' in value) {
    const isSameName = isMap(other) && other.name === value.name && other.namespace === value.namespace;
    const name = [value.namespace, value.name].filter(Boolean).join('/');
    return isSameName ? `uid ${shortUid(value.uid)}` : name;
  }
  return fieldValue(value);
}

function shortUid(uid: Json | undefined): string {
  return typeof uid === 'string' && uid.length > 12 ? `${uid.slice(0, 8)}…${uid.slice(-4)}` : fieldValue(uid);
}
