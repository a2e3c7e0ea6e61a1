import { setBreakpoints } from '../store/breakpoints.ts';
import { type Notice, notify } from '../store/notices.ts';
import { seek } from '../store/player.ts';
import type { Session } from '../store/session.ts';
import { hasErrors, texts } from '../store/texts.ts';
import { select } from '../store/view.ts';
import { decodeScene } from './code.ts';
import { currentScene } from './current.ts';
import { ShareFault } from './fault.ts';
import type { SharedScene } from './scene.ts';
import { keepState } from './states.ts';

/** The sentence that tells of it. */
export type Told = Pick<Notice, 'key' | 'values'>;

/**
 * Puts a scene in the place of what the page holds, which the notice that tells of it brings back.
 * @throws ShareFault where its cluster is refused; nothing has changed then
 */
export async function openScene(session: Session, scene: SharedScene, told: Told): Promise<void> {
  const found = await session.check('cluster', scene.source.cluster);
  if (hasErrors(found)) {
    const first = found.find(({ severity }) => severity === 'error');
    throw new ShareFault('share.clusterRefused', { message: first?.message ?? '' });
  }
  const before = currentScene();
  await keepState(before);
  await show(session, scene);
  notify({ ...told, actions: [{ key: 'common.undo', act: () => void show(session, before) }] });
}

async function show(session: Session, scene: SharedScene): Promise<void> {
  const { manifests, cluster, source, step, selected, breakpoints = [] } = scene;
  seek(0);
  select(null);
  texts.setState({ manifests, cluster });
  setBreakpoints(breakpoints);
  await session.start(source, step);
  select(selected);
}

/** Opens the scene of a link, or says what is wrong with it. */
export async function openLink(session: Session, hash: string): Promise<void> {
  await orTell(async () => {
    const scene = decodeScene(hash.replace(/^#/, ''));
    // The step of what is here is known only when its run is.
    await session.whenAtRest();
    await openScene(session, scene, { key: 'share.linkOpened' });
    // The work goes on from here: a reload must not open the link again.
    window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
  });
}

/** Does it, and tells the visitor what was wrong. */
export async function orTell(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ShareFault)) throw error;
    notify({ key: error.key, values: error.values });
  }
}
