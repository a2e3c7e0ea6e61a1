import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statesIn } from './family.ts';
import { claim, pod, provisionedStory, Recording } from './fixture.test-data.ts';
import { layoutOf } from './layout.ts';
import { momentAt } from './moment.ts';
import type { Replica } from './replica.ts';
import { type Scene, type SceneMemory, sceneAt } from './scene.ts';
import { SceneCache } from './sceneCache.ts';
import { structureOf } from './structure.ts';
import { DEEDS, wandering } from './wandering.test-data.ts';

const MOVES = fc.array(fc.tuple(fc.nat(DEEDS - 1), fc.nat(2)), { minLength: 1, maxLength: 90 });
const STEPS = fc.array(fc.nat(90), { minLength: 1, maxLength: 15 });
const SELECTED = fc.constantFrom(undefined, 'PersistentVolumeClaim/default/c-0', 'Pod/default/p-1');

/** One with a cache of its own, whose structure remembers nothing. */
function setUp(replica: Replica, selected?: string, isFolded = false) {
  const structure = { ...structureOf(replica) };
  const layout = layoutOf(replica, structure, {
    gap: 1,
    open: new Set(structure.pods.map(({ id }) => id)),
    ...(isFolded && { presented: 'none of the groups' }),
  });
  return { structure, layout, scenes: new SceneCache(replica, structure, layout, selected) };
}

function drawn({ cards, edges }: Scene): unknown {
  return { cards: [...cards], edges };
}

/** How much of the last scene was found anew. */
function derivedBy(memory: SceneMemory, work: () => void): { readonly cards: number; readonly edges: number } {
  const count = () => ({
    cards: memory.cards.derived,
    edges: Object.values(memory.edges).reduce((sum: number, of: { readonly derived: number }) => sum + of.derived, 0),
  });
  const before = count();
  work();
  const after = count();
  return { cards: after.cards - before.cards, edges: after.edges - before.edges };
}

describe('a scene that is found from the one before it', () => {
  it.each([
    ['open', false],
    ['folded', true],
  ])(
    'is what it would be had nothing been before it, whatever has happened and wherever one goes: %s',
    (_, isFolded) => {
      fc.assert(
        fc.property(MOVES, STEPS, SELECTED, (moves, steps, selected) => {
          const replica = wandering(moves).replica();
          const { scenes } = setUp(replica, selected, isFolded);
          for (const step of steps.map((wanted) => wanted % (replica.steps + 1))) {
            const fresh = setUp(replica, selected, isFolded);
            const moment = momentAt(replica, fresh.structure, step);
            expect(drawn(scenes.at(step))).toEqual(drawn(sceneAt(moment, fresh.layout, selected)));
          }
        }),
        { numRuns: 60 },
      );
    },
  );

  it('follows a recording that has grown in the meantime', () => {
    const story = provisionedStory();
    const replica = new Recording().replica();
    replica.append(story.steps.slice(0, 8));
    const { scenes } = setUp(replica);
    scenes.at(8);
    replica.append(story.steps.slice(8));
    const fresh = setUp(replica);
    expect(structureOf(replica)).not.toBe(scenes.at(8).moment.structure);
    expect(scenes.at(7).cards.get('Pod/default/web')).toEqual(fresh.scenes.at(7).cards.get('Pod/default/web'));
    expect(scenes.at(9).cards.get('Pod/default/web')?.place).toBe('node-1');
  });
});

describe('what a step costs', () => {
  const CROWD = 140;
  /** Many pods with a claim each, of which one is written at a time. */
  function crowd(): Replica {
    const names = Array.from({ length: CROWD }, (_, index) => `n-${index}`);
    const recording = new Recording().step(0, 'user', {
      create: names.flatMap((name) => [claim(name), pod(name, [name])]),
      operation: 0,
    });
    for (const [index, name] of names.entries()) {
      recording.step(index + 1, 'kube-scheduler', { set: [[`Pod/default/${name}`, 'spec.nodeName', 'node-1']] });
    }
    return recording.replica();
  }

  /** Looks at every card. */
  const look = (scene: Scene): Scene => {
    for (const _ of scene.cards.values());
    return scene;
  };

  it('grows with what the step has changed, not with what there is', () => {
    const { scenes, structure } = setUp(crowd());
    look(scenes.at(50));
    for (let step = 51; step <= 130; step += 1) {
      const states = statesIn(structure).derived;
      const { cards, edges } = derivedBy(scenes.memory, () => look(scenes.at(step)));
      expect(cards).toBeLessThanOrEqual(1);
      expect(edges).toBeLessThanOrEqual(1);
      expect(statesIn(structure).derived - states).toBeLessThanOrEqual(1);
    }
  });

  it('is one card on a jump over steps that changed one, and nothing on the way back to a scene of before', () => {
    const { scenes } = setUp(crowd());
    look(scenes.at(60));
    expect(derivedBy(scenes.memory, () => look(scenes.at(70))).cards).toBe(10);
    expect(derivedBy(scenes.memory, () => look(scenes.at(60))).cards).toBe(0);
  });

  it('keeps what says the same: cards, lines and their lists', () => {
    const { scenes } = setUp(crowd());
    const before = look(scenes.at(60));
    const after = look(scenes.at(61));
    const changed = [...after.cards].filter(([slot, card]) => before.cards.get(slot) !== card);
    expect(changed.map(([slot]) => slot)).toEqual(['Pod/default/n-59']);
    expect(after.edges).toBe(before.edges);
    expect(after.ends).toBe(before.ends);
  });

  it('is nothing for the cards that nobody looks at', () => {
    const { scenes, layout } = setUp(crowd());
    const slot = layout.slotOf.get('Pod/default/n-7')?.id ?? '';
    const { cards } = derivedBy(scenes.memory, () => {
      expect(scenes.at(70).cards.get(slot)?.place).toBe('node-1');
      expect(scenes.at(70).cards.has(slot)).toBe(true);
    });
    expect(cards).toBe(1);
  });
});
