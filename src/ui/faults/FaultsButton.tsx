import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { activeFaults } from './active.ts';
import { faultMenu, openFaults, useMachinery, useMayHaveFaults } from './faultMenu.ts';

/** What the panel brings is not needed before it is opened. */
const FaultsPanel = lazy(async () => ({ default: (await import('./FaultsPanel.tsx')).FaultsPanel }));

/** Opens the faults, and says how many there are at the playhead. */
export function FaultsButton(): ReactNode {
  const { t } = useTranslation();
  const isOpen = useStore(faultMenu, (state) => state.isOpen);
  const machinery = useMachinery(useMayHaveFaults());
  const count = machinery === undefined ? 0 : activeFaults(machinery).length;
  return (
    <>
      <button type="button" className="btn" aria-haspopup="dialog" aria-expanded={isOpen} onClick={() => openFaults()}>
        {t('faults.faults')}
        {count > 0 && (
          <span className="count">
            {count}
            <span className="only-spoken">{t('faults.active', { count })}</span>
          </span>
        )}
      </button>
      {isOpen && (
        <Suspense fallback={null}>
          <FaultsPanel />
        </Suspense>
      )}
    </>
  );
}
