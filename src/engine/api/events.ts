import type { Context } from '../sim/context.ts';
import { formatMicroTime } from './duration.ts';
import { attempt, StatusError } from './errors.ts';
import { keyOf } from './kind.ts';
import type { EventObject, KubeObject, ObjectReference } from './object.ts';
import type { ApiServer } from './server.ts';
import { EVENTS } from './tables.ts';

export type EventType = 'Normal' | 'Warning';

export interface EventInput {
  /** `source.component`, such as `persistentvolume-controller`. */
  readonly source: string;
  readonly host?: string;
  readonly about: KubeObject;
  readonly type: EventType;
  readonly reason: string;
  readonly message: string;
}

interface Similar {
  readonly messages: readonly string[];
  readonly last: number;
}

interface Spam {
  readonly tokens: number;
  readonly at: number;
}

const MAX_SIMILAR = 10;
const SIMILAR_INTERVAL = 600_000;
const SPAM_BURST = 25;
const SPAM_INTERVAL = 300_000;

/**
 * Records an Event as client-go's recorder and correlator do: an equal one only counts up; more than 10 in 600 s that differ
 * only in message become one; a source writes at most 25 about an object in a burst and then one each 300 s.
 * @see staging/src/k8s.io/client-go/tools/record/events_cache.go
 */
export function recordEvent(api: ApiServer, ctx: Context, input: EventInput): void {
  const { about, source, type, reason } = input;
  const object = referenceTo(about);
  const group = [
    source,
    input.host ?? '',
    object.kind,
    object.namespace ?? '',
    object.name,
    object.uid,
    type,
    reason,
  ].join('|');
  const aggregated = aggregate(ctx, group, input.message);
  if (isSpam(ctx, [source, object.kind, object.namespace ?? '', object.name, object.uid].join('|'))) return;
  const cacheKey = aggregated.single ? `${group}|${aggregated.message}` : group;
  const known = ctx.mem<string>('~events').get(cacheKey);
  const stamp = api.timestamp(ctx);
  const last = known === undefined ? undefined : ctx.live<EventObject>(EVENTS, known);
  if (known !== undefined && last) {
    const repeated = attempt(() =>
      api.update<EventObject>(ctx, {
        ...last,
        message: aggregated.message,
        count: (last.count ?? 1) + 1,
        lastTimestamp: stamp,
      }),
    );
    if (!(repeated instanceof StatusError)) return;
  }
  const namespace = object.namespace ?? 'default';
  const created = attempt(() =>
    api.create<EventObject>(ctx, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${object.name}.${eventSuffix(ctx)}`, namespace },
      involvedObject: object,
      reason,
      message: aggregated.message,
      source: input.host === undefined ? { component: source } : { component: source, host: input.host },
      firstTimestamp: stamp,
      lastTimestamp: stamp,
      count: 1,
      type,
      eventTime: null,
      reportingComponent: source,
      reportingInstance: input.host ?? '',
    }),
  );
  // A namespace that is going away takes no Events; upstream logs that and goes on.
  if (created instanceof StatusError) return;
  ctx.mem<string>('~events').set(cacheKey, keyOf(namespace, created.metadata.name));
}

export interface SchedulerEventInput {
  readonly about: KubeObject;
  readonly type: EventType;
  readonly reason: string;
  /** What was being done: `Scheduling`, `Binding`. */
  readonly action: string;
  readonly message: string;
}

interface Series {
  readonly event: string;
  readonly at: number;
}

const SCHEDULER = 'default-scheduler';
const SERIES_INTERVAL = 360_000;
const NOTE_LIMIT = 1024;

/**
 * Records an Event as the recorder of events.k8s.io does: the text is no part of what makes two the same, the version of
 * the object is. A repeat counts up the series and keeps the first text; six minutes of quiet end the series.
 * @see staging/src/k8s.io/client-go/tools/events/event_broadcaster.go recordToSink
 */
export function recordSchedulerEvent(api: ApiServer, ctx: Context, input: SchedulerEventInput): void {
  const { about, type, reason, action } = input;
  const object = referenceTo(about);
  const key = [type, action, reason, object.kind, object.namespace ?? '', object.name, object.uid, object.resourceVersion].join('|');
  const series = ctx.mem<Series>('~series');
  const known = series.get(key);
  const last = known && ctx.now - known.at <= SERIES_INTERVAL ? ctx.live<EventObject>(EVENTS, known.event) : undefined;
  const now = formatMicroTime(api.epochMillis(ctx));
  if (known && last) {
    const count = (last.series?.count ?? 1) + 1;
    const counted = attempt(() => api.update<EventObject>(ctx, { ...last, series: { count, lastObservedTime: now } }));
    if (!(counted instanceof StatusError)) series.set(key, { ...known, at: ctx.now });
    return;
  }
  const namespace = object.namespace ?? 'default';
  const created = attempt(() =>
    api.create<EventObject>(ctx, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${object.name}.${eventSuffix(ctx)}`, namespace },
      involvedObject: object,
      reason,
      message: truncated(input.message),
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      type,
      eventTime: now,
      action,
      reportingComponent: SCHEDULER,
      reportingInstance: `${SCHEDULER}-control-plane`,
    }),
  );
  if (created instanceof StatusError) return;
  // A pod that has got its node changed with it: what is reported of that cannot come twice.
  if (type === 'Warning') series.set(key, { event: keyOf(namespace, created.metadata.name), at: ctx.now });
}

const truncated = (note: string): string => (note.length <= NOTE_LIMIT ? note : `${note.slice(0, NOTE_LIMIT - 4)} ...`);

/** An ObjectReference as `reference.GetReference` makes it. */
export function referenceTo({
  apiVersion,
  kind,
  metadata,
}: KubeObject): Required<Pick<ObjectReference, 'kind' | 'name' | 'uid' | 'apiVersion'>> & ObjectReference {
  const { name, namespace, uid, resourceVersion } = metadata;
  return { kind, ...(namespace ? { namespace } : {}), name, uid, apiVersion, resourceVersion };
}

function aggregate(
  ctx: Context,
  group: string,
  message: string,
): { readonly single: boolean; readonly message: string } {
  const table = ctx.mem<Similar>('~similar');
  const seen = table.get(group);
  const fresh = !seen || ctx.now - seen.last > SIMILAR_INTERVAL;
  const messages = fresh ? [message] : seen.messages.includes(message) ? seen.messages : [...seen.messages, message];
  if (fresh || messages !== seen.messages || seen.last !== ctx.now) table.set(group, { messages, last: ctx.now });
  return messages.length > MAX_SIMILAR
    ? { single: false, message: `(combined from similar events): ${message}` }
    : { single: true, message };
}

function isSpam(ctx: Context, source: string): boolean {
  const table = ctx.mem<Spam>('~spam');
  const last = table.get(source) ?? { tokens: SPAM_BURST, at: ctx.now };
  const tokens = Math.min(SPAM_BURST, last.tokens + (ctx.now - last.at) / SPAM_INTERVAL);
  if (tokens < 1) {
    table.set(source, { tokens, at: ctx.now });
    return true;
  }
  table.set(source, { tokens: tokens - 1, at: ctx.now });
  return false;
}

const eventSuffix = (ctx: Context): string =>
  ctx.random().toString(16).padStart(8, '0') + ctx.random().toString(16).padStart(8, '0');
