import type { Diagnostic } from '../../worker/protocol.ts';
import { run } from '../store/run.ts';
import type { Session } from '../store/session.ts';
import { setText, texts } from '../store/texts.ts';
import { isRefused } from './problems.ts';

export type Change = NonNullable<Diagnostic['change']>;

/** A text with other words between two places of a line. */
export function withChange(text: string, { line, column, endColumn, text: words }: Change): string {
  let start = 0;
  for (let n = 1; n < line; n += 1) {
    const next = text.indexOf('\n', start);
    if (next < 0) return text;
    start = next + 1;
  }
  return text.slice(0, start + column - 1) + words + text.slice(start + endColumn - 1);
}

/** Makes a change that was offered, and applies where the text as it stood had been refused. */
export async function makeChange(session: Session, change: Change): Promise<void> {
  const { tab } = texts.getState();
  const wasRefused = tab === 'manifests' && isRefused(run.getState(), texts.getState());
  setText(tab, withChange(texts.getState()[tab], change));
  if (wasRefused) await session.applyTexts();
}
