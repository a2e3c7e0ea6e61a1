import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import type { EventObject } from '../object.ts';
import { invalidValue } from './field.ts';
import { byNamespace, nameColumn, since, validateObjectMeta } from './metadata.ts';

const firstSeen = ({ firstTimestamp, eventTime }: EventObject, now: number): string =>
  since(firstTimestamp || eventTime, now);

const lastSeen = (event: EventObject, now: number): string => {
  if (event.series) return since(event.series.lastObservedTime, now);
  return event.lastTimestamp ? since(event.lastTimestamp, now) : firstSeen(event, now);
};

/** @see pkg/printers/internalversion/printers.go formatEventSource */
function source({ source: from, reportingComponent, reportingInstance }: EventObject): string {
  const component = from?.component || reportingComponent || '';
  const instance = from?.host || reportingInstance || '';
  return instance === '' ? component : `${component}, ${instance}`;
}

const target = ({ involvedObject: { kind = '', name } }: EventObject): string =>
  name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase();

const columns: readonly Column<EventObject>[] = [
  { name: 'Last Seen', cell: lastSeen },
  { name: 'Type', cell: ({ type }) => type ?? '' },
  { name: 'Reason', cell: ({ reason }) => reason ?? '' },
  { name: 'Object', cell: target },
  {
    name: 'Subobject',
    priority: 1,
    cell: ({ involvedObject }) => (involvedObject as { readonly fieldPath?: string }).fieldPath ?? '',
  },
  { name: 'Source', priority: 1, cell: source },
  { name: 'Message', cell: ({ message }) => (message ?? '').trim() },
  { name: 'First Seen', priority: 1, cell: firstSeen },
  { name: 'Count', priority: 1, cell: ({ series, count }) => String(series?.count ?? (count || 1)) },
  { ...nameColumn, priority: 1 },
];

/** @see pkg/apis/core/validation/events.go legacyValidateEvent */
function validate({ metadata, involvedObject }: EventObject): FieldError[] {
  const namespace = involvedObject.namespace || 'default';
  const errors = validateObjectMeta(metadata, true);
  // Events on cluster-scoped objects lie in the namespace default or kube-system.
  if (namespace === metadata.namespace || (!involvedObject.namespace && metadata.namespace === 'kube-system'))
    return errors;
  return [
    ...errors,
    invalidValue('involvedObject.namespace', involvedObject.namespace ?? '', 'does not match event.namespace'),
  ];
}

export const event = defineKind<EventObject>({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
  aside: true,
  unsettles: (before, after) => before === undefined && after !== undefined,
  indices: {
    byNamespace,
    byObject: {
      of: ({ involvedObject: { kind = '', namespace, name = '' } }) => [
        namespace ? `${kind}/${namespace}/${name}` : `${kind}/${name}`,
      ],
    },
  },
  columns,
  defaults: (object) => (object.involvedObject ? object : { ...object, involvedObject: {} }),
  validate,
});
