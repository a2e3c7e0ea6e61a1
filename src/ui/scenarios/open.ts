import { type Scenario, sourceOf } from '../../scenarios/index.ts';
import type { SharedScene } from '../share/scene.ts';
import type { Session } from '../store/session.ts';
import { showText } from '../store/texts.ts';
import { nameInAddress, tellStory } from './story.ts';

/** What the page holds when it shows a scenario, paused before its first step. */
export async function sceneOf(session: Session, scenario: Scenario): Promise<SharedScene> {
  const cluster = scenario.cluster ?? (await session.defaultCluster());
  return {
    manifests: scenario.manifests,
    cluster,
    source: sourceOf(scenario, cluster),
    step: 0,
    selected: null,
  };
}

/** Puts a scenario in the place of what the page holds; the notice that tells of it brings that back. */
export async function openScenario(session: Session, scenario: Scenario): Promise<void> {
  await session.ready;
  await replaceBy(session, scenario);
}

/** As `openScenario`, while a visit is still beginning. */
export async function replaceBy(session: Session, scenario: Scenario): Promise<void> {
  const [scene, { openScene }] = await Promise.all([sceneOf(session, scenario), import('../share/open.ts')]);
  await openScene(session, scene, { key: 'scenarios.opened' });
  showText('manifests');
  tellStory(scenario);
  nameInAddress(scenario.id);
}
