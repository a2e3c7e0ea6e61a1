/**
 * Values as the API server's internal types print them: refusals of a change end in a diff of that form, and a bad
 * value that is no text or number is shown in it.
 * @see staging/src/k8s.io/apimachinery/pkg/util/diff/diff.go Diff
 */
import { goIndented } from '../gotext.ts';
import { canonicalQuantity, quantityError } from '../quantity.ts';
import table from '../schema/internal.json' with { type: 'json' };
import { unifiedDiff } from '../unifieddiff.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A field of an internal type: its Go name, the name in the API, and its type. See `schema/README.md`. */
interface Field {
  readonly go: string;
  readonly json: string;
  readonly type: string;
}

export type InternalType = keyof typeof table;

const structs: Readonly<Record<string, readonly string[]>> = table;
const known = new Map<string, readonly Field[]>();

function fieldsOf(struct: string): readonly Field[] {
  const found = known.get(struct);
  if (found) return found;
  const fields = (structs[struct] ?? []).map((text): Field => {
    const [go = '', json = '', type = ''] = text.split(' ');
    return { go, json, type };
  });
  known.set(struct, fields);
  return fields;
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

const ZEROS: Readonly<Record<string, unknown>> = { string: '', bool: false, int: 0, quantity: '0', zero: 0 };

function printField(type: string, value: unknown, parent: Fields): unknown {
  if (Object.hasOwn(ZEROS, type)) return isGiven(value) ? value : ZEROS[type];
  if (type === 'null') return isGiven(value) ? sortKeys(value) : null;
  if (type === 'selector') return isGiven(value) ? selector(value as Fields) : null;
  if (type.startsWith('[]'))
    return isGiven(value) ? (value as readonly Fields[]).map((item) => print(item, type.slice(2), parent)) : null;
  if (type.startsWith('*')) return isGiven(value) ? print(value as Fields, type.slice(1), parent) : null;
  return print((value ?? {}) as Fields, type, parent);
}

function print(value: Fields, struct: string, parent: Fields): Fields {
  return Object.fromEntries(
    fieldsOf(struct).flatMap(({ go, json, type }): (readonly [string, unknown])[] => {
      if (type === 'inline') return Object.entries(metadata((value[json] ?? {}) as Fields));
      // The internal type has it one level further in than the API.
      if (json.startsWith('^')) return [[go, printField(type, parent[json.slice(1)], parent)]];
      return [[go, printField(type, value[json], value)]];
    }),
  );
}

/** The metadata of a template, of which only labels and annotations get this far; empty ones are left out. */
const metadata = ({ labels, annotations }: Fields): Fields => ({
  ...(isGiven(labels) && { labels: sortKeys(labels) }),
  ...(isGiven(annotations) && { annotations: sortKeys(annotations) }),
});

/** The one type that prints as in the API. */
const selector = ({ matchLabels, matchExpressions }: Fields): Fields => ({
  ...(isGiven(matchLabels) && { matchLabels: sortKeys(matchLabels) }),
  ...(isGiven(matchExpressions) && {
    matchExpressions: (matchExpressions as readonly Fields[]).map(({ key = '', operator = '', values }) => ({
      key,
      operator,
      ...(isGiven(values) && { values }),
    })),
  }),
});

/** Maps print with sorted keys. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sortKeys(part)]),
  );
}

/** A value in the form of its internal type. */
export const internalOf = (type: InternalType, value: object): Fields => print(value as Fields, type, {});

/** A list of resources as it prints: quantities in their canonical form. */
export const internalResources = (list: Readonly<Record<string, string>>): Fields =>
  sortKeys(
    Object.fromEntries(
      Object.entries(list).map(([name, value]) => [
        name,
        quantityError(value) === undefined ? canonicalQuantity(value) : value,
      ]),
    ),
  ) as Fields;

/** The unified diff of two specs, ending in a line break. */
export const specDiff = (type: InternalType, before: object, after: object): string =>
  unifiedDiff(goIndented(internalOf(type, before)), goIndented(internalOf(type, after)));
