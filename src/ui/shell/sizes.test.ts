import { describe, expect, it } from 'vitest';
import { panelSizes } from './sizes.ts';

describe('the sizes of the panels', () => {
  it('fit the window', () => {
    expect(panelSizes({ width: 1440, height: 900 }, {})).toEqual({ editor: 288, inspector: 352, dock: 250 });
    expect(panelSizes({ width: 1280, height: 720 }, {})).toEqual({ editor: 252, inspector: 316, dock: 166 });
    expect(panelSizes({ width: 1920, height: 1080 }, {})).toEqual({ editor: 400, inspector: 430, dock: 282 });
  });

  it('are what was dragged, as long as the graph keeps its room', () => {
    expect(panelSizes({ width: 1440, height: 900 }, { editor: 400 }).editor).toBe(400);
    const wide = panelSizes({ width: 1440, height: 900 }, { editor: 1200, inspector: 1200, dock: 2000 });
    expect(1440 - wide.editor - wide.inspector).toBeGreaterThanOrEqual(320);
    expect(wide.dock).toBeLessThanOrEqual(900 - 44 - 160);
  });
});
