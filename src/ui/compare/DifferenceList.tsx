import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Json, ObjectId } from '../../worker/protocol.ts';
import { Glyph, glyphOfKind } from '../graph/Glyph.tsx';
import { fieldValue } from '../inspector/values.ts';
import { clockText } from '../model/axis.ts';
import { fieldPath } from '../model/fields.ts';
import { parseId, text } from '../model/ids.ts';
import type { Replica } from '../model/replica.ts';
import { run } from '../store/run.ts';
import { select } from '../store/view.ts';
import { CaptionOf, type Comparison } from './CompareArea.tsx';
import {
  type Differences,
  differencesAt,
  type EventDifference,
  type ObjectDifference,
  type StepPair,
} from './compare.ts';
import { placeOfDifference } from './start.ts';
import { moveTogether } from './together.ts';

/** So many objects and Events are listed before the others are only counted. */
const SHOWN = 100;

interface Props {
  readonly here: Replica;
  readonly there: Replica;
  readonly comparison: Comparison;
  readonly pair: StepPair;
}

/** Where two runs part, and what is different in them at their ends or at the playheads. */
export function DifferenceList({ here, there, comparison, pair }: Props): ReactNode {
  const { t } = useTranslation();
  const [place, setPlace] = useState<'end' | 'playhead'>('end');
  const { first, counterparts } = comparison;
  const at = place === 'end' ? { here: here.steps, there: there.steps } : pair;
  const differences = useMemo(
    () => differencesAt(here, there, counterparts, { here: at.here, there: at.there }),
    [here, there, counterparts, at.here, at.there],
  );
  if (first === undefined) {
    return (
      <p className="compare-busy" role="status">
        {t('compare.equal', { count: here.steps })}
      </p>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls by keys
    <section className="differences" aria-label={t('compare.differences')} tabIndex={0}>
      <First here={here} there={there} first={first} comparison={comparison} />
      <fieldset className="modes" aria-label={t('compare.where')}>
        <button type="button" className="btn box" aria-pressed={place === 'end'} onClick={() => setPlace('end')}>
          {t('compare.atEnd')}
        </button>
        <button
          type="button"
          className="btn box"
          aria-pressed={place === 'playhead'}
          onClick={() => setPlace('playhead')}
        >
          {t('compare.atPlayhead')}
        </button>
        <span className="faint">{summaryOf(t, differences)}</span>
      </fieldset>
      <Table differences={differences} there={there} at={at} />
    </section>
  );
}

type Text = ReturnType<typeof useTranslation>['t'];

function summaryOf(t: Text, { changed, onlyHere, onlyThere, events }: Differences): string {
  if (changed.length + onlyHere.length + onlyThere.length + events.length === 0) return t('compare.nothing');
  const counts = [
    { key: 'compare.countChanged', count: changed.length },
    { key: 'compare.countHere', count: onlyHere.length },
    { key: 'compare.countThere', count: onlyThere.length },
    { key: 'compare.countEvents', count: events.length },
  ];
  return counts
    .filter(({ count }) => count > 0)
    .map(({ key, count }) => t(key, { count }))
    .join(t('common.listSeparator'));
}

/** The first step that differs, as each of the runs did it. */
function First({
  here,
  there,
  first,
  comparison,
}: Pick<Props, 'here' | 'there' | 'comparison'> & { readonly first: number }): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <p className="compare-first">
        <b>{t(first === 0 ? 'compare.firstCluster' : 'compare.first', { step: first })}</b>
        <button
          type="button"
          className="btn box"
          onClick={() => moveTogether(placeOfDifference(comparison.pairs, first))}
        >
          {t('compare.goToFirst')}
        </button>
      </p>
      {first > 0 && (
        <div className="compare-steps">
          {[here, there].map((replica) => (
            <div key={replica === here ? 'here' : 'there'}>
              <p className="faint">
                {t(replica === here ? 'compare.here' : 'compare.there')}
                {first <= replica.steps && (
                  <>
                    {t('common.listSeparator')}
                    <span className="num">{clockText(replica.timeAt(first))}</span>
                  </>
                )}
              </p>
              {first <= replica.steps ? (
                <CaptionOf replica={replica} step={first} />
              ) : (
                <p>{t('compare.isOver', { step: replica.steps })}</p>
              )}
            </div>
          ))}
        </div>
      )}
    </>
  );
}

interface TableProps {
  readonly differences: Differences;
  readonly there: Replica;
  readonly at: StepPair;
}

function Table({ differences: { changed, onlyHere, onlyThere, events }, there, at }: TableProps): ReactNode {
  const { t } = useTranslation();
  if (changed.length + onlyHere.length + onlyThere.length + events.length === 0) return null;
  const { replica } = run.getState();
  return (
    <table className="compare-table">
      <thead>
        <tr>
          <th scope="col">{t('compare.object')}</th>
          <th scope="col">{t('compare.here')}</th>
          <th scope="col">{t('compare.there')}</th>
        </tr>
      </thead>
      {changed.slice(0, SHOWN).map((difference) => (
        <Changed key={difference.id} difference={difference} />
      ))}
      <tbody>
        {onlyHere.slice(0, SHOWN).map((id) => (
          <tr key={id} className="of-object">
            <th scope="row">
              <ObjectName id={id} isHere />
            </th>
            <td>{wordOf(replica, id, at.here) || t('compare.isThere')}</td>
            <td className="faint">{t('compare.isNotThere')}</td>
          </tr>
        ))}
        {onlyThere.slice(0, SHOWN).map((id) => (
          <tr key={id} className="of-object">
            <th scope="row">
              <ObjectName id={id} isHere={false} />
            </th>
            <td className="faint">{t('compare.isNotThere')}</td>
            <td>{wordOf(there, id, at.there) || t('compare.isThere')}</td>
          </tr>
        ))}
      </tbody>
      {events.length > 0 && (
        <tbody>
          {events.slice(0, SHOWN).map((event) => (
            <EventRow key={`${event.about} ${event.reason} ${event.message}`} event={event} />
          ))}
        </tbody>
      )}
    </table>
  );
}

function wordOf(replica: Replica, id: ObjectId, step: number): string {
  return text(replica.objectAt(id, step), 'status', 'phase');
}

function Changed({ difference: { id, fields } }: { readonly difference: ObjectDifference }): ReactNode {
  const { t } = useTranslation();
  return (
    <tbody>
      <tr className="of-object">
        <th scope="rowgroup" colSpan={3}>
          <ObjectName id={id} isHere />
        </th>
      </tr>
      {fields.map(({ path, here, there }) => (
        <tr key={path.join('\n')}>
          <th scope="row">
            <code>{fieldPath(path)}</code>
          </th>
          <Value value={here} none={t('compare.noValue')} />
          <Value value={there} none={t('compare.noValue')} />
        </tr>
      ))}
    </tbody>
  );
}

function Value({ value, none }: { readonly value: Json | undefined; readonly none: string }): ReactNode {
  if (value === undefined) return <td className="faint">{none}</td>;
  return (
    <td>
      <code>{fieldValue(value)}</code>
    </td>
  );
}

function EventRow({ event }: { readonly event: EventDifference }): ReactNode {
  const { t } = useTranslation();
  const { about, type, reason, message, here, there } = event;
  return (
    <tr className="of-object">
      <th scope="row">
        <span className={type === 'Warning' ? 'st is-waiting' : undefined}>{reason}</span>{' '}
        <span className="faint">{t('compare.eventOn', { kind: parseId(about).kind, name: parseId(about).name })}</span>
        <p className="message">{message}</p>
      </th>
      <Count count={here} />
      <Count count={there} />
    </tr>
  );
}

function Count({ count }: { readonly count: number }): ReactNode {
  const { t } = useTranslation();
  return count === 0 ? <td className="faint">{t('compare.isNotThere')}</td> : <td>{t('compare.times', { count })}</td>;
}

/** What this run has can be selected. */
function ObjectName({ id, isHere }: { readonly id: ObjectId; readonly isHere: boolean }): ReactNode {
  const { kind, namespace, name } = parseId(id);
  const glyph = glyphOfKind(kind);
  const place = namespace === '' || namespace === 'default' ? kind : `${kind} ${namespace}`;
  return (
    <span className="of-name">
      {glyph !== undefined && <Glyph name={glyph} />}
      {isHere ? (
        <button type="button" className="link" onClick={() => select(id)}>
          {name}
        </button>
      ) : (
        <b>{name}</b>
      )}
      <span className="faint">{place}</span>
    </span>
  );
}
