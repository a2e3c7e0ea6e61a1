import type { Replica } from '../../ui/model/replica.ts';
import type { RecordedObject } from '../../worker/protocol.ts';
import type { Expectation } from '../scenario.ts';
import { matches } from './matches.ts';

type Plain = Readonly<Record<string, unknown>>;

/** How the end of a recording differs from what is expected; one line each. */
export function failuresOf(expectation: Expectation, replica: Replica): readonly string[] {
  const { objects = [], absent = [], events = [], noEvents = [], calls = [], callCounts = [] } = expectation;
  const there = replica.objectsAt(replica.steps);
  const recorded = there.filter(({ kind }) => kind === 'Event').map(eventOf);
  const made = replica.callsAt(replica.steps).map(({ call: { began, ended } }) => ({ ...began, ...ended }));
  return [
    ...objects
      .filter((expected) => !there.some((object) => matches(expected, object)))
      .map((expected) => `no object ${shown(expected)}; of its kind there are\n${list(ofKind(there, expected))}`),
    ...absent.flatMap(({ kind, ...metadata }) =>
      there.filter((object) => matches({ kind, metadata }, object)).map((object) => `still there: ${shown(object)}`),
    ),
    ...events
      .filter((expected) => !recorded.some((event) => matches(expected, event)))
      .map((expected) => `no event ${shown(expected)}; there are\n${list(recorded)}`),
    ...noEvents.flatMap((unwanted) =>
      recorded.filter((event) => matches(unwanted, event)).map((event) => `unwanted event ${shown(event)}`),
    ),
    ...missingCalls(calls, made),
    ...callCounts.flatMap(({ count, ...expected }) => {
      const found = made.filter((call) => matches(expected, call)).length;
      return found === count ? [] : [`${found} calls ${shown(expected)}, not ${String(count)}`];
    }),
  ];
}

/** The calls that a subsequence of those made lacks. */
function missingCalls(expected: readonly Plain[], made: readonly Plain[]): readonly string[] {
  let next = 0;
  for (const wanted of expected) {
    const found = made.findIndex((call, i) => i >= next && matches(wanted, call));
    if (found < 0) return [`no call ${shown(wanted)} from number ${next} on of\n${list(made)}`];
    next = found + 1;
  }
  return [];
}

interface EventFields {
  readonly involvedObject?: { readonly kind?: string; readonly namespace?: string; readonly name?: string };
}

/** An Event with the object it is on, as `Kind/namespace/name`. */
function eventOf(event: RecordedObject): Plain {
  const { kind, namespace, name } = (event as EventFields).involvedObject ?? {};
  return {
    ...event,
    metadata: undefined,
    involvedObject: undefined,
    on: [kind, namespace, name].filter(Boolean).join('/'),
  };
}

const ofKind = (objects: readonly RecordedObject[], { kind }: Plain): readonly RecordedObject[] =>
  objects.filter((object) => object.kind === kind);

const shown = (value: unknown): string => JSON.stringify(value);

const list = (values: readonly unknown[]): string => values.map(shown).join('\n');
