import { parseTime } from '../api/duration.ts';
import { since } from '../api/kinds/metadata.ts';
import type { EventObject } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { type Flag, parseArguments } from './flags.ts';
import { listObjects, parseTargets } from './resources.ts';
import { CommandError, Output } from './result.ts';
import { printTable } from './table.ts';

export const EVENTS_FLAGS: readonly Flag[] = [
  { name: 'all-namespaces', short: 'A', takes: 'bool' },
  { name: 'for', takes: 'text' },
  { name: 'types', takes: 'text' },
  { name: 'no-headers', takes: 'bool' },
];

const firstTime = ({ firstTimestamp, eventTime }: EventObject): string | null | undefined =>
  firstTimestamp || eventTime;
const lastTime = (event: EventObject): string | null | undefined =>
  event.series?.lastObservedTime ?? (event.lastTimestamp || firstTime(event));

/** `20s`, or `20s (x21 over 5m20s)` of what came more than once. */
export function intervalText(event: EventObject, now: number): string {
  const last = since(lastTime(event), now);
  const count = event.series?.count ?? event.count ?? 1;
  return count > 1 ? `${last} (x${count} over ${since(firstTime(event), now)})` : last;
}

/** The oldest first. */
export const byLastTime = (a: EventObject, b: EventObject): number =>
  (parseTime(lastTime(a) ?? '') ?? 0) - (parseTime(lastTime(b) ?? '') ?? 0);

/** @see staging/src/k8s.io/kubectl/pkg/cmd/events/events.go */
export function events(api: ApiServer, ctx: Context, words: readonly string[]): Output {
  const output = new Output();
  const args = parseArguments('events', words, EVENTS_FLAGS);
  const everywhere = args.is('all-namespaces');
  const namespace = args.text('namespace') || 'default';
  const definition = api.registry.byVersionKind('v1', 'Event');
  if (!definition) throw new CommandError('the server doesn\'t have a resource type "events"');
  const about = args.text('for');
  const [target] = about === undefined ? [] : parseTargets(api, [about], 'events');
  const types = args.text('types')?.toLowerCase().split(',');
  const found = (listObjects(ctx, definition, everywhere ? undefined : namespace) as readonly EventObject[])
    .filter(({ type }) => !types || types.includes(type.toLowerCase()))
    .filter(
      ({ involvedObject: { kind, name } }) =>
        !target || (kind === target.definition.kind && name === target.names?.[0]),
    );
  if (found.length === 0) {
    output.errorLine(everywhere ? 'No events found.' : `No events found in ${namespace} namespace.`);
    return output;
  }
  const now = api.epochMillis(ctx);
  const headings = ['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'];
  const rows = [...found].sort(byLastTime).map((event) => {
    const { kind = '', name = '' } = event.involvedObject;
    const cells = [intervalText(event, now), event.type, event.reason, `${kind}/${name}`, event.message.trim()];
    return everywhere ? [event.metadata.namespace ?? '', ...cells] : cells;
  });
  output.out = printTable(
    { headings: everywhere ? ['NAMESPACE', ...headings] : headings, rows },
    { noHeaders: args.is('no-headers') },
  );
  return output;
}
