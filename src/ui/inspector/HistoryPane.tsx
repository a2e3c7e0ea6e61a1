import './panes.css';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clockText } from '../model/axis.ts';
import type { Moment } from '../model/moment.ts';
import { componentName } from '../model/names.ts';
import type { Element } from '../model/structure.ts';
import { seek } from '../store/player.ts';
import { type Change, type FieldChange, historyOf } from './history.ts';

/** Changes and fields of one change that are listed before the rest is asked for. */
const SHOWN = 100;
const FIELDS = 6;

const VERB_KEYS = {
  create: 'history.created',
  update: 'history.updated',
  delete: 'history.deleted',
  gone: 'history.gone',
} as const;

/** Every change of the object in the whole recording; those behind the playhead are still to come. */
export function HistoryPane({ moment, element }: { readonly moment: Moment; readonly element: Element }): ReactNode {
  const { t } = useTranslation();
  const { replica, step } = moment;
  const { version } = replica;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the replica changes in place and tells so by its version
  const changes = useMemo(() => historyOf(replica, element.id), [replica, version, element.id]);
  const [limit, setLimit] = useState(SHOWN);
  const next = changes.find((change) => change.step > step);
  const current = changes.findLast((change) => change.step <= step);
  if (changes.length === 0) {
    return (
      <div className="empty">
        <b>{t('history.none')}</b>
        {t('history.noneHint')}
      </div>
    );
  }
  return (
    <>
      <p className="history-head">
        <span>{t('history.count', { count: changes.length })}</span>
        <button
          type="button"
          className="btn box push"
          disabled={next === undefined}
          onClick={() => next !== undefined && seek(next.step)}
        >
          {t('history.next')}
        </button>
      </p>
      <ol className="history">
        {changes.slice(0, limit).map((change) => (
          <Row key={change.step} change={change} isCurrent={change === current} isAhead={change.step > step} />
        ))}
      </ol>
      {changes.length > limit && (
        <button type="button" className="btn box" onClick={() => setLimit(limit + SHOWN)}>
          {t('history.more', { count: changes.length - limit })}
        </button>
      )}
    </>
  );
}

interface RowProps {
  readonly change: Change;
  readonly isCurrent: boolean;
  readonly isAhead: boolean;
}

function Row({ change: { step, at, process, verb, fields }, isCurrent, isAhead }: RowProps): ReactNode {
  const { t } = useTranslation();
  const more = fields.length - FIELDS;
  return (
    <li aria-current={isCurrent ? 'step' : undefined} className={isAhead ? 'is-ahead' : undefined}>
      <p className="when">
        <button type="button" className="link" onClick={() => seek(step)}>
          {t('common.step', { step })}
        </button>
        <span className="num">{clockText(at)}</span>
        <span className="cut push" title={process}>
          {process === 'user' ? t('history.user') : componentName(process)}
        </span>
      </p>
      {verb !== 'update' && <p className="verb">{t(VERB_KEYS[verb])}</p>}
      {isAhead && <span className="only-spoken">{t('history.ahead')}</span>}
      {fields.slice(0, FIELDS).map((change) => (
        <FieldLine key={change.field} change={change} />
      ))}
      {more > 0 && <p className="faint">{t('history.moreFields', { count: more })}</p>}
    </li>
  );
}

function FieldLine({ change: { field, before, after } }: { readonly change: FieldChange }): ReactNode {
  const { t } = useTranslation();
  return (
    <p className="change">
      <code>{field}</code>
      <span className="values">
        <span className="only-spoken">{t('history.before')}</span>
        <s>{before}</s>
        <span className="only-spoken">{t('history.after')}</span>
        <b>{after}</b>
      </span>
    </p>
  );
}
