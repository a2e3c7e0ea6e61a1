import './breakpoints.css';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import {
  type Breakpoint,
  type Condition,
  conditionMessage,
  conditionsAt,
  hitsOf,
  keyOf,
} from '../model/breakpoints.ts';
import type { Replica } from '../model/replica.ts';
import { Sheet } from '../share/Sheet.tsx';
import {
  addBreakpoint,
  breakpoints,
  changeBreakpoint,
  hasBreakpoint,
  removeBreakpoint,
  setBreakpoints,
  switchBreakpoint,
  toggleBreakpoint,
} from '../store/breakpoints.ts';
import { seek } from '../store/player.ts';
import { run } from '../store/run.ts';
import { view } from '../store/view.ts';
import { ConditionForm } from './ConditionForm.tsx';
import { EMPTY_FORM, formOf } from './form.ts';
import { breakpointMenu, closeBreakpoints } from './menu.ts';

/** What playing stops at: the list, what a step offers, and a form for everything else. */
export function BreakpointsPanel(): ReactNode {
  const { t } = useTranslation();
  const step = useStore(breakpointMenu, (state) => state.step);
  const version = useStore(run, (state) => state.version);
  const { replica } = run.getState();
  const list = useStore(breakpoints, (state) => state.list);
  const [edited, setEdited] = useState<Condition>();
  const panel = useRef<HTMLDivElement>(null);
  // What had the focus is going to leave.
  const keepFocus = (): void => panel.current?.focus();
  return (
    <Sheet title={t('timeline.breakpoints')} onClose={closeBreakpoints}>
      <div className="breakpoints" ref={panel} tabIndex={-1}>
        <p>{list.length === 0 ? t('timeline.breakNone') : t('timeline.breakHint')}</p>
        <section aria-labelledby="breakpoints-list" hidden={list.length === 0}>
          <div className="head-row">
            <h3 id="breakpoints-list">{t('timeline.breakList')}</h3>
            {list.length > 1 && (
              <button
                type="button"
                className="link push"
                onClick={() => {
                  keepFocus();
                  setBreakpoints([]);
                }}
              >
                {t('timeline.breakRemoveAll')}
              </button>
            )}
          </div>
          <ul>
            {list.map((breakpoint) => (
              <Row
                key={keyOf(breakpoint.condition)}
                breakpoint={breakpoint}
                replica={replica}
                version={version}
                onEdit={() => setEdited(breakpoint.condition)}
                onRemove={() => {
                  keepFocus();
                  removeBreakpoint(breakpoint.condition);
                }}
              />
            ))}
          </ul>
        </section>
        {edited === undefined ? (
          <>
            <Here replica={replica} step={step} list={list} />
            <section>
              <h3>{t('timeline.breakOther')}</h3>
              <ConditionForm replica={replica} version={version} initial={EMPTY_FORM} onDone={addBreakpoint} />
            </section>
          </>
        ) : (
          <section>
            <h3>{t('timeline.breakChange')}</h3>
            <ConditionForm
              key={keyOf(edited)}
              replica={replica}
              version={version}
              initial={formOf(edited)}
              onCancel={() => {
                keepFocus();
                setEdited(undefined);
              }}
              onDone={(condition) => {
                keepFocus();
                changeBreakpoint(edited, condition);
                setEdited(undefined);
              }}
            />
          </section>
        )}
      </div>
    </Sheet>
  );
}

interface RowProps {
  readonly breakpoint: Breakpoint;
  readonly replica: Replica;
  readonly version: number;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

function Row({ breakpoint: { condition, isOn }, replica, version, onEdit, onRemove }: RowProps): ReactNode {
  const { t } = useTranslation();
  const { key, values } = conditionMessage(condition);
  const what = t(key, { ...values });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the replica changes in place and tells so by its version
  const hits = useMemo(() => hitsOf(replica, condition), [replica, version, condition]);
  const first = hits[0];
  const named = <span className="only-spoken">{t('timeline.breakOf', { what })}</span>;
  return (
    <li>
      <label>
        <input type="checkbox" checked={isOn} onChange={(event) => switchBreakpoint(condition, event.target.checked)} />
        <span>{what}</span>
      </label>
      {first === undefined ? (
        <span className="faint">{t('timeline.breakNoHits')}</span>
      ) : (
        <span className="faint">
          {t('timeline.breakHits', { count: hits.length })}
          {t('common.listSeparator')}
          <button type="button" className="link" onClick={() => seek(first)}>
            {t('timeline.breakFirst', { step: first })}
          </button>
        </span>
      )}
      <button type="button" className="btn box" onClick={onEdit}>
        {t('timeline.breakEdit')} {named}
      </button>
      <button type="button" className="btn box" onClick={onRemove}>
        {t('timeline.breakRemove')} {named}
      </button>
    </li>
  );
}

interface HereProps {
  readonly replica: Replica;
  readonly step: number;
  readonly list: readonly Breakpoint[];
}

/** What happens at a step, each to be stopped at wherever it happens. */
function Here({ replica, step, list }: HereProps): ReactNode {
  const { t } = useTranslation();
  const selected = useStore(view, (state) => state.selected);
  const offered = useMemo(() => conditionsAt(replica, step, selected), [replica, step, selected]);
  return (
    <section aria-labelledby="breakpoints-here">
      <h3 id="breakpoints-here">{t('timeline.breakHere', { step })}</h3>
      {offered.length === 0 && <p className="faint">{t('timeline.breakNothingHere')}</p>}
      <ul>
        {offered.map((condition, index) => {
          const { key, values } = conditionMessage(condition);
          return (
            <li key={keyOf(condition)}>
              <label>
                <input
                  type="checkbox"
                  data-autofocus={index === 0}
                  checked={hasBreakpoint(list, condition)}
                  onChange={() => toggleBreakpoint(condition)}
                />
                <span>{t(key, { ...values })}</span>
              </label>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
