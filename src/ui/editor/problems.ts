import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { Diagnostic } from '../../worker/protocol.ts';
import { type RunState, run } from '../store/run.ts';
import { mergeDiagnostics, type Texts, type TextTab, texts } from '../store/texts.ts';

export interface Problems {
  readonly diagnostics: readonly Diagnostic[];
  /** What is listed is about the text as it stands now. */
  readonly isCurrent: boolean;
}

/** What is known to be wrong with a text. */
export function useProblems(tab: TextTab): Problems {
  const text = useStore(texts, (state) => state[tab]);
  const checked = useStore(texts, (state) => state.checked[tab]);
  const applied = useStore(run, (state) => state.applied);
  return useMemo(() => {
    const isApplied = tab === 'manifests' && applied?.text === text;
    const isCurrent = checked?.text === text;
    const read = checked?.diagnostics ?? [];
    if (!isApplied) return { diagnostics: read, isCurrent };
    const found = applied?.outcome.diagnostics ?? [];
    return { diagnostics: isCurrent ? mergeDiagnostics(read, found) : found, isCurrent: true };
  }, [tab, text, checked, applied]);
}

/** The last text that was applied was refused as a whole, and it still stands there. */
export function isRefused({ applied }: RunState, { manifests }: Texts): boolean {
  return applied !== null && !applied.outcome.accepted && applied.text === manifests;
}

export function useRefused(): boolean {
  const shown = useStore(texts);
  return useStore(run, (state) => isRefused(state, shown));
}

/** What to do about a problem; empty where nobody knows. */
export function remedyOf(diagnostic: Diagnostic, t: TFunction): string {
  const { remedy } = diagnostic;
  return remedy === undefined ? '' : t(remedyKey(remedy.key), remedy.values ?? {});
}

/** The engine names sentences within the table of remedies. */
export function remedyKey(key: string): string {
  return key.startsWith('remedy.') ? key : `remedy.${key}`;
}
