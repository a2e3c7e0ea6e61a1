import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseId } from '../model/ids.ts';
import { presentedGroup, presenter } from '../presenter/presenter.ts';
import { player } from '../store/player.ts';
import { run } from '../store/run.ts';
import { encodeScene } from './code.ts';
import { currentScene } from './current.ts';
import { LONG_LINK } from './limits.ts';
import { linkTo, type Presented } from './link.ts';
import { Sheet } from './Sheet.tsx';
import { saveAs } from './save.ts';

type Said = 'copied' | 'refused' | { readonly file: string };

/** The link to what the page shows, copied at once; and the file where the link is too long to be sent. */
export function SharePanel({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t, i18n } = useTranslation();
  const scene = useMemo(currentScene, []);
  const link = useMemo(() => linkTo(window.location.href, encodeScene(scene), presentedNow()), [scene]);
  const field = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState<Said>();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link);
      setSaid('copied');
    } catch {
      field.current?.select();
      setSaid('refused');
    }
  };
  const copyRef = useRef(copy);
  useEffect(() => void copyRef.current(), []);
  const name = scene.selected === null ? '' : parseId(scene.selected).name;
  const values = { step: scene.step, steps: run.getState().replica.steps, name };
  return (
    <Sheet title={t('share.shareTitle')} onClose={onClose}>
      <p>{t(name === '' ? 'share.shareHint' : 'share.shareHintSelected', values)}</p>
      <div className="link-row">
        <input
          ref={field}
          readOnly
          value={link}
          aria-label={t('share.link')}
          onFocus={(event) => event.target.select()}
        />
        <button type="button" className="btn main" onClick={() => void copy()}>
          {t('share.copy')}
        </button>
      </div>
      {link.length > LONG_LINK && (
        <div className="warned">
          <p>
            {t('share.linkLong', {
              count: link.length,
              most: LONG_LINK.toLocaleString(i18n.language),
            })}
          </p>
          <button
            type="button"
            className="btn box"
            onClick={() => void saveAs('scene').then((file) => setSaid({ file }))}
          >
            {t('share.saveFile')}
          </button>
        </div>
      )}
      <p className="said" role="status">
        {said === 'copied' && t('share.copied')}
        {said === 'refused' && t('share.copyRefused')}
        {typeof said === 'object' && t('share.saved', { file: said.file })}
      </p>
    </Sheet>
  );
}

/** The group and the speed while the page is before an audience. */
function presentedNow(): Presented | undefined {
  const { isOn, group } = presenter.getState();
  return isOn ? { group: presentedGroup(group), speed: player.getState().speed } : undefined;
}
