import './panes.css';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Trial } from '../../worker/protocol.ts';
import { text } from '../model/ids.ts';
import type { Moment } from '../model/moment.ts';
import { sentenceName } from '../model/names.ts';
import type { Element } from '../model/structure.ts';
import { useSession } from '../shell/hooks.ts';
import { play, player } from '../store/player.ts';
import { isAtRest, recording, run } from '../store/run.ts';
import { commandOf } from './commands.ts';
import { type Remedy, remediesFor, withVolume, worthSaying } from './remedies.ts';

/** The playhead has rested this long before anything is tried. */
const REST_MS = 250;

interface Found {
  readonly remedy: Remedy;
  readonly command: string;
  readonly volume: string;
}

/** What was tried at a place, and which of it binds the claim. */
interface Tried {
  readonly place: string;
  readonly count: number;
  readonly found: readonly Found[];
}

/** Changes that bind a waiting claim: each was run in a fork, beside the run that is shown. */
export function WouldBind({ moment, element }: { readonly moment: Moment; readonly element: Element }): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const number = useStore(run, (state) => state.run);
  const isResting = useStore(run, (state) => isAtRest(state.phase));
  const playing = useStore(player, (state) => state.playing);
  const [tried, setTried] = useState<Tried>();
  const place = `${number} ${moment.step} ${element.id}`;
  const candidates = useMemo(
    () => remediesFor(moment, element.id).map((remedy) => ({ remedy, command: commandOf(remedy.change) })),
    [moment, element],
  );
  useEffect(() => {
    if (!isResting || playing) return;
    let isWanted = true;
    const tryThem = async (): Promise<void> => {
      const trials = await session.whatIf(
        moment.step,
        candidates.map(({ command }) => [{ type: 'run', command }]),
        { id: element.id, phase: 'Bound' },
      );
      if (!isWanted || trials === undefined) return;
      setTried({ place, count: trials.length, found: binding(candidates, trials) });
    };
    const timer = window.setTimeout(() => void tryThem(), REST_MS);
    return () => {
      isWanted = false;
      window.clearTimeout(timer);
    };
  }, [session, isResting, playing, moment.step, element.id, candidates, place]);
  const { found, count } = tried?.place === place ? tried : { found: undefined, count: candidates.length };
  return (
    <>
      <h3>
        {t('history.wouldBind')} <span className="faint">{t('history.wouldBindHint')}</span>
      </h3>
      <div aria-live="polite">
        {found === undefined && <p className="also">{t('history.trying', { count })}</p>}
        {found?.length === 0 && <p className="also">{t('history.noneBinds', { count })}</p>}
        {found !== undefined && found.length > 0 && (
          <ul className="would-bind">
            {found.map((entry) => (
              <Line key={entry.command} found={entry} />
            ))}
          </ul>
        )}
      </div>
    </>
  );
}

function binding(
  candidates: readonly { readonly remedy: Remedy; readonly command: string }[],
  trials: readonly Trial[],
): readonly Found[] {
  const found = candidates.flatMap((candidate, index) => {
    const trial = trials[index];
    if (trial?.isReached !== true) return [];
    const volume = text(trial.object, 'spec', 'volumeName');
    return [{ ...candidate, remedy: withVolume(candidate.remedy, volume), volume }];
  });
  return worthSaying(found);
}

function Line({ found: { remedy, command, volume } }: { readonly found: Found }): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const sentence = t(remedy.key, { ...remedy.values });
  const tryIt = async (): Promise<void> => {
    const { source } = run.getState();
    const { step: from } = player.getState();
    await session.operate({ type: 'run', command });
    // Where nothing was dropped this is no fork, but the run without the change is the one to compare with.
    run.setState({ origin: { source, step: from } });
    play(recording());
  };
  return (
    <li>
      <div className="name">
        <span>{sentence}</span>
        <button type="button" className="btn box" onClick={() => void tryIt().catch(() => undefined)}>
          {t('history.tryIt')}
          <span className="only-spoken">{sentence}</span>
        </button>
      </div>
      {remedy.values['volume'] !== volume && (
        <p className="also">{t('history.bindsTo', { volume: sentenceName(volume) })}</p>
      )}
      <details className="message">
        <summary>{t('history.command')}</summary>
        <pre>{command}</pre>
      </details>
    </li>
  );
}
