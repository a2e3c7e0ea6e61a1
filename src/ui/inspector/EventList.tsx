import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { spanText } from '../model/axis.ts';
import type { Moment } from '../model/moment.ts';
import type { EventAt } from '../model/replica.ts';
import { StepLink } from './StepLink.tsx';

/** So many of the steps that repeated an Event are linked, the latest. */
const LINKS = 4;

/** The Events about an object, the latest first, with their exact texts. */
export function EventList({
  moment,
  events,
}: {
  readonly moment: Moment;
  readonly events: readonly EventAt[];
}): ReactNode {
  const { t } = useTranslation();
  if (events.length === 0) {
    return (
      <div className="empty">
        <b>{t('inspector.noEvents')}</b>
        {t('inspector.noEventsHint')}
      </div>
    );
  }
  return (
    <ul>
      {events.map((event) => (
        <li key={event.id}>
          <EventText moment={moment} event={event} />
        </li>
      ))}
    </ul>
  );
}

export function EventText({ moment, event }: { readonly moment: Moment; readonly event: EventAt }): ReactNode {
  const { t } = useTranslation();
  const { id, type, reason, message, count, source, step } = event;
  const { replica } = moment;
  const span = replica.timeAt(moment.step) - replica.timeAt(step);
  const age = span > 0 ? t('inspector.age', { age: spanText(span) }) : t('inspector.justNow');
  const steps = replica.changesOf(id).filter((change) => change <= moment.step);
  const facts =
    count > 1 ? t('inspector.eventTimes', { type, count, source }) : t('inspector.eventFacts', { type, source });
  return (
    <div className={type === 'Warning' ? 'ev is-warning' : 'ev'}>
      <b>{reason}</b> <span className="faint">{[facts, age].join(t('common.listSeparator'))}</span>
      <p>{message}</p>
      <div className="steps">
        {steps.slice(-LINKS).map((change) => (
          <StepLink key={change} step={change} />
        ))}
      </div>
    </div>
  );
}
