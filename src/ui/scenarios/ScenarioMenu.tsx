import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';

const ScenarioDialog = lazy(async () => ({ default: (await import('./ScenarioDialog.tsx')).ScenarioDialog }));

/** The button that opens the library; what it opens is fetched when it is first pressed. */
export function ScenarioMenu(): ReactNode {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const [wasOpened, setWasOpened] = useState(false);
  const open = (): void => {
    setWasOpened(true);
    setIsOpen(true);
  };
  return (
    <>
      <button type="button" className="btn" aria-haspopup="dialog" aria-expanded={isOpen} onClick={open}>
        {t('scenarios.button')}
      </button>
      {wasOpened && (
        <Suspense fallback={null}>
          <ScenarioDialog isOpen={isOpen} onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
