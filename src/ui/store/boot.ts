import { FIRST_SCENARIO, findScenario, type Scenario } from '../../scenarios/index.ts';
import { embedding } from '../embed/embedding.ts';
import { readBreakpoints } from '../model/breakpoints.ts';
import { replaceBy, sceneOf } from '../scenarios/open.ts';
import { tellStory } from '../scenarios/story.ts';
import { breakpoints, setBreakpoints } from './breakpoints.ts';
import { notify } from './notices.ts';
import { player, seek } from './player.ts';
import { run } from './run.ts';
import type { Session } from './session.ts';
import { type Draft, keepUnsaved, readDraft, whenStorageIsUnavailable, writeDraft } from './storage.ts';
import { texts } from './texts.ts';

const SAVE_STEP_AFTER_MS = 500;

/**
 * Begins a visit: goes on with the last one, or shows the scenario that the address names or, the first time, a small
 * one, at rest before its first step. From then on everything that matters is kept, but not where another page shows this
 * one: that neither sees nor changes the visitor's own work.
 */
export async function boot(session: Session, search: string): Promise<void> {
  whenStorageIsUnavailable(() => notify({ key: 'shell.storageUnavailable' }));
  const id = new URLSearchParams(search).get('scenario');
  const [asked, draft] = await Promise.all([
    id === null ? undefined : findScenario(id),
    embedding.isOn ? undefined : readDraft(),
  ]);
  if (id !== null && asked === undefined) notify({ key: 'scenarios.unknown', values: { id } });
  if (isDraft(draft)) {
    await goOn(session, draft, asked);
    return;
  }
  const scenario = asked ?? (await findScenario(FIRST_SCENARIO));
  if (scenario === undefined) return;
  const { manifests, cluster, source } = await sceneOf(session, scenario);
  bringText({ manifests, cluster });
  keepDraft();
  await session.start(source);
  if (texts.getState().manifests === manifests) tellStory(scenario);
}

/** Goes on with a draft; a scenario that is asked for takes its place, with the way back. */
async function goOn(session: Session, draft: Draft, asked: Scenario | undefined): Promise<void> {
  const { manifests, cluster, source, step } = draft;
  bringText({ manifests, cluster });
  setBreakpoints(readBreakpoints(draft.breakpoints) ?? []);
  keepDraft();
  const scene = asked && (await sceneOf(session, asked));
  const isSame = scene?.manifests === manifests && scene.cluster === cluster;
  if (asked !== undefined && !isSame) {
    // What was here need not run to be brought back.
    run.setState({ source });
    seek(step);
    await replaceBy(session, asked);
    return;
  }
  await session.start(source, step);
  if (asked !== undefined) tellStory(asked);
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
  const { list } = breakpoints.getState();
  return { manifests, cluster, source: run.getState().source, step: player.getState().step, breakpoints: list };
}

/** Texts, breakpoints and the source of the run are kept as they change, the playhead when it rests. */
function keepDraft(): void {
  if (embedding.isOn) return;
  texts.subscribe((state, before) => {
    if (state.manifests !== before.manifests || state.cluster !== before.cluster) writeDraft(currentDraft());
  });
  run.subscribe((state, before) => {
    if (state.source !== before.source) writeDraft(currentDraft());
  });
  breakpoints.subscribe(() => writeDraft(currentDraft()));
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
