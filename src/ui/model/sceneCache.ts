import type { ObjectId } from '../../worker/protocol.ts';
import type { Layout } from './layout.ts';
import { momentAt } from './moment.ts';
import type { Replica } from './replica.ts';
import { type Scene, SceneMemory, sceneAt } from './scene.ts';
import type { Structure } from './structure.ts';

/** Scenes of the last few steps: playing and stepping back and forth ask for each of them more than once. */
export class SceneCache {
  readonly #replica: Replica;
  readonly #structure: Structure;
  readonly #layout: Layout;
  readonly #selected: ObjectId | undefined;
  readonly #scenes = new Map<number, Scene>();
  /** What the scenes have in common; its counts tell how much of a scene was found anew. */
  readonly memory = new SceneMemory();

  constructor(replica: Replica, structure: Structure, layout: Layout, selected: ObjectId | undefined) {
    this.#replica = replica;
    this.#structure = structure;
    this.#layout = layout;
    this.#selected = selected;
  }

  at(step: number): Scene {
    const known = this.#scenes.get(step);
    if (known !== undefined) return known;
    const moment = momentAt(this.#replica, this.#structure, step);
    const scene = sceneAt(moment, this.#layout, this.#selected, this.memory);
    this.#scenes.set(step, scene);
    const oldest = this.#scenes.size > 4 ? this.#scenes.keys().next().value : undefined;
    if (oldest !== undefined) this.#scenes.delete(oldest);
    return scene;
  }
}
