import type caption from '../i18n/en/caption.json';
import type graph from '../i18n/en/graph.json';
import type timeline from '../i18n/en/timeline.json';

type WithoutPlural<K> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : K;

/** Keys of the sentences that this part of the page owns. */
export type MessageKey =
  | `graph.${WithoutPlural<keyof typeof graph> & string}`
  | `timeline.${WithoutPlural<keyof typeof timeline> & string}`
  | `caption.${WithoutPlural<keyof typeof caption> & string}`;

/** A sentence to be translated, with the values that go into it. */
export interface Message {
  readonly key: MessageKey;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** A word of Kubernetes, a name or a number as it stands, or something to be translated. */
export type Phrase = string | Message;

export type Translate = (key: MessageKey, values?: Readonly<Record<string, string | number>>) => string;

export function say(t: Translate, phrase: Phrase): string {
  return typeof phrase === 'string' ? phrase : t(phrase.key, phrase.values);
}
