import { createStore } from 'zustand/vanilla';
import type { Diagnostic } from '../../worker/protocol.ts';

export const TEXT_TABS = ['manifests', 'cluster'] as const;
export type TextTab = (typeof TEXT_TABS)[number];

/** What reading a text found, and which text that was. */
export interface Checked {
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

export interface Texts {
  readonly manifests: string;
  readonly cluster: string;
  readonly tab: TextTab;
  readonly checked: Readonly<Partial<Record<TextTab, Checked>>>;
}

export const texts = createStore<Texts>(() => ({ manifests: '', cluster: '', tab: 'manifests', checked: {} }));

export function setText(tab: TextTab, text: string): void {
  texts.setState(tab === 'manifests' ? { manifests: text } : { cluster: text });
}

export function showText(tab: TextTab): void {
  texts.setState({ tab });
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}

const SEPARATOR = /^---(?=\s|$)/gm;
/** A line that is neither blank nor a comment, a directive or the end of a document. */
const CONTENT = /^(?!\.\.\.(?:\s|$)|%)[ \t\uFEFF]*[^#\s]/m;

/** Documents that hold more than comments and blank lines. Quick also for megabytes. */
export function countDocuments(text: string): number {
  let count = 0;
  let start = 0;
  const end = (at: number): void => {
    if (CONTENT.test(text.slice(start, at))) count += 1;
  };
  for (const { index } of text.matchAll(SEPARATOR)) {
    end(index);
    start = index + 3;
  }
  end(text.length);
  return count;
}

/** Several texts as one, document after document. */
export function joinTexts(parts: readonly string[]): string {
  return parts.map((part) => (parts.length > 1 ? part.trimEnd() : part)).join('\n---\n');
}

/** What is known of the shown text, without saying anything twice: what reading it found, then what applying it did. */
export function mergeDiagnostics(read: readonly Diagnostic[], applied: readonly Diagnostic[]): readonly Diagnostic[] {
  const known = new Set(read.map(({ line, message }) => `${line} ${message}`));
  const more = applied.filter(({ line, message }) => !known.has(`${line} ${message}`));
  return [...read, ...more].sort((a, b) => a.line - b.line || a.column - b.column);
}
