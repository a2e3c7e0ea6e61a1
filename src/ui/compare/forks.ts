import { notify } from '../store/notices.ts';
import { type Origin, run } from '../store/run.ts';
import type { Session } from '../store/session.ts';

/**
 * Tells of each fork, with the ways back to the run that it left. What compares is loaded when it is asked for.
 * @returns ends it
 */
export function announceForks(session: Session): () => void {
  return run.subscribe(({ origin }, before) => {
    if (origin === null || origin === before.origin) return;
    notify({
      key: 'compare.forked',
      values: { step: origin.step },
      actions: [
        { key: 'compare.compare', act: () => void compareWithOrigin(session, origin) },
        { key: 'compare.goBack', act: () => void returnToOrigin(session, origin) },
      ],
    });
  });
}

export async function compareWithOrigin(session: Session, origin: Origin): Promise<void> {
  const { compareWith, sceneOfOrigin } = await import('./start.ts');
  await compareWith(session, sceneOfOrigin(origin), { key: 'compare.ofFork', values: { step: origin.step } });
}

async function returnToOrigin(session: Session, origin: Origin): Promise<void> {
  const { goBack, sceneOfOrigin } = await import('./start.ts');
  await goBack(session, sceneOfOrigin(origin));
}
