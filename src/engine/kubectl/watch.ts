import type { KubeObject } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { parseArguments } from './flags.ts';
import { GET_FLAGS, get, selectGroups, tableOfObjects, tableOptions } from './get.ts';
import type { Files } from './manifests.ts';
import { CommandError, Output } from './result.ts';
import { cutCell } from './table.ts';
import { layOut } from './tabwriter.ts';
import type { Waiting } from './waiting.ts';

type WatchWaiting = Extract<Waiting, { readonly command: 'get' }>;

const PADDING = 3;

/** Flags with which `get` goes on and so takes time. */
export const WATCH_WORDS: readonly string[] = ['-w', '--watch', '--watch=true', '--watch-only', '--watch-only=true'];

/** `kubectl get`, and with --watch a row for each change until nothing is left to happen. */
export function getOrWatch(api: ApiServer, ctx: Context, words: readonly string[], files: Files): Output {
  const args = parseArguments('get', words, GET_FLAGS);
  if (!args.is('watch') && !args.is('watch-only')) return get(api, ctx, words, files);
  const output = new Output();
  if (!['', 'wide'].includes(args.text('output') ?? ''))
    throw new CommandError('--watch is simulated with tables only: leave --output out, or set it to wide');
  const { targets } = selectGroups(api, ctx, args, output);
  if (targets.length > 1) throw new CommandError('you may only specify a single resource type');
  const waiting: WatchWaiting = { command: 'get', words, seen: {}, widths: [] };
  if (output.exit === 0) continueWatch(api, ctx, waiting, output);
  if (args.is('watch-only')) output.out = '';
  return output;
}

/** Prints what has changed since it last looked. @see staging/src/k8s.io/kubectl/pkg/cmd/get/get.go watch */
export function continueWatch(api: ApiServer, ctx: Context, waiting: WatchWaiting, output: Output): void {
  const args = parseArguments('get', waiting.words, GET_FLAGS);
  const { groups } = selectGroups(api, ctx, args, new Output());
  const options = tableOptions(args, groups);
  const [group] = groups;
  const objects = group?.objects ?? [];
  const isNew = ({ metadata }: KubeObject): boolean => waiting.seen[metadata.uid]?.version !== metadata.resourceVersion;
  const changed = objects.filter(isNew);
  const table = group && tableOfObjects(group.definition, changed, api.epochMillis(ctx), options);
  const rows = table?.rows.map((cells) => cells.map(cutCell)) ?? [];
  const present = new Set(objects.map(({ metadata }) => metadata.uid));
  const gone = Object.entries(waiting.seen).filter(([uid]) => !present.has(uid));
  const printed = [...rows, ...gone.map(([, { cells }]) => cells)];
  const isFirst = waiting.widths.length === 0 && printed.length > 0;
  const lines = [...(isFirst && !options.noHeaders && table ? [table.headings] : []), ...printed];
  const widths = widen(waiting.widths, lines);
  output.out += printWith(widths, lines);
  const kept = Object.entries(waiting.seen).filter(([uid]) => present.has(uid));
  const added = changed.map(({ metadata: { uid, resourceVersion } }, i): [string, WatchWaiting['seen'][string]] => [
    uid,
    { version: resourceVersion, cells: rows[i] ?? [] },
  ]);
  output.waits = { ...waiting, seen: Object.fromEntries([...kept, ...added]), widths };
}

const widen = (widths: readonly number[], lines: readonly (readonly string[])[]): readonly number[] =>
  lines.reduce<readonly number[]>((most, cells) => cells.map((cell, i) => Math.max(most[i] ?? 0, cell.length)), widths);

/** Columns stay as wide as they have been: a line that is not shown holds them open. */
function printWith(widths: readonly number[], lines: readonly (readonly string[])[]): string {
  if (lines.length === 0) return '';
  const ruler = widths.map((width) => 'x'.repeat(width));
  const text = layOut([ruler, ...lines], { minWidth: 6, padding: PADDING });
  return text.slice(text.indexOf('\n') + 1);
}
