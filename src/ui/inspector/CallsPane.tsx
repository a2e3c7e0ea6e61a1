import './panes.css';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Json } from '../../worker/protocol.ts';
import { openFaults } from '../faults/faultMenu.ts';
import { Glyph } from '../graph/Glyph.tsx';
import { clockText, spanText } from '../model/axis.ts';
import type { Moment } from '../model/moment.ts';
import { componentName } from '../model/names.ts';
import type { CallAt } from '../model/replica.ts';
import type { Element } from '../model/structure.ts';
import { type NeverCalled, neverCalled } from './calls.ts';
import { StepLink } from './StepLink.tsx';

/** The latest calls; what lies further back is counted. */
const SHOWN = 60;

/** Calls to drivers and plugins about the object, the latest first, and why others were never made. */
export function CallsPane({ moment, element }: { readonly moment: Moment; readonly element: Element }): ReactNode {
  const { t } = useTranslation();
  const calls = useMemo(() => moment.replica.callsAbout(element.id, moment.step).reverse(), [moment, element]);
  const never = useMemo(() => neverCalled(moment, element), [moment, element]);
  return (
    <>
      {calls.length === 0 && <p className="verdict">{t('history.noCalls')}</p>}
      {calls.length > 0 && (
        <ol className="calls" aria-label={t('history.calls')}>
          {calls.slice(0, SHOWN).map((call) => (
            <CallRow key={call.call.began.call} call={call} now={moment.replica.timeAt(moment.step)} />
          ))}
        </ol>
      )}
      {calls.length > SHOWN && <p className="also">{t('history.olderCalls', { count: calls.length - SHOWN })}</p>}
      {never.length > 0 && <h3>{t('history.neverCalled')}</h3>}
      {never.map((entry) => (
        <Never key={entry.reason.key} entry={entry} />
      ))}
    </>
  );
}

function Never({ entry: { method, reason } }: { readonly entry: NeverCalled }): ReactNode {
  const { t } = useTranslation();
  return (
    <p className="never">
      {method !== undefined && <b>{method}</b>} {t(reason.key, { ...reason.values })}
    </p>
  );
}

function CallRow({
  call: { call, state, attempt, code },
  now,
}: {
  readonly call: CallAt;
  readonly now: number;
}): ReactNode {
  const { t } = useTranslation();
  const { began, beganAt, beganStep, ended, endedAt, endedStep } = call;
  const isDone = state === 'done';
  const failed = isDone && code !== 'OK';
  const family = isDone ? (failed ? 'failed' : 'ok') : 'working';
  const answer = isDone ? (ended?.response ?? null) : null;
  return (
    <li>
      <p className="name">
        <span className={`st is-${family}`}>
          <Glyph name={`s-${family}`} size="s" />
        </span>
        <b className="cut">{began.method}</b>
        {attempt > 1 && <span className="faint">{t('history.try', { count: attempt })}</span>}
        <span className={failed ? 'push st is-failed' : 'push faint'}>{isDone ? code : t('history.inFlight')}</span>
      </p>
      <p className="facts">
        {t('history.callFacts', {
          caller: componentName(began.process),
          driver: began.driver,
          duration: spanText((isDone ? (endedAt ?? now) : now) - beganAt),
        })}
        {began.node !== undefined && `${t('common.listSeparator')}${began.node}`}
        {began.faulty === true && `${t('common.listSeparator')}${t('history.injected')}`}
      </p>
      <p className="facts times">
        <span className="num">{clockText(beganAt)}</span> <StepLink step={beganStep} />
        {isDone && endedStep !== undefined && (
          <>
            {' – '}
            <span className="num">{clockText(endedAt ?? beganAt)}</span> <StepLink step={endedStep} />
          </>
        )}
        <button
          type="button"
          className="link push"
          aria-haspopup="dialog"
          onClick={() => openFaults({ driver: began.driver, method: began.method })}
        >
          {t('faults.makeFail')}
        </button>
      </p>
      {failed && ended?.message !== undefined && <p className="also">{ended.message}</p>}
      <Folded title={t('history.request')} value={began.request} />
      {isDone && <Folded title={t('history.answer')} value={answer} />}
    </li>
  );
}

function Folded({ title, value }: { readonly title: string; readonly value: Json }): ReactNode {
  const { t } = useTranslation();
  const isEmpty = value === null || (typeof value === 'object' && Object.keys(value).length === 0);
  if (isEmpty) {
    return (
      <p className="facts">
        {title} <span className="faint">{t('history.emptyMessage')}</span>
      </p>
    );
  }
  return (
    <details className="message">
      <summary>{title}</summary>
      <pre>{JSON.stringify(value, null, 2)}</pre>
    </details>
  );
}
