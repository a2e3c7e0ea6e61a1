import { LAST_APPLIED } from '../../api/apply.ts';
import { parseTime } from '../../api/duration.ts';
import { since } from '../../api/kinds/metadata.ts';
import type { EventObject, KubeObject } from '../../api/object.ts';
import { byLastTime } from '../events.ts';
import type { DescriptionWriter } from './writer.ts';

const MAX_ANNOTATION = 140;

type Texts = Readonly<Record<string, string>>;

/** Labels, the first beside the title and the others below it. @see printLabelsMultilineWithIndent */
export function printLabels(w: DescriptionWriter, title: string, labels: Texts | undefined, indent = ''): void {
  const keys = Object.keys(labels ?? {}).sort();
  const lines = keys.map((key) => `${key}=${labels?.[key] ?? ''}`);
  printLines(w, title, lines, indent);
}

/** Lines, the first beside the title and the others below it; `<none>` where there are none. */
export function printLines(w: DescriptionWriter, title: string, lines: readonly string[], indent = ''): void {
  if (lines.length === 0) w.line(0, `${indent}${title}:\t<none>`);
  for (const [i, line] of lines.entries()) w.line(0, `${indent}${i === 0 ? `${title}:` : ''}\t${line}`);
}

type Named = { readonly metadata: { readonly name: string; readonly namespace?: string } };

/** Name and namespace, with which most descriptions begin. */
export function printName(w: DescriptionWriter, { metadata }: Named): void {
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `Namespace:\t${metadata.namespace ?? ''}`);
}

const shorten = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length)}...` : text);

/** @see printAnnotationsMultiline */
export function printAnnotations(w: DescriptionWriter, title: string, annotations: Texts | undefined): void {
  const keys = Object.keys(annotations ?? {})
    .filter((key) => key !== LAST_APPLIED)
    .sort();
  if (keys.length === 0) w.line(0, `${title}:\t<none>`);
  for (const [i, key] of keys.entries()) {
    const value = (annotations?.[key] ?? '').replace(/\n$/, '');
    const head = i === 0 ? `${title}:\t` : '\t';
    if (value.length + key.length + 2 <= MAX_ANNOTATION && !value.includes('\n')) w.line(0, `${head}${key}: ${value}`);
    else {
      w.line(0, `${head}${key}:`);
      for (const line of value.split('\n')) w.line(0, `\t  ${shorten(line, MAX_ANNOTATION - 2)}`);
    }
  }
}

/** A Go slice of texts: `[a b]`. */
export const sliceText = (texts: readonly string[] | undefined): string => `[${(texts ?? []).join(' ')}]`;

const WEEKDAYS = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** A time as RFC 1123 with a numeric zone writes it; an absent one is Go's zero time. */
export function rfc1123(timestamp: string | null | undefined): string {
  const millis = timestamp ? parseTime(timestamp) : undefined;
  if (!timestamp || millis === undefined) return 'Mon, 01 Jan 0001 00:00:00 +0000';
  const weekday = WEEKDAYS[((Math.floor(millis / 86_400_000) % 7) + 7) % 7] ?? '';
  const [date = '', time = ''] = timestamp.split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  return `${weekday}, ${day} ${MONTHS[Number(month) - 1] ?? ''} ${year} ${time.slice(0, 8)} +0000`;
}

function interval(event: EventObject, now: number): string {
  const first = since(event.eventTime || event.firstTimestamp, now);
  if (event.series) return `${since(event.series.lastObservedTime, now)} (x${event.series.count} over ${first})`;
  return (event.count ?? 1) > 1 ? `${since(event.lastTimestamp, now)} (x${event.count} over ${first})` : first;
}

/** @see staging/src/k8s.io/kubectl/pkg/describe/describe.go DescribeEvents */
export function describeEvents(w: DescriptionWriter, events: readonly EventObject[], now: number): void {
  if (events.length === 0) {
    w.line(0, 'Events:\t<none>');
    return;
  }
  w.flush();
  w.line(0, 'Events:');
  w.line(1, 'Type\tReason\tAge\tFrom\tMessage');
  w.line(1, '----\t------\t----\t----\t-------');
  for (const event of [...events].sort(byLastTime)) {
    const { fieldPath } = event.involvedObject as { readonly fieldPath?: string };
    const message = (fieldPath ? `${fieldPath}: ` : '') + event.message.trim();
    const source = event.source?.component || event.reportingComponent || '';
    w.line(1, [event.type, event.reason, interval(event, now), source, message].join('\t'));
  }
}

/** What most descriptions begin with. */
export function printHead(w: DescriptionWriter, object: KubeObject): void {
  printName(w, object);
  printLabels(w, 'Labels', object.metadata.labels);
  printAnnotations(w, 'Annotations', object.metadata.annotations);
}
