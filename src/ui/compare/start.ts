import { Replica } from '../model/replica.ts';
import { currentScene } from '../share/current.ts';
import { ShareFault } from '../share/fault.ts';
import { openScene, orTell } from '../share/open.ts';
import type { SharedScene } from '../share/scene.ts';
import { isAtRest, type Origin, run } from '../store/run.ts';
import type { Session } from '../store/session.ts';
import { hasErrors, texts } from '../store/texts.ts';
import { firstDifference, pairsOf, type StepPair } from './compare.ts';
import { compared, leaveComparison, type RunName } from './compared.ts';
import { moveTogether } from './together.ts';

/** Puts another run beside the one that is shown, and both playheads where they part. */
export async function compareWith(session: Session, scene: SharedScene, name: RunName): Promise<void> {
  await orTell(async () => {
    const replica = new Replica();
    const other = { name, scene, replica, isComplete: false };
    compared.setState({ other, pair: null });
    const refused = await session.record(scene.source, (message) => {
      if (message.type === 'run') replica.truncate(message.keptSteps);
      else if (message.type === 'steps') replica.append(message.steps);
    });
    if (compared.getState().other !== other) return;
    if (refused === undefined || hasErrors(refused)) {
      leaveComparison();
      if (refused === undefined) return;
      throw new ShareFault('share.clusterRefused', { message: refused[0]?.message ?? '' });
    }
    compared.setState({ other: { ...other, isComplete: true } });
    if (!isAtRest(run.getState().phase)) return;
    const here = run.getState().replica;
    const first = firstDifference(here, replica);
    if (first !== undefined) moveTogether(placeOfDifference(pairsOf(here, replica, first), first));
  });
}

/** Where the first step that differs has just been done, in the run that does it first. */
export function placeOfDifference(pairs: readonly StepPair[], first: number): StepPair {
  return pairs.find(({ here, there }) => here >= first || there >= first) ?? { here: 0, there: 0 };
}

/** Shows the other run in the place of this one, where both playheads stand; the notice that tells of it brings this one back. */
export async function goBack(session: Session, scene: SharedScene): Promise<void> {
  leaveComparison();
  await orTell(() => openScene(session, scene, { key: 'compare.returned' }));
}

/** The run that a fork left, as it stood where it was left. */
export function sceneOfOrigin({ source, step }: Origin): SharedScene {
  const applied = source.operations.map(({ operation }) => operation).findLast(({ type }) => type === 'apply');
  const manifests = applied?.type === 'apply' ? applied.text : texts.getState().manifests;
  return { ...currentScene(), manifests, cluster: source.cluster, source, step };
}
