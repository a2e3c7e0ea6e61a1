import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { clearFilter } from './listing.ts';

/** Stands where a filter leaves nothing. */
export function NoMatch(): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="no-match" role="status">
      <b>{t('list.noMatch')}</b>
      <button type="button" className="btn box" onClick={clearFilter}>
        {t('list.clear')}
      </button>
    </div>
  );
}
