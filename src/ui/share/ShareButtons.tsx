import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** What the panels bring is not needed before one of them is opened. */
const PANELS = {
  share: lazy(async () => ({ default: (await import('./SharePanel.tsx')).SharePanel })),
  export: lazy(async () => ({ default: (await import('./ExportPanel.tsx')).ExportPanel })),
} as const;

type Panel = keyof typeof PANELS;

const NAMES = { share: 'share.share', export: 'share.export' } as const;

/** The buttons of the top bar that give the work to others, and take theirs. */
export function ShareButtons(): ReactNode {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Panel>();
  const Opened = open === undefined ? undefined : PANELS[open];
  return (
    <>
      {(['share', 'export'] as const).map((panel) => (
        <button
          key={panel}
          type="button"
          className="btn"
          aria-haspopup="dialog"
          aria-expanded={open === panel}
          onClick={() => setOpen(panel)}
        >
          {t(NAMES[panel])}
        </button>
      ))}
      {Opened !== undefined && (
        <Suspense fallback={null}>
          <Opened onClose={() => setOpen(undefined)} />
        </Suspense>
      )}
    </>
  );
}
