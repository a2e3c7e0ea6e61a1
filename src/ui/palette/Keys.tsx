import { Fragment, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

const SIGNS: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
};

/** Keys that are pressed together. */
export function Keys({ keys }: { readonly keys: readonly string[] }): ReactNode {
  const { t } = useTranslation();
  return (
    <span className="keys">
      {keys.map((key, index) => (
        <Fragment key={key}>
          {index > 0 && ' '}
          <kbd>{key === ' ' ? t('palette.space') : (SIGNS[key] ?? (key.length === 1 ? key.toUpperCase() : key))}</kbd>
        </Fragment>
      ))}
    </span>
  );
}
