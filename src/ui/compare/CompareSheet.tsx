import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { sceneInFile } from '../share/importFile.ts';
import { orTell } from '../share/open.ts';
import { Sheet } from '../share/Sheet.tsx';
import type { SharedScene } from '../share/scene.ts';
import { type KeptState, otherStates } from '../share/states.ts';
import { summaryOf } from '../share/summary.ts';
import { useSession } from '../shell/hooks.ts';
import { run } from '../store/run.ts';
import type { RunName } from './compared.ts';
import { compareWith, sceneOfOrigin } from './start.ts';

/** Which run is to go beside the one that is shown. */
export function CompareSheet({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t, i18n } = useTranslation();
  const session = useSession();
  const origin = useStore(run, (state) => state.origin);
  const [states, setStates] = useState<readonly KeptState[]>([]);
  const chooser = useRef<HTMLInputElement>(null);
  useEffect(() => void otherStates(run.getState().source).then(setStates), []);
  const when = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'medium' });
  const choose = (scene: SharedScene, name: RunName): void => {
    onClose();
    void compareWith(session, scene, name);
  };
  const open = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    await orTell(async () => choose(await sceneInFile(file), { key: 'compare.ofFile', values: { file: file.name } }));
  };
  return (
    <Sheet title={t('compare.choose')} onClose={onClose}>
      <p>{t('compare.chooseHint')}</p>
      {origin !== null && (
        <button
          type="button"
          className="btn box"
          onClick={() => choose(sceneOfOrigin(origin), { key: 'compare.ofFork', values: { step: origin.step } })}
        >
          {t('compare.chooseFork', { step: origin.step })}
        </button>
      )}
      <h3>{t('compare.chooseStates')}</h3>
      {states.length === 0 && <p>{t('compare.noStates')}</p>}
      <ul className="choices states">
        {states.map(({ at, scene }) => {
          const time = when.format(new Date(at));
          const what = summaryOf(scene) || t('compare.earlierEmpty');
          return (
            <li key={at}>
              <span>
                {time}
                <br />
                <span className="faint">{what}</span>
              </span>
              <button
                type="button"
                className="btn"
                onClick={() => choose(scene, { key: 'compare.ofState', values: { when: time } })}
              >
                {t('compare.compare')}
                <span className="only-spoken">{`${time}, ${what}`}</span>
              </button>
            </li>
          );
        })}
      </ul>
      <h3>{t('compare.fileTitle')}</h3>
      <p>{t('compare.fileHint')}</p>
      <input
        ref={chooser}
        type="file"
        hidden
        aria-label={t('share.chooseFile')}
        accept=".png,.svg,.json"
        onChange={(event) => void open(event.target.files?.[0])}
      />
      <button type="button" className="btn box" onClick={() => chooser.current?.click()}>
        {t('share.chooseFile')}
      </button>
    </Sheet>
  );
}
