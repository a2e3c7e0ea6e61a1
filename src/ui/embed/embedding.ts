import { type Embedding, readEmbedding } from './address.ts';

/** How this page is embedded in another one; said by its address alone. */
export const embedding: Embedding = readEmbedding(window.location.search);
