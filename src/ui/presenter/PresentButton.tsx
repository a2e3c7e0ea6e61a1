import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { presenter, togglePresenter } from './presenter.ts';

/** Into the presenter's view and out of it. */
export function PresentButton(): ReactNode {
  const { t } = useTranslation();
  const isOn = useStore(presenter, (state) => state.isOn);
  return (
    <button
      type="button"
      className={isOn ? 'btn leave-presenter' : 'btn'}
      aria-keyshortcuts={isOn ? 'Escape' : 'p'}
      onClick={togglePresenter}
    >
      {isOn ? t('presenter.leave') : t('presenter.present')}
      {isOn && <kbd>{t('presenter.escape')}</kbd>}
    </button>
  );
}
