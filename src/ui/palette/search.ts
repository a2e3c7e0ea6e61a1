/** What the palette finds: things to go to and things to do. */
export interface Entry {
  readonly id: string;
  readonly group: Group;
  readonly text: string;
  readonly detail?: string;
  /** Other words it is found by. */
  readonly words?: string;
  /** Keys that do the same, as `KeyboardEvent.key` has them. */
  readonly keys?: string;
  readonly act: () => void;
}

export const GROUPS = ['step', 'command', 'action', 'object', 'event', 'run', 'scenario', 'setting'] as const;
export type Group = (typeof GROUPS)[number];

export interface Found {
  readonly group: Group;
  readonly entries: readonly Entry[];
  /** Entries that match and are not shown. */
  readonly more: number;
}

/** Entries of a group that are shown; where nothing is asked for, a few of each tell what there is. */
const SHOWN = 12;
const SHOWN_AT_FIRST = 5;

/** Entries that hold every word, by group; those whose text begins with the query first. */
export function searchEntries(entries: readonly Entry[], query: string): readonly Found[] {
  const asked = query.trim().toLowerCase();
  const words = asked.split(/\s+/).filter(Boolean);
  const shown = words.length === 0 ? SHOWN_AT_FIRST : SHOWN;
  const ranked = new Map<Group, { readonly entry: Entry; readonly rank: number }[]>();
  for (const entry of entries) {
    const rank = rankOf(entry, asked, words);
    if (rank === undefined) continue;
    const known = ranked.get(entry.group) ?? [];
    known.push({ entry, rank });
    ranked.set(entry.group, known);
  }
  return GROUPS.flatMap((group) => {
    const all = ranked.get(group) ?? [];
    if (all.length === 0) return [];
    // Equal ranks keep the order of the entries: sorting is stable.
    const best = [...all].sort((a, b) => a.rank - b.rank).slice(0, shown);
    return [{ group, entries: best.map(({ entry }) => entry), more: all.length - best.length }];
  });
}

function rankOf({ text, detail = '', words: more = '' }: Entry, asked: string, words: readonly string[]) {
  const title = text.toLowerCase();
  const all = `${title} ${detail.toLowerCase()} ${more.toLowerCase()}`;
  if (!words.every((word) => all.includes(word))) return undefined;
  if (title === asked) return 0;
  if (title.startsWith(asked)) return 1;
  return words.every((word) => title.includes(word)) ? 2 : 3;
}

/** The step that `step 42`, `42` or `第 42 步` asks for; undefined where the query asks for none. */
export function stepOfQuery(query: string): number | undefined {
  const digits = /^(?:step|第)?\s*(\d{1,9})\s*步?$/i.exec(query.trim())?.[1];
  return digits === undefined ? undefined : Number(digits);
}
