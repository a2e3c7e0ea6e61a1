import type { Context } from '../sim/context.ts';
import { isTooDeep } from './depth.ts';
import { badRequest, StatusError } from './errors.ts';
import { keyOf, tableOf } from './kind.ts';
import type { KubeObject, ObjectInput } from './object.ts';
import { threeWayMerge } from './patch.ts';
import type { ApiServer } from './server.ts';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

type Plain = Readonly<Record<string, unknown>>;

/**
 * `kubectl apply`, client-side: creates, or patches by what changed since the last apply.
 * @see staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go
 */
export function clientSideApply(api: ApiServer, ctx: Context, input: ObjectInput): KubeObject {
  const definition = api.definition(input.apiVersion, input.kind);
  const namespace = definition.namespaced ? input.metadata.namespace || 'default' : undefined;
  const modified = withLastApplied(input, namespace);
  const { name } = input.metadata;
  const live = name === undefined ? undefined : ctx.live<KubeObject>(tableOf(definition), keyOf(namespace, name));
  if (!live) return api.create(ctx, modified);
  const noted = live.metadata.annotations?.[LAST_APPLIED];
  const original = noted === undefined ? undefined : lastApplied(noted);
  const merged = threeWayMerge(original, modified, live as unknown as ObjectInput);
  if (merged instanceof StatusError) throw merged;
  return api.update(ctx, merged as unknown as KubeObject);
}

/** What was noted at the last apply; somebody may have written something else there. */
function lastApplied(noted: string): ObjectInput {
  try {
    const value = JSON.parse(noted) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && !isTooDeep(value))
      return value as ObjectInput;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw badRequest(`metadata.annotations[${LAST_APPLIED}] is no JSON object`);
}

/** The manifest with itself noted in its annotation: one line of JSON, keys sorted, a newline at the end. */
export function withLastApplied(input: ObjectInput, namespace: string | undefined): ObjectInput {
  const { [LAST_APPLIED]: _, ...annotations } = input.metadata.annotations ?? {};
  const metadata = { ...input.metadata, annotations, ...(namespace !== undefined && { namespace }) };
  const noted = `${sortedJson({ ...input, metadata })}\n`;
  return { ...input, metadata: { ...metadata, annotations: { ...annotations, [LAST_APPLIED]: noted } } };
}

const HTML = /[<>&\u2028\u2029]/g;

/** JSON as Go writes it: the keys of each map in ascending order, angle brackets escaped. */
export const sortedJson = (value: unknown): string =>
  inKeyOrder(value).replace(HTML, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

function inKeyOrder(value: unknown): string {
  const sorted = inOrder(value);
  if (sorted !== undefined || typeof value !== 'object' || value === null) return JSON.stringify(sorted) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(inKeyOrder).join(',')}]`;
  const map = value as Plain;
  const keys = Object.keys(map).filter((key) => map[key] !== undefined);
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${inKeyOrder(map[key])}`)
    .join(',')}}`;
}

/** Keys that an object does not keep in the order in which they were set. */
const UNORDERED = /^(?:\d|__proto__$)/;

/** A copy whose keys stand in ascending order; undefined where an object can't have them so. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(inOrder);
    return items.includes(undefined) ? undefined : items;
  }
  const map = value as Plain;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(map).sort()) {
    if (map[key] === undefined) continue;
    const part = UNORDERED.test(key) ? undefined : inOrder(map[key]);
    if (part === undefined) return undefined;
    copy[key] = part;
  }
  return copy;
}
