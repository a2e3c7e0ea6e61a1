import type { Context } from '../sim/context.ts';
import { formatMicroTime } from './duration.ts';
import { attempt, StatusError } from './errors.ts';
import { keyOf } from './kind.ts';
import type { EventObject, KubeObject, ObjectReference } from './object.ts';
import type { ApiServer } from './server.ts';
import { EVENTS } from './tables.ts';

export type EventType = 'Normal' | 'Warning';

/** An object, or as much of it as its reporter knows. */
export interface EventSubject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
  };
}

export interface EventInput {
  /** `source.component`, such as `persistentvolume-controller`. */
  readonly source: string;
  readonly host?: string;
  readonly about: EventSubject;
  readonly type: EventType;
  readonly reason: string;
  readonly message: string;
  /** The part of the object that it is about, such as `spec.containers{main}`. */
  readonly fieldPath?: string;
}

/** What a recorder remembers of its Events about one object. */
interface Correlation {
  /** The spam filter's bucket for this source and object. */
  readonly tokens: number;
  readonly at: number;
  /** By field path, type and reason: the messages so far with the Event that each became, and the combined Event. */
  readonly groups: Readonly<Record<string, Group>>;
}

interface Group {
  readonly last: number;
  readonly messages: Readonly<Record<string, string>>;
  readonly combined?: string;
}

const MAX_SIMILAR = 10;
const SIMILAR_INTERVAL = 600_000;
const SPAM_BURST = 25;
const SPAM_INTERVAL = 300_000;

/**
 * Records an Event as client-go's recorder and correlator do: an equal one only counts up; from the tenth in 600 s on those
 * that differ only in message become one; a source writes at most 25 about an object in a burst and then one each 300 s.
 * @see staging/src/k8s.io/client-go/tools/record/events_cache.go
 */
export function recordEvent(api: ApiServer, ctx: Context, input: EventInput): void {
  const { about, source, host = '', fieldPath, type, reason } = input;
  const table = ctx.mem<Correlation>('~events');
  const { name, namespace, uid = keyOf(namespace, name) } = about.metadata;
  const key = `${source}|${host}|${about.kind}|${uid}`;
  const known = table.get(key) ?? { tokens: SPAM_BURST, at: ctx.now, groups: {} };
  const groupKey = `${fieldPath ?? ''}|${type}|${reason}`;
  const group = groupWith(known.groups[groupKey], input.message, ctx.now);
  const isCombined = !Object.hasOwn(group.messages, input.message);
  const message = isCombined ? `(combined from similar events): ${input.message}` : input.message;
  const tokens = Math.min(SPAM_BURST, known.tokens + (ctx.now - known.at) / SPAM_INTERVAL);
  const isSpam = tokens < 1;
  const former = isCombined ? group.combined : group.messages[input.message];
  const event = isSpam ? former : (countUp(api, ctx, former, message) ?? createEvent(api, ctx, input, message));
  table.set(key, {
    tokens: isSpam ? tokens : tokens - 1,
    at: ctx.now,
    groups: { ...known.groups, [groupKey]: withEvent(group, isCombined ? undefined : input.message, event) },
  });
}

/**
 * A group of similar messages with one more, unless it is full: what does not get in is combined. Ten minutes of quiet end it.
 * @see EventAggregate
 */
function groupWith(group: Group | undefined, message: string, now: number): Group {
  if (!group || now - group.last > SIMILAR_INTERVAL) return { last: now, messages: { [message]: '' } };
  const { messages } = group;
  const isFull = Object.keys(messages).length >= MAX_SIMILAR - 1;
  if (isFull || Object.hasOwn(messages, message)) return { ...group, last: now };
  return { ...group, last: now, messages: { ...messages, [message]: '' } };
}

function withEvent(group: Group, message: string | undefined, event: string | undefined): Group {
  if (event === undefined) return group;
  return message === undefined
    ? { ...group, combined: event }
    : { ...group, messages: { ...group.messages, [message]: event } };
}

/** Counts an Event up and returns its key, or nothing when it is not there (any more). */
function countUp(api: ApiServer, ctx: Context, key: string | undefined, message: string): string | undefined {
  const last = key ? ctx.live<EventObject>(EVENTS, key) : undefined;
  if (!last) return undefined;
  const count = (last.count ?? 1) + 1;
  const counted = attempt(() =>
    api.update<EventObject>(ctx, { ...last, message, count, lastTimestamp: api.timestamp(ctx) }),
  );
  return counted instanceof StatusError ? undefined : key;
}

/** Writes a new Event and returns its key; nothing where its namespace is going away, which upstream only logs. */
function createEvent(api: ApiServer, ctx: Context, input: EventInput, message: string): string | undefined {
  const { about, source, host, fieldPath, type, reason } = input;
  const stamp = api.timestamp(ctx);
  const { name, namespace = 'default' } = about.metadata;
  const created = attempt(() =>
    api.create<EventObject>(ctx, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: eventName(api, ctx, name), namespace },
      involvedObject: { ...referenceTo(about), ...(fieldPath !== undefined && { fieldPath }) },
      reason,
      message,
      source: host === undefined ? { component: source } : { component: source, host },
      firstTimestamp: stamp,
      lastTimestamp: stamp,
      count: 1,
      type,
      eventTime: null,
      reportingComponent: source,
      reportingInstance: host ?? '',
    }),
  );
  return created instanceof StatusError ? undefined : keyOf(namespace, created.metadata.name);
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
  const key = [
    type,
    action,
    reason,
    object.kind,
    object.namespace ?? '',
    object.name,
    object.uid,
    object.resourceVersion,
  ].join('|');
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
      metadata: { name: eventName(api, ctx, object.name), namespace },
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
}: EventSubject): Required<Pick<ObjectReference, 'kind' | 'name' | 'apiVersion'>> & ObjectReference {
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    kind,
    ...(namespace ? { namespace } : {}),
    name,
    ...(uid !== undefined && { uid }),
    apiVersion,
    ...(resourceVersion !== undefined && { resourceVersion }),
  };
}

const NANOS_PER_MILLI = 1_000_000;

/**
 * The object's name and the nanoseconds since 1970 in hexadecimal, so that names of one object sort by time. Below the
 * virtual millisecond stands how much the run has written: no two Events get the same name.
 */
function eventName(api: ApiServer, ctx: Context, name: string): string {
  const nanos = BigInt(api.epochMillis(ctx)) * BigInt(NANOS_PER_MILLI) + BigInt(ctx.log.rows % NANOS_PER_MILLI);
  return `${name}.${nanos.toString(16)}`;
}
