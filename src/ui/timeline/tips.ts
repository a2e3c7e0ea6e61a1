import type { Json } from '../../worker/protocol.ts';
import { clockText, spanText } from '../model/axis.ts';
import { parseId } from '../model/ids.ts';
import type { Mark } from '../model/marks.ts';
import type { Translate } from '../model/message.ts';
import { componentName, sentenceName } from '../model/names.ts';
import type { RecordedCall, Replica } from '../model/replica.ts';
import type { Wait } from '../model/waits.ts';

/** What a tooltip says of a mark. */
export interface Tip {
  readonly title: string;
  readonly lines: readonly TipLine[];
}

export interface TipLine {
  /** Left out where the text speaks for itself. */
  readonly label?: string;
  readonly text: string;
}

/** Everything worth knowing about a mark: when it began and ended, how long it took, what was asked and answered. */
export function tipOf(mark: Mark, name: string, replica: Replica, t: Translate): Tip {
  switch (mark.kind) {
    case 'call':
      return callTip(mark.call, mark.bar.calls, t);
    case 'wait':
      return waitTip(mark.wait, name, t);
    case 'tick': {
      const { step, at, about, no } = mark.tick;
      const lines: TipLine[] = no ? [{ text: t('timeline.tipNo') }] : [];
      const names = namesOf(about);
      if (names !== '') lines.push({ label: t('timeline.tipWrote'), text: names });
      return { title: t('timeline.tipAtStep', { step, clock: clockText(at) }), lines };
    }
    case 'writes': {
      const { step, count } = mark.writes;
      const names = namesOf(replica.step(step)?.writes.map(({ id }) => id) ?? []);
      return {
        title: t('timeline.tipAtStep', { step, clock: clockText(replica.timeAt(step)) }),
        lines: [{ text: t('timeline.tipWrites', { count }) }, { label: t('timeline.tipWrote'), text: names }],
      };
    }
  }
}

function callTip(call: RecordedCall, together: readonly RecordedCall[], t: Translate): Tip {
  const { began, ended, beganStep, beganAt, endedStep, endedAt } = call;
  const what = [began.method, began.node].filter(Boolean).join(' ');
  const tried = began.attempt > 1 ? `${what}, ${t('timeline.callTry', { attempt: began.attempt })}` : what;
  const index = together.indexOf(call) + 1;
  const title = together.length > 1 ? t('timeline.tipParallel', { what: tried, index, count: together.length }) : tried;
  const lines: TipLine[] = [
    { text: t('timeline.byTo', { caller: componentName(began.process), driver: began.driver }) },
    ...(began.faulty === true ? [{ text: t('timeline.tipFault') }] : []),
    {
      label: t('timeline.tipStart'),
      text: t('timeline.tipAtStep', { step: beganStep, clock: clockText(beganAt) }),
    },
  ];
  if (ended === undefined || endedAt === undefined || endedStep === undefined) {
    lines.push({ label: t('timeline.tipEnd'), text: t('timeline.inFlight') });
  } else {
    lines.push(
      { label: t('timeline.tipEnd'), text: t('timeline.tipAtStep', { step: endedStep, clock: clockText(endedAt) }) },
      { label: t('timeline.tipDuration'), text: spanText(endedAt - beganAt) },
    );
  }
  const request = compact(began.request);
  if (request !== '') lines.push({ label: t('timeline.tipRequest'), text: request });
  if (ended !== undefined) {
    const answer = [ended.code, ended.message, compact(ended.response ?? null)].filter(Boolean).join(' ');
    lines.push({ label: t('timeline.tipAnswer'), text: answer });
  }
  return { title, lines };
}

function waitTip({ on, key, values, from, to, step, endStep, about }: Wait, name: string, t: Translate): Tip {
  const at = (where: number, time: number): string => t('timeline.tipAtStep', { step: where, clock: clockText(time) });
  const isOver = to !== undefined && endStep !== undefined;
  return {
    title: t('timeline.waiting', { who: name, what: t(key, { ...values, on }) }),
    lines: [
      { label: t('timeline.tipStart'), text: at(step, from) },
      { label: t('timeline.tipEnd'), text: isOver ? at(endStep, to) : t('timeline.stillWaiting') },
      ...(isOver ? [{ label: t('timeline.tipDuration'), text: spanText(to - from) }] : []),
      { label: t('timeline.tipWrote'), text: namesOf(about) },
    ],
  };
}

const NAMED = 3;

function namesOf(ids: readonly string[]): string {
  const names = [...new Set(ids.map((id) => `${parseId(id).kind} ${sentenceName(parseId(id).name)}`))];
  const shown = names.slice(0, NAMED).join(', ');
  return names.length > NAMED ? `${shown}, …` : shown;
}

const LONGEST = 160;

/** A message on one line, its end cut off where it is long; empty where it has no fields. */
export function compact(message: Json): string {
  if (message === null || (typeof message === 'object' && Object.keys(message).length === 0)) return '';
  const text = JSON.stringify(message)
    .replace(/"(\w+)":/g, '$1: ')
    .replace(/,(?=\w+: )/g, ', ');
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** The tip as one sentence, for readers. */
export function spokenTip({ title, lines }: Tip): string {
  return [title, ...lines.map(({ label, text }) => (label === undefined ? text : `${label} ${text}`))].join(', ');
}
