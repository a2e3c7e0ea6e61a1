import { lazy, type ReactNode, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Glyph } from '../graph/Glyph.tsx';
import { useTranslate } from '../graph/useTranslate.ts';
import { normalId, parseId } from '../model/ids.ts';
import { say } from '../model/message.ts';
import type { Moment } from '../model/moment.ts';
import { SEGMENTS, type VolumePath } from '../model/path.ts';
import type { Element } from '../model/structure.ts';
import { select } from '../store/view.ts';
import { EventText } from './EventList.tsx';
import { evidenceOf } from './evidence/index.ts';
import { volumeTries } from './evidence/pod.ts';
import type { Fact } from './evidence/section.ts';
import { StepLink } from './StepLink.tsx';
import { comparedValues } from './values.ts';
import { isWaiting } from './waiting.ts';
import { type CandidateGroup, type Sentence, type Why, whyOf } from './why.ts';

/** Brings what thinks of changes and writes them down. */
const WouldBind = lazy(async () => ({ default: (await import('./WouldBind.tsx')).WouldBind }));

/** Rules for which the page has a word between both values; the others get "against". */
const RELATIONS = new Set([
  'capacity',
  'accessModes',
  'claimRef',
  'storageClassName',
  'volumeMode',
  'selector',
  'nodeAffinity',
  'phase',
  'smallest',
  'fewestAccessModes',
  'volumeAttributesClassName',
  'volumesAttached',
  'reportedInUse',
]);

/** A candidate that fits but has fewer points is not refused. */
const DRESS = {
  taken: { family: 'is-ok', glyph: 's-ok', word: 'why.taken' },
  outscored: { family: 'is-idle', glyph: 's-idle', word: 'why.outscored' },
  refused: { family: 'is-waiting', glyph: 's-no', word: 'why.refused' },
} as const;

/** Facts under one heading that are listed before they are only counted. */
const MOST_FACTS = 40;

/** Names of other candidates that are listed before they are only counted. */
const LISTED = 4;

/** Why the object is as it is: verdict, context, who decided, evidence, and the latest Event. */
export function WhyPane({ moment, element }: { readonly moment: Moment; readonly element: Element }): ReactNode {
  const { t } = useTranslation();
  const why = useMemo(() => whyOf(moment, element), [moment, element]);
  const tell = ({ key, values }: Sentence): string => t(key, { ...values });
  const sections = useMemo(() => evidenceOf(moment, element), [moment, element]);
  const event = moment.replica.eventsOn(element.id, moment.step)[0];
  const { proof } = why;
  return (
    <>
      <p className="verdict">{tell(why.verdict)}</p>
      {why.context !== undefined && <p className="context">{tell(why.context)}</p>}
      {proof !== undefined && (
        <p className="proof">
          <span className="cut">{proof.decision.by}</span>
          <span className="push">
            <StepLink step={proof.step} isLong />
          </span>
        </p>
      )}
      <Asks why={why} kind={element.kind} />
      <Paths moment={moment} pod={element} paths={why.paths} />
      <Candidates why={why} />
      {sections.map(({ title, facts }) => (
        <Facts key={title} title={title} facts={facts} />
      ))}
      {element.kind === 'PersistentVolumeClaim' && isWaiting(moment, element.id) && (
        <Suspense fallback={null}>
          <WouldBind moment={moment} element={element} />
        </Suspense>
      )}
      {event !== undefined && (
        <>
          <h3>{t('why.latestEvent')}</h3>
          <EventText moment={moment} event={event} />
        </>
      )}
    </>
  );
}

function Asks({ why, kind }: { readonly why: Why; readonly kind: string }): ReactNode {
  const { t } = useTranslation();
  if (why.asks.length === 0) return null;
  return (
    <>
      <h3>{t(kind === 'PersistentVolumeClaim' ? 'why.asks' : 'why.offers')}</h3>
      <dl className="asks">
        {why.asks.map(({ field, value }) => (
          <div key={field}>
            <dt>{field}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Candidates({ why }: { readonly why: Why }): ReactNode {
  const { t } = useTranslation();
  if (why.candidates.length === 0) return null;
  return (
    <>
      <h3>
        {t(why.candidatesTitle)} <span className="faint">{t(`${why.candidatesTitle}Hint`)}</span>
      </h3>
      <ol className="cands">
        {why.candidates.map((group) => (
          <Candidate key={`${group.first.candidate} ${group.first.rule ?? ''}`} group={group} />
        ))}
      </ol>
      {why.omitted > 0 && <p className="also">{t('why.omitted', { count: why.omitted })}</p>}
    </>
  );
}

function Candidate({ group: { first, others } }: { readonly group: CandidateGroup }): ReactNode {
  const { t } = useTranslation();
  const { candidate, ok, rule, have, want, message } = first;
  const { name } = parseId(normalId(candidate));
  const values = comparedValues(have, want);
  const dress = ok ? DRESS.taken : rule === 'score' ? DRESS.outscored : DRESS.refused;
  const relation = rule !== undefined && RELATIONS.has(rule) ? t(`why.is.${rule}`) : t('why.is.other');
  return (
    <li>
      <div className="name">
        <span className={`st ${dress.family}`}>
          <Glyph name={dress.glyph} size="s" />
        </span>
        <b className="cut" title={name}>
          {name === '' ? candidate : name}
        </b>
        <span className="only-spoken">{t(dress.word)}</span>
        {rule !== undefined && <span className="rule-name">{rule}</span>}
      </div>
      {have !== undefined && want !== undefined && !ok && (
        <div className="versus">
          <span>{values.have}</span>
          <b>{relation}</b>
          <span>{values.want}</span>
        </div>
      )}
      {have !== undefined && (want === undefined || ok) && <p className="also">{values.have}</p>}
      {message !== undefined && message !== '' && <p className="also">{message}</p>}
      {others.length > 0 && (
        <p className="also">
          {t('why.alsoLose', {
            count: others.length,
            names: others.slice(0, LISTED).join(t('common.listSeparator')) + (others.length > LISTED ? ' …' : ''),
          })}
        </p>
      )}
    </li>
  );
}

const SEGMENT_CLASS = { done: 'd', now: 'w', todo: '', none: 'n', failed: 'x' } as const;
const SEGMENT_KEYS = { bind: 'why.bind', attach: 'why.attach', stage: 'why.stage', mount: 'why.mount' } as const;
const STATE_KEYS = {
  done: 'why.done',
  now: 'why.now',
  todo: 'why.todo',
  none: 'why.notNeeded',
  failed: 'why.failed',
} as const;

/** What is known under one heading. */
function Facts({ title, facts }: { readonly title: string; readonly facts: readonly Fact[] }): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <h3>{t(title)}</h3>
      <FactList facts={facts.slice(0, MOST_FACTS)} />
      {facts.length > MOST_FACTS && <p className="also">{t('why.moreFacts', { count: facts.length - MOST_FACTS })}</p>}
    </>
  );
}

function FactList({ facts }: { readonly facts: readonly Fact[] }): ReactNode {
  const { t } = useTranslation();
  const tell = (words: Fact['value']): string =>
    typeof words === 'string' ? words : t(words.key, { ...words.values });
  return (
    <dl className="facts">
      {facts.map((fact, index) => {
        // Two facts may have one name: only their places tell them apart.
        const key = String(index);
        const name = tell(fact.name);
        const { id, step, family } = fact;
        return (
          <div key={key}>
            <dt>
              {id === undefined ? (
                name
              ) : (
                <button type="button" className="link" onClick={() => select(id)}>
                  {name}
                </button>
              )}
            </dt>
            <dd>
              <span className={family === undefined ? undefined : `st is-${family}`}>
                {family !== undefined && <Glyph name={`s-${family === 'gone' ? 'unborn' : family}`} size="s" />}
                {tell(fact.value)}
              </span>
              {step !== undefined && step > 0 && <StepLink step={step} />}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

interface PathsProps {
  readonly moment: Moment;
  readonly pod: Element;
  readonly paths: readonly VolumePath[];
}

function Paths({ moment, pod, paths }: PathsProps): ReactNode {
  const { t } = useTranslation();
  if (paths.length === 0) return null;
  return (
    <>
      <h3>
        {t('why.volumes')} <span className="faint">{t('why.volumesHint')}</span>
      </h3>
      <ul className="ways">
        {paths.map((path) => (
          <PathLine key={path.volume.name} path={path} facts={volumeTries(moment, pod, path)} />
        ))}
      </ul>
    </>
  );
}

interface PathLineProps {
  readonly path: VolumePath;
  readonly facts: readonly Fact[];
}

/** One volume's way, and each call on it. */
function PathLine({ path: { volume, segments, word }, facts }: PathLineProps): ReactNode {
  const { t } = useTranslation();
  const translate = useTranslate();
  return (
    <li>
      <div className="name">
        <b className="cut">{volume.name}</b>
        {volume.claim === undefined ? (
          <span className="faint">{volume.source}</span>
        ) : (
          <button type="button" className="link cut" onClick={() => select(volume.target)}>
            {parseId(volume.claim).name}
          </button>
        )}
        <span className="path" aria-hidden="true">
          {SEGMENTS.map((segment) => (
            <i key={segment} className={SEGMENT_CLASS[segments[segment]]} />
          ))}
        </span>
        <span className="faint">{say(translate, word)}</span>
      </div>
      <p className="only-spoken">
        {SEGMENTS.map((segment) => `${t(SEGMENT_KEYS[segment])}: ${t(STATE_KEYS[segments[segment]])}`).join(
          t('common.listSeparator'),
        )}
      </p>
      {facts.length > 0 && <FactList facts={facts} />}
    </li>
  );
}
