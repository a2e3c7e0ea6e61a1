import type { ObjectId } from '../../../worker/protocol.ts';
import type { Family } from '../../model/family.ts';
import type { Sentence } from '../why.ts';

/** A word of Kubernetes or a name as it stands, or a sentence of the page. */
export type Words = string | Sentence;

/** One fact: what it is about, and what is known of it. */
export interface Fact {
  readonly name: Words;
  readonly value: Words;
  /** The object that the fact is about, for the page to select. */
  readonly id?: ObjectId;
  /** The step that made it so. */
  readonly step?: number;
  /** How it stands, where that matters. */
  readonly family?: Family;
}

/** Facts under one heading, a key of the page's sentences. */
export interface Section {
  readonly title: string;
  readonly facts: readonly Fact[];
}

/** A section, unless it would be empty. */
export function section(title: string, facts: readonly Fact[]): Section[] {
  return facts.length === 0 ? [] : [{ title, facts }];
}
