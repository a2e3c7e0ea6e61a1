import type share from '../i18n/en/share.json';

export type ShareKey = `share.${WithoutPlural<keyof typeof share> & string}`;

type WithoutPlural<K> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : K;

/** What is wrong with a link or a file, as a sentence for the person who opened it. */
export class ShareFault extends Error {
  readonly key: ShareKey;
  readonly values: Readonly<Record<string, string | number>>;

  constructor(key: ShareKey, values: Readonly<Record<string, string | number>> = {}) {
    super(key);
    this.key = key;
    this.values = values;
  }
}
