import { dump } from 'js-yaml';
import type { RecordedObject } from '../../worker/protocol.ts';
import type { Replica } from '../model/replica.ts';
import { type DiffLine, diffLines } from './lines.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

export type DiffMode = 'applied' | 'step';

/** A comparison of an object's YAML; `step` is the one that it is about. */
export interface YamlDiff {
  readonly mode: DiffMode;
  readonly step: number;
  readonly isNew: boolean;
  readonly lines: readonly DiffLine[];
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
function shownOf(object: RecordedObject): unknown {
  const { annotations, ...metadata } = object.metadata;
  const kept = Object.entries(annotations ?? {}).filter(([name]) => name !== LAST_APPLIED);
  return { ...object, metadata: { ...metadata, ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }) } };
}

const TOP = ['apiVersion', 'kind', 'metadata', 'spec', 'data', 'status'];

/** YAML with the keys in a fixed order: the same object gives the same lines. */
export function yamlLines(value: unknown): string[] {
  if (value === undefined) return [];
  const rank = (key: string): number => (TOP.includes(key) ? TOP.indexOf(key) : TOP.length - 2);
  const sortKeys = (a: string, b: string): number => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
  return dump(value, { lineWidth: -1, noRefs: true, sortKeys }).trimEnd().split('\n');
}

/** The object as it was applied against as it is stored, or before against after the last step that changed it. */
export function yamlDiff(replica: Replica, id: string, step: number, wished: DiffMode): YamlDiff | undefined {
  const object = replica.objectAt(id, step);
  const change = replica.lastChange(id, step);
  if (object === undefined || change === undefined) return undefined;
  const after = yamlLines(shownOf(object));
  const applied = wished === 'applied' ? appliedOf(object) : undefined;
  if (applied !== undefined)
    return { mode: 'applied', step: change, isNew: false, lines: diffLines(yamlLines(applied), after) };
  const previous = replica.objectAt(id, change - 1);
  const before = previous === undefined ? [] : yamlLines(shownOf(previous));
  return { mode: 'step', step: change, isNew: previous === undefined, lines: diffLines(before, after) };
}
