import { SENTENCES as en } from './en/index.ts';
import { SENTENCES as chinese } from './zh-CN/index.ts';

/** Every sentence of the page, by language. The page itself loads one language at a time. */
export const TABLES = { en, 'zh-CN': chinese } as const;
