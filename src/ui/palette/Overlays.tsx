import { lazy, type ReactNode, Suspense } from 'react';
import { useStore } from 'zustand';
import { closeOverlay, overlay } from './overlay.ts';

/** What the panels bring is not needed before one of them is opened. */
const PANELS = {
  palette: lazy(async () => ({ default: (await import('./Palette.tsx')).Palette })),
  keys: lazy(async () => ({ default: (await import('./KeysSheet.tsx')).KeysSheet })),
  share: lazy(async () => ({ default: (await import('../share/SharePanel.tsx')).SharePanel })),
  export: lazy(async () => ({ default: (await import('../share/ExportPanel.tsx')).ExportPanel })),
  compare: lazy(async () => ({ default: (await import('../compare/CompareSheet.tsx')).CompareSheet })),
} as const;

/** The panel that is open over the page, if any. */
export function Overlays(): ReactNode {
  const { open } = useStore(overlay);
  if (open === null) return null;
  const Panel = PANELS[open];
  return (
    <Suspense fallback={null}>
      <Panel key={open} onClose={() => closeOverlay(open)} />
    </Suspense>
  );
}
