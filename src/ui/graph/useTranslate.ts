import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Translate } from '../model/message.ts';

/** Translates the sentences of this part of the page, in the language that is set. */
export function useTranslate(): Translate {
  const { t } = useTranslation();
  return useCallback<Translate>((key, values) => t(key, { ...values }), [t]);
}
