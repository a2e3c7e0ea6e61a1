import { type Family, type ObjectState, stateOf } from './family.ts';
import { LANES, type Lane } from './layout.ts';
import type { Phrase } from './message.ts';
import type { Moment } from './moment.ts';
import type { Element } from './structure.ts';

/** How many objects of a lane say the same of themselves. */
export interface SummaryPart {
  readonly family: Family;
  readonly word: Phrase;
  readonly count: number;
}

/** One lane of a folded group, the worst first. */
export interface LaneSummary {
  readonly lane: Lane;
  readonly parts: readonly SummaryPart[];
}

/** What wants to be seen first. */
const SEVERITY: readonly Family[] = ['failed', 'waiting', 'working', 'ending', 'ok', 'idle', 'unborn', 'gone'];

const LANE_OF_KIND: Readonly<Record<string, Lane>> = {
  Pod: 'pod',
  PersistentVolumeClaim: 'claim',
  PersistentVolume: 'pv',
  Volume: 'volume',
};

/** Objects of these kinds have no lane: they are told by the line between two others. */
const BETWEEN: ReadonlySet<string> = new Set(['VolumeAttachment']);

/** How the objects of a group stand, lane by lane; what is gone does not count. */
export function summaryOf(moment: Moment, elements: readonly Element[]): LaneSummary[] {
  const lanes = new Map<Lane, Map<string, { family: Family; word: Phrase; count: number }>>();
  for (const element of elements) {
    if (BETWEEN.has(element.kind)) continue;
    const state = stateOf(moment, element);
    if (state.family === 'gone') continue;
    const lane = LANE_OF_KIND[element.kind] ?? 'workload';
    const word = wordOf(state);
    const key = `${state.family} ${typeof word === 'string' ? word : JSON.stringify(word)}`;
    const parts = lanes.get(lane) ?? new Map();
    lanes.set(lane, parts);
    const known = parts.get(key);
    if (known === undefined) parts.set(key, { family: state.family, word, count: 1 });
    else known.count += 1;
  }
  return LANES.flatMap((lane) => {
    const parts = [...(lanes.get(lane)?.values() ?? [])];
    parts.sort((a, b) => severityOf(a.family) - severityOf(b.family) || b.count - a.count);
    return parts.length === 0 ? [] : [{ lane, parts }];
  });
}

const severityOf = (family: Family): number => SEVERITY.indexOf(family);

/** Objects to come are one word, whichever step brings them. */
function wordOf({ family, word, phase }: ObjectState): Phrase {
  if (family === 'unborn') return { key: 'graph.toCome' };
  return word === '' ? phase : word;
}

/** One part of a lane's bar. */
export interface BarPart {
  readonly family: Family;
  readonly count: number;
  readonly x: number;
  readonly w: number;
}

/** Room for a part's number, whatever its share. */
const LEAST = 18;
const DIGIT = 7;
const GAP = 2;

/** A lane's counts as a bar of a width, split by family in proportion, each part wide enough for its number. */
export function barParts({ parts }: LaneSummary, width: number): BarPart[] {
  const counts = new Map<Family, number>();
  for (const { family, count } of parts) counts.set(family, (counts.get(family) ?? 0) + count);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const least = (count: number): number => Math.max(LEAST, String(count).length * DIGIT + 4);
  const needed = [...counts.values()].reduce((sum, count) => sum + least(count), 0) + GAP * (counts.size - 1);
  const spare = Math.max(0, width - needed);
  let x = 0;
  return [...counts].map(([family, count]) => {
    const w = Math.round(least(count) + (spare * count) / total);
    const part = { family, count, x, w };
    x += w + GAP;
    return part;
  });
}
