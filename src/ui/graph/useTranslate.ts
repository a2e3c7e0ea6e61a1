import i18next from 'i18next';
import { useSyncExternalStore } from 'react';
import type { Translate } from '../model/message.ts';

/** Names and steps make ever new sentences; so many are remembered. */
const REMEMBERED = 5000;

/** Looking a sentence up costs i18next some 10 µs, and a picture has hundreds that were there a frame ago. */
function remembering(translate: Translate): Translate {
  const known = new Map<string, string>();
  return (key, values) => {
    const asked = values === undefined ? key : `${key} ${JSON.stringify(values)}`;
    const before = known.get(asked);
    if (before !== undefined) return before;
    if (known.size >= REMEMBERED) known.clear();
    const sentence = translate(key, values);
    known.set(asked, sentence);
    return sentence;
  };
}

let current: { readonly language: string; readonly translate: Translate } | undefined;

function currentTranslate(): Translate {
  const { language } = i18next;
  if (current?.language !== language) {
    current = { language, translate: remembering((key, values) => i18next.t(key, { ...values })) };
  }
  return current.translate;
}

function subscribe(listener: () => void): () => void {
  i18next.on('languageChanged', listener);
  return () => i18next.off('languageChanged', listener);
}

/** Translates the sentences of this part of the page, in the language that is set. */
export function useTranslate(): Translate {
  return useSyncExternalStore(subscribe, currentTranslate);
}
