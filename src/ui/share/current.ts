import { breakpoints } from '../store/breakpoints.ts';
import { player } from '../store/player.ts';
import { run } from '../store/run.ts';
import { texts } from '../store/texts.ts';
import { view } from '../store/view.ts';
import type { SharedScene } from './scene.ts';

/** Everything that the page holds now. */
export function currentScene(): SharedScene {
  const { manifests, cluster } = texts.getState();
  const { selected } = view.getState();
  const { list } = breakpoints.getState();
  const scene = { manifests, cluster, source: run.getState().source, step: player.getState().step, selected };
  return list.length > 0 ? { ...scene, breakpoints: list } : scene;
}
