import { lazy, memo, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { openFaults } from '../faults/faultMenu.ts';
import { Glyph, glyphOfKind } from '../graph/Glyph.tsx';
import { useTranslate } from '../graph/useTranslate.ts';
import { stateOf } from '../model/family.ts';
import { controllerOf } from '../model/ids.ts';
import { say } from '../model/message.ts';
import type { Moment } from '../model/moment.ts';
import type { Element } from '../model/structure.ts';
import { FoldButton } from '../shell/FoldButton.tsx';
import { Tabs } from '../shell/Tabs.tsx';
import { useMoment } from '../store/moment.ts';
import { INSPECTOR_TABS, select, showTab, view } from '../store/view.ts';
import { AttentionPane } from './AttentionPane.tsx';
import { EventList } from './EventList.tsx';

/** What explains is fetched as soon as the page is there, and waited for only by who is quicker. */
const loadWhy = async () => ({ default: (await import('./WhyPane.tsx')).WhyPane });
const WhyPane = lazy(loadWhy);

/** Brings the YAML writer, which the first view does not need. */
const DiffPane = lazy(async () => ({ default: (await import('./DiffPane.tsx')).DiffPane }));

const HistoryPane = lazy(async () => ({ default: (await import('./HistoryPane.tsx')).HistoryPane }));
const CallsPane = lazy(async () => ({ default: (await import('./CallsPane.tsx')).CallsPane }));

/** Brings the menu, which is not needed before it is opened. */
const ObjectMenu = lazy(async () => ({ default: (await import('./ObjectMenu.tsx')).ObjectMenu }));

const TAB_KEYS = {
  why: 'inspector.why',
  events: 'inspector.events',
  diff: 'inspector.diff',
  history: 'history.history',
  calls: 'history.calls',
} as const;

/** Why the selected object is as it is; with nothing selected, what needs attention. */
export function Inspector({ isFolded }: { readonly isFolded: boolean }): ReactNode {
  const { t } = useTranslation();
  // A part that cannot be had is asked for again, and missed, when it is shown.
  useEffect(() => void loadWhy().catch(() => undefined), []);
  return (
    <section
      id="inspector"
      className={isFolded ? 'inspector rail-only' : 'inspector'}
      aria-label={t('inspector.region')}
      tabIndex={-1}
    >
      {isFolded ? <FoldButton panel="inspector" isFolded /> : <Content />}
    </section>
  );
}

function Content(): ReactNode {
  const { t } = useTranslation();
  const moment = useMoment();
  const selected = useStore(view, (state) => state.selected);
  const element = selected === null ? undefined : moment.structure.elements.get(selected);
  if (element !== undefined) return <Selected moment={moment} element={element} />;
  return (
    <>
      <div className="who">
        <h2>
          {t('inspector.nothingSelected')}
          <span className="push">
            <FoldButton panel="inspector" isFolded={false} />
          </span>
        </h2>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls by keys */}
      <div className="pane" tabIndex={0} role="tabpanel" aria-label={t('inspector.region')}>
        <AttentionPane moment={moment} />
      </div>
    </>
  );
}

const Selected = memo(function Selected({
  moment,
  element,
}: {
  readonly moment: Moment;
  readonly element: Element;
}): ReactNode {
  const { t } = useTranslation();
  const tab = useStore(view, (state) => state.tab);
  const events = moment.replica.eventsOn(element.id, moment.step);
  return (
    <>
      <Header moment={moment} element={element} />
      <Tabs
        label={t('inspector.tabs')}
        id="inspector"
        tabs={INSPECTOR_TABS.map((name) => ({
          name,
          text: t(TAB_KEYS[name]),
          ...(name === 'events' && { count: events.length }),
        }))}
        selected={tab}
        onSelect={showTab}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls by keys */}
      <div className="pane" role="tabpanel" id="inspector-panel" aria-labelledby={`inspector-tab-${tab}`} tabIndex={0}>
        {tab === 'events' && <EventList moment={moment} events={events} />}
        <Suspense fallback={<p className="faint">{t('inspector.loading')}</p>}>
          {tab === 'why' && <WhyPane moment={moment} element={element} />}
          {tab === 'diff' && <DiffPane moment={moment} element={element} />}
          {tab === 'history' && <HistoryPane moment={moment} element={element} />}
          {tab === 'calls' && <CallsPane moment={moment} element={element} />}
        </Suspense>
      </div>
    </>
  );
});

function Header({ moment, element }: { readonly moment: Moment; readonly element: Element }): ReactNode {
  const { t } = useTranslation();
  const translate = useTranslate();
  const { kind, namespace, name, id } = element;
  const state = stateOf(moment, element);
  const glyph = glyphOfKind(kind);
  const object = moment.at(id);
  const owner = object === undefined ? undefined : controllerOf(object);
  const ownerId = owner === undefined ? undefined : `${owner.kind}/${namespace}/${owner.name}`;
  const word = say(translate, state.word) || state.phase;
  return (
    <div className="who">
      <h2>
        {glyph !== undefined && <Glyph name={glyph} />}
        <span className="cut" title={name}>
          {name}
        </span>
        {word !== '' && (
          <span className={`pill push is-${state.family}`}>
            <Glyph name={`s-${state.glyph}`} size="s" />
            <span className="cut">{word}</span>
          </span>
        )}
      </h2>
      <p>
        <span className="cut">{namespace === '' ? kind : t('inspector.inNamespace', { kind, namespace })}</span>
        {owner !== undefined && ownerId !== undefined && (
          <>
            {t('common.listSeparator')}
            {moment.structure.elements.has(ownerId) ? (
              <button type="button" className="link" onClick={() => select(ownerId)}>
                {t('inspector.ownedBy', { owner: owner.name })}
              </button>
            ) : (
              t('inspector.ownedBy', { owner: owner.name })
            )}
          </>
        )}
        <span className="push">
          {(kind === 'Node' || kind === 'CSIDriver') && (
            <button
              type="button"
              className="btn"
              aria-haspopup="dialog"
              onClick={() => openFaults(kind === 'Node' ? { node: name } : { driver: name })}
            >
              {t('faults.faults')}
            </button>
          )}
          <MoreButton moment={moment} element={element} />
          <FoldButton panel="inspector" isFolded={false} />
        </span>
      </p>
    </div>
  );
}

function MoreButton({ moment, element }: { readonly moment: Moment; readonly element: Element }): ReactNode {
  const { t } = useTranslation();
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const [wasOpened, setWasOpened] = useState(false);
  return (
    <>
      <button
        ref={button}
        type="button"
        className="btn icon"
        aria-label={t('inspector.more')}
        title={t('inspector.more')}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => {
          setWasOpened(true);
          setIsOpen(!isOpen);
        }}
      >
        <Glyph name="c-more" />
      </button>
      {wasOpened && (
        <Suspense fallback={null}>
          <ObjectMenu moment={moment} element={element} button={button} isOpen={isOpen} onOpen={setIsOpen} />
        </Suspense>
      )}
    </>
  );
}
