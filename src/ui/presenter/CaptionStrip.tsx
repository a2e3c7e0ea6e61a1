import './presenter.css';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useTranslate } from '../graph/useTranslate.ts';
import { clockText } from '../model/axis.ts';
import { captionOf } from '../model/caption.ts';
import { componentName } from '../model/names.ts';
import { currentStructure } from '../store/moment.ts';
import { pause, player } from '../store/player.ts';
import { run } from '../store/run.ts';
import { view } from '../store/view.ts';
import { explainGroup, presentedGroup, presenter } from './presenter.ts';
import { captionSteps, stepsOfGroup } from './strip.ts';

/** The subtitle: the clock, what happened last to the group that is shown, and what happens to it next. */
export function CaptionStrip(): ReactNode {
  const { t } = useTranslation();
  const { replica } = run.getState();
  const version = useStore(run, (state) => state.version);
  const step = useStore(player, (state) => state.step);
  const group = useStore(presenter, (state) => state.group);
  const pauses = useStore(presenter, (state) => state.pausesAtCaptions);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the replica changes in place and tells so by its version
  const steps = useMemo(
    () => stepsOfGroup(replica, currentStructure(), presentedGroup(group)),
    [replica, version, group],
  );
  const { now, next } = captionSteps(steps, step);
  // A page that opens before an audience has nobody selected.
  useEffect(() => {
    if (steps.length > 0 && view.getState().selected === null) explainGroup(presentedGroup(presenter.getState().group));
  }, [steps]);
  const sentence = useSentence();
  usePauses(now, pauses);
  return (
    <section className="caption-strip" aria-label={t('presenter.caption')}>
      <span className="strip-clock">{clockText(replica.timeAt(step))}</span>
      <div className="strip-text">
        <p className="strip-now">{now === 0 ? t('presenter.nothingYet') : sentence(now)}</p>
        <p className="strip-next">
          {next === undefined ? t('presenter.nothingNext') : t('presenter.next', { what: sentence(next) })}
        </p>
      </div>
      <label className="strip-pause">
        <input
          type="checkbox"
          checked={pauses}
          onChange={(event) => presenter.setState({ pausesAtCaptions: event.target.checked })}
        />
        {t('presenter.pauseAtCaptions')}
      </label>
      <Laser />
    </section>
  );
}

/** What a step did and who did it, as one sentence. */
function useSentence(): (step: number) => string {
  const { t } = useTranslation();
  const translate = useTranslate();
  return (step) => {
    const { process, message } = captionOf(run.getState().replica, step);
    const what = translate(message.key, message.values);
    return process === '' ? what : t('presenter.does', { who: componentName(process), what });
  };
}

/** Stops where the caption changes, while it plays. */
function usePauses(caption: number, pauses: boolean): void {
  const last = useRef(caption);
  useEffect(() => {
    if (last.current === caption) return;
    last.current = caption;
    if (pauses && player.getState().playing) pause();
  }, [caption, pauses]);
}

/** A dot that follows the pointer while the key k is held. */
function Laser(): ReactNode {
  const [place, setPlace] = useState<{ readonly x: number; readonly y: number }>();
  const dot = useRef<HTMLElement>(null);
  const isOn = place !== undefined;
  useEffect(() => {
    let pointer = { x: window.innerWidth / 2, y: window.innerHeight / 2 };
    const onMove = ({ clientX, clientY }: PointerEvent): void => {
      pointer = { x: clientX, y: clientY };
      if (dot.current !== null) dot.current.style.translate = `${clientX}px ${clientY}px`;
    };
    const onDown = ({ key, ctrlKey, metaKey, altKey, repeat, target }: KeyboardEvent): void => {
      const isTyping = target instanceof Element && target.closest('input, textarea, select') !== null;
      if (key === 'k' && !ctrlKey && !metaKey && !altKey && !repeat && !isTyping) setPlace(pointer);
    };
    const onUp = ({ key }: KeyboardEvent): void => {
      if (key === 'k') setPlace(undefined);
    };
    window.addEventListener('pointermove', onMove);
    window.addEventListener('keydown', onDown);
    window.addEventListener('keyup', onUp);
    return () => {
      window.removeEventListener('pointermove', onMove);
      window.removeEventListener('keydown', onDown);
      window.removeEventListener('keyup', onUp);
    };
  }, []);
  if (!isOn) return null;
  return <i ref={dot} className="laser" aria-hidden="true" style={{ translate: `${place.x}px ${place.y}px` }} />;
}
