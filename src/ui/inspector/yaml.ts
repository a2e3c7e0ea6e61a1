import { dump } from 'js-yaml';
import type { RecordedObject } from '../../worker/protocol.ts';
import type { FieldPath } from '../model/fields.ts';
import type { Replica } from '../model/replica.ts';
import { linePaths } from './linePaths.ts';
import { type DiffLine, diffLines } from './lines.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** What is compared: the object as applied and as stored, before and after its last change, or after any two of its changes. */
export type DiffMode = 'applied' | 'step' | { readonly from: number; readonly to: number };

/** A line of a comparison, with the field that it belongs to. */
export interface FieldLine extends DiffLine {
  readonly path: FieldPath;
}

/** A comparison of an object's YAML; `step` is the one that it is about. */
export interface YamlDiff {
  readonly mode: DiffMode;
  readonly step: number;
  readonly isNew: boolean;
  readonly lines: readonly FieldLine[];
}

/** What was applied, as kubectl left it in an annotation; undefined for what was made in other ways. */
function appliedOf(object: RecordedObject): unknown {
  const text = object.metadata.annotations?.[LAST_APPLIED];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function hasApplied(object: RecordedObject): boolean {
  return appliedOf(object) !== undefined;
}

/** The stored object as people read it: without the annotation that repeats it. */
function shownOf(object: RecordedObject): RecordedObject {
  const { annotations, ...metadata } = object.metadata;
  const kept = Object.entries(annotations ?? {}).filter(([name]) => name !== LAST_APPLIED);
  return { ...object, metadata: { ...metadata, ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }) } };
}

/** What the API server fills in. */
const FILLED_IN = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'selfLink'];

/** An object as its owner wrote it; one that nobody applied, as he might write it. */
export function manifestOf(object: RecordedObject): string {
  const applied = appliedOf(object);
  if (applied !== undefined) return yamlLines(applied).join('\n');
  const { status: _, ...shown } = shownOf(object);
  const metadata = Object.entries(shown.metadata).filter(([field]) => !FILLED_IN.includes(field));
  return yamlLines({ ...shown, metadata: Object.fromEntries(metadata) }).join('\n');
}

const TOP = ['apiVersion', 'kind', 'metadata', 'spec', 'data', 'status'];

/** YAML with the keys in a fixed order: the same object gives the same lines. */
export function yamlLines(value: unknown): string[] {
  if (value === undefined) return [];
  const rank = (key: string): number => (TOP.includes(key) ? TOP.indexOf(key) : TOP.length - 2);
  const sortKeys = (a: string, b: string): number => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
  return dump(value, { lineWidth: -1, noRefs: true, sortKeys }).trimEnd().split('\n');
}

/** Compares two values of an object line by line. */
function compared(before: unknown, after: unknown): readonly FieldLine[] {
  const [old, young] = [yamlLines(before), yamlLines(after)];
  const [oldPaths, youngPaths] = [linePaths(old, before), linePaths(young, after)];
  let [i, j] = [0, 0];
  return diffLines(old, young).map((line) => {
    const path = (line.sign === '-' ? oldPaths[i] : youngPaths[j]) ?? [];
    if (line.sign !== '+') i += 1;
    if (line.sign !== '-') j += 1;
    return { ...line, path };
  });
}

/**
 * The object as it was applied against as it is stored, before against after the last step that changed it, or as two of its
 * steps left it. Undefined where the object is not there.
 */
export function yamlDiff(replica: Replica, id: string, step: number, wished: DiffMode): YamlDiff | undefined {
  const object = replica.objectAt(id, step);
  const change = replica.lastChange(id, step);
  if (typeof wished === 'object') {
    const [before, after] = [replica.objectAt(id, wished.from), replica.objectAt(id, wished.to)];
    const lines = compared(before && shownOf(before), after && shownOf(after));
    return { mode: wished, step: wished.to, isNew: false, lines };
  }
  if (object === undefined || change === undefined) return undefined;
  const after = shownOf(object);
  const applied = wished === 'applied' ? appliedOf(object) : undefined;
  if (applied !== undefined) return { mode: 'applied', step: change, isNew: false, lines: compared(applied, after) };
  const previous = replica.objectAt(id, change - 1);
  const before = previous === undefined ? undefined : shownOf(previous);
  return { mode: 'step', step: change, isNew: previous === undefined, lines: compared(before, after) };
}

/** The step up to which a line's field is looked for: one that was taken out stood there before. */
export function stepOfLine({ mode, step }: YamlDiff, { sign }: DiffLine, playhead: number): number {
  if (mode === 'applied') return playhead;
  if (typeof mode === 'object') return sign === '-' ? mode.from : mode.to;
  return sign === '-' ? step - 1 : step;
}
