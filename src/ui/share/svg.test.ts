import { describe, expect, it } from 'vitest';
import { claim, provisionedStory, Recording } from '../model/fixture.test-data.ts';
import { layoutOf } from '../model/layout.ts';
import { momentAt } from '../model/moment.ts';
import type { Replica } from '../model/replica.ts';
import { sceneAt } from '../model/scene.ts';
import { structureOf } from '../model/structure.ts';
import { COLOURS, type Colour, type Pen } from './pen.ts';
import { svgOf } from './svg.ts';

const PEN: Pen = {
  colours: Object.fromEntries(COLOURS.map((name) => [name, `#${name}`])) as Record<Colour, string>,
  t: (key, values) => `${key}${values === undefined ? '' : ` ${Object.values(values).join(' ')}`}`,
  measureName: (text) => text.length * 6,
  measureSmall: (text) => text.length * 5,
};

function picture(replica: Replica, step: number, selected: string | null = null): string {
  const structure = structureOf(replica);
  const layout = layoutOf(replica, structure, { gap: 1, open: new Set() });
  const scene = sceneAt(momentAt(replica, structure, step), layout, selected ?? undefined);
  return svgOf(PEN, { scene, selected, title: 'Step <1>', caption: 'a & b', code: '1.abc', font: 'sans-serif' }).svg;
}

const count = (svg: string, part: string): number => svg.split(part).length - 1;

describe('the picture of a step', () => {
  const replica = provisionedStory().replica();

  it('draws every slot of the layout once, at each step', () => {
    for (let step = 0; step <= replica.steps; step += 1) {
      const svg = picture(replica, step);
      expect(svg).not.toMatch(/NaN|undefined|var\(|currentColor/);
      expect(count(svg, '<title>Pod ')).toBe(1);
      expect(count(svg, '<title>PersistentVolumeClaim ')).toBe(1);
    }
  });

  it('shows what has come true since: dotted before it is there, mounted when its pod runs', () => {
    expect(count(picture(replica, 0), 'stroke-dasharray="1 2"')).toBeGreaterThan(2);
    // The pod goes with the last two steps.
    const end = picture(replica, replica.steps - 2);
    expect(end).toContain('marker-start="url(#square)"');
    expect(end).toContain('marker-start="url(#dot)"');
  });

  it('rings what is selected', () => {
    const [first] = replica.union().filter(({ kind }) => kind === 'PersistentVolumeClaim');
    expect(count(picture(replica, replica.steps), 'stroke="#ink" stroke-width="2"')).toBe(0);
    expect(count(picture(replica, replica.steps, first?.id ?? ''), 'stroke="#ink" stroke-width="2"')).toBe(1);
  });

  it('holds the scene, and names as text whatever characters they have', () => {
    const odd = new Recording().step(0, 'user', { create: [claim('a<b>&"c')] }).replica();
    const svg = picture(odd, 1);
    expect(svg).toContain('<metadata id="kubernetes-storage-playground">1.abc</metadata>');
    expect(svg).toContain('>a&lt;b&gt;&amp;&quot;c</text>');
    expect(svg).toContain('<title>Step &lt;1&gt;. a &amp; b</title>');
  });
});
