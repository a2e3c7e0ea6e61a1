import { notify } from './notices.ts';
import { player } from './player.ts';
import { EMPTY_SOURCE, run } from './run.ts';
import { FIRST_SCENARIO, scenarioText } from './scenarios.ts';
import type { Session } from './session.ts';
import { type Draft, keepUnsaved, readDraft, whenStorageIsUnavailable, writeDraft } from './storage.ts';
import { texts } from './texts.ts';

const SAVE_STEP_AFTER_MS = 500;

/**
 * Begins a visit: goes on with the last one, or shows the scenario that the address names or, the first time, a small
 * one, at rest before its first step. From then on everything that matters is kept.
 */
export async function boot(session: Session, search: string): Promise<void> {
  whenStorageIsUnavailable(() => notify({ key: 'shell.storageUnavailable' }));
  const asked = new URLSearchParams(search).get('scenario');
  const draft = asked === null ? await readDraft() : undefined;
  if (isDraft(draft)) {
    bringText({ manifests: draft.manifests, cluster: draft.cluster });
    keepDraft();
    await session.start(draft.source, draft.step);
    return;
  }
  const text = (await scenarioText(asked ?? FIRST_SCENARIO)) ?? '';
  const cluster = await session.defaultCluster();
  bringText({ manifests: text, cluster });
  keepDraft();
  await session.start({ ...EMPTY_SOURCE, cluster });
  if (text !== '') await session.applyManifests(text, 'wait');
}

/** What somebody has typed in the meantime stays. */
function bringText(brought: { readonly manifests: string; readonly cluster: string }): void {
  texts.setState(({ manifests, cluster }) => ({
    manifests: manifests === '' ? brought.manifests : manifests,
    cluster: cluster === '' ? brought.cluster : cluster,
  }));
}

/** What an older page has left may be anything. */
function isDraft(draft: Draft | undefined): draft is Draft {
  return (
    draft !== undefined &&
    typeof draft.manifests === 'string' &&
    typeof draft.cluster === 'string' &&
    typeof draft.step === 'number' &&
    typeof draft.source?.cluster === 'string' &&
    Array.isArray(draft.source.operations)
  );
}

function currentDraft(): Draft {
  const { manifests, cluster } = texts.getState();
  return { manifests, cluster, source: run.getState().source, step: player.getState().step };
}

/** Texts and the source of the run are kept as they change, the playhead when it rests. */
function keepDraft(): void {
  texts.subscribe((state, before) => {
    if (state.manifests !== before.manifests || state.cluster !== before.cluster) writeDraft(currentDraft());
  });
  run.subscribe((state, before) => {
    if (state.source !== before.source) writeDraft(currentDraft());
  });
  let timer = 0;
  player.subscribe((state, before) => {
    if (state.step === before.step) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => writeDraft(currentDraft()), SAVE_STEP_AFTER_MS);
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') writeDraft(currentDraft());
  });
  window.addEventListener('pagehide', () => {
    writeDraft(currentDraft());
    keepUnsaved();
  });
}
