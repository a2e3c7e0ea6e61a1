import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { openOverlay, overlay } from '../palette/overlay.ts';

const BUTTONS = [
  { opens: 'palette', name: 'palette.findButton', keys: 'Control+k' },
  { opens: 'share', name: 'share.share' },
  { opens: 'export', name: 'share.export' },
] as const;

/** Buttons of the top bar that open panels over the page. */
export function ShareButtons(): ReactNode {
  const { t } = useTranslation();
  const { open } = useStore(overlay);
  return BUTTONS.map((button) => (
    <button
      key={button.opens}
      type="button"
      className="btn"
      aria-haspopup="dialog"
      aria-expanded={open === button.opens}
      aria-keyshortcuts={'keys' in button ? button.keys : undefined}
      onClick={() => openOverlay(button.opens)}
    >
      {t(button.name)}
    </button>
  ));
}
