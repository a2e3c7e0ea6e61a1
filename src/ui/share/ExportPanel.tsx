import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../shell/hooks.ts';
import { player } from '../store/player.ts';
import { isAtRest, run } from '../store/run.ts';
import { countDocuments } from '../store/texts.ts';
import { currentScene } from './current.ts';
import { importFile } from './importFile.ts';
import { MOST_MEGABYTES } from './limits.ts';
import { openScene, orTell } from './open.ts';
import { Sheet } from './Sheet.tsx';
import { type Format, saveAs } from './save.ts';
import { type KeptState, keepState, keptStates, MOST_STATES } from './states.ts';

const SAVED = [
  { format: 'png', name: 'share.savePng', hint: 'share.savePngHint' },
  { format: 'svg', name: 'share.saveSvg', hint: 'share.saveSvgHint' },
  { format: 'json', name: 'share.saveJson', hint: 'share.saveJsonHint' },
  { format: 'report', name: 'share.saveReport', hint: 'share.saveReportHint' },
] as const satisfies readonly { readonly format: Format; readonly name: string; readonly hint: string }[];

type Said = { readonly file: string } | { readonly message: string };

/** Files of what the page shows, and the way back from them. */
export function ExportPanel({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const [said, setSaid] = useState<Said>();
  const save = async (format: Format): Promise<void> => {
    try {
      setSaid({ file: await saveAs(format) });
    } catch (error) {
      setSaid({ message: error instanceof Error ? error.message : String(error) });
    }
  };
  return (
    <Sheet title={t('share.exportTitle')} onClose={onClose}>
      <p>{t('share.exportHint', { step: player.getState().step })}</p>
      <ul className="choices">
        {SAVED.map(({ format, name, hint }) => (
          <li key={format}>
            <button type="button" className="btn box" onClick={() => void save(format)}>
              {t(name)}
            </button>
            <span className="faint">{t(hint)}</span>
          </li>
        ))}
      </ul>
      <p className="said" role="status">
        {said !== undefined &&
          ('file' in said ? t('share.saved', { file: said.file }) : t('share.saveFailed', { message: said.message }))}
      </p>
      <Import onClose={onClose} />
      <States onClose={onClose} />
    </Sheet>
  );
}

function Import({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const chooser = useRef<HTMLInputElement>(null);
  const open = (file: File | undefined): void => {
    if (file === undefined) return;
    onClose();
    void importFile(session, file);
  };
  return (
    <>
      <h3>{t('share.importTitle')}</h3>
      <p>{t('share.importHint', { limit: MOST_MEGABYTES })}</p>
      <input
        ref={chooser}
        type="file"
        hidden
        aria-label={t('share.chooseFile')}
        accept=".png,.svg,.json,.yaml,.yml,.txt"
        onChange={(event) => open(event.target.files?.[0])}
      />
      <button type="button" className="btn box" onClick={() => chooser.current?.click()}>
        {t('share.chooseFile')}
      </button>
    </>
  );
}

/** The kept states with the present one: a page that was loaded anew may have ended before it was kept. */
async function withPresent(): Promise<readonly KeptState[]> {
  if (isAtRest(run.getState().phase)) await keepState(currentScene());
  return keptStates();
}

function States({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t, i18n } = useTranslation();
  const session = useSession();
  const [states, setStates] = useState<readonly KeptState[]>([]);
  useEffect(() => void withPresent().then(setStates), []);
  const open = ({ scene }: KeptState): void => {
    onClose();
    void orTell(() => openScene(session, scene, { key: 'share.stateOpened' }));
  };
  const when = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'medium' });
  return (
    <>
      <h3>{t('share.statesTitle')}</h3>
      <p>{t(states.length === 0 ? 'share.noStates' : 'share.statesHint', { count: MOST_STATES })}</p>
      <ul className="choices states">
        {states.map((state) => (
          <li key={state.at}>
            <span>
              {[
                t('share.stateLine', { when: when.format(new Date(state.at)), step: state.scene.step }),
                t('editor.documents', { count: countDocuments(state.scene.manifests) }),
                t('share.stateOperations', { count: state.scene.source.operations.length }),
              ].join(t('common.listSeparator'))}
            </span>
            <button type="button" className="btn" onClick={() => open(state)}>
              {t('share.openState')}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
