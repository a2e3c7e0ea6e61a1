import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { breakpoints } from '../store/breakpoints.ts';
import { breakpointMenu, openBreakpoints } from './menu.ts';

/** What the panel brings is not needed before it is opened. */
const BreakpointsPanel = lazy(async () => ({ default: (await import('./BreakpointsPanel.tsx')).BreakpointsPanel }));

/** Opens the breakpoints, and says how many there are. */
export function BreakpointsButton(): ReactNode {
  const { t } = useTranslation();
  const isOpen = useStore(breakpointMenu, (state) => state.isOpen);
  const count = useStore(breakpoints, (state) => state.list.length);
  return (
    <>
      <button
        type="button"
        className="btn"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-keyshortcuts="b"
        onClick={() => openBreakpoints()}
      >
        {t('timeline.breakpoints')} {count > 0 && <span className="count">{count}</span>}
      </button>
      {isOpen && (
        <Suspense fallback={null}>
          <BreakpointsPanel />
        </Suspense>
      )}
    </>
  );
}
