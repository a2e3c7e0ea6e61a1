import type { Panel } from '../store/preferences.ts';

export interface WindowSize {
  readonly width: number;
  readonly height: number;
}

export type PanelSizes = Readonly<Record<Panel, number>>;

/** Width of a folded panel, and height of the folded dock. */
export const RAIL = 36;

/** What the graph keeps when the others grow. */
const GRAPH = { width: 320, height: 160 };

const SMALLEST: PanelSizes = { editor: 180, inspector: 220, dock: 90 };

/** Sizes that fit the window while nobody has dragged a border. */
export function defaultSizes({ width, height }: WindowSize): PanelSizes {
  const dock = height <= 780 ? 166 : 250;
  if (width >= 1700) return { editor: 400, inspector: 430, dock: height <= 780 ? dock : 282 };
  return width <= 1360 ? { editor: 252, inspector: 316, dock } : { editor: 288, inspector: 352, dock };
}

/** The least and the most that a border can be dragged to. */
export function limitsOf(
  panel: Panel,
  sizes: PanelSizes,
  window: WindowSize,
): { readonly min: number; readonly max: number } {
  const min = SMALLEST[panel];
  const room =
    panel === 'dock'
      ? window.height - 44 - GRAPH.height
      : window.width - GRAPH.width - (panel === 'editor' ? sizes.inspector : sizes.editor);
  return { min, max: Math.max(min, room) };
}

/** Sizes as they are drawn: dragged ones where there are any, all within what the window has room for. */
export function panelSizes(window: WindowSize, dragged: Readonly<Partial<Record<Panel, number>>>): PanelSizes {
  const wished = { ...defaultSizes(window), ...dragged };
  const within = (panel: Panel, sizes: PanelSizes): number => {
    const { min, max } = limitsOf(panel, sizes, window);
    return Math.round(Math.min(max, Math.max(min, sizes[panel])));
  };
  const editor = within('editor', wished);
  const inspector = within('inspector', { ...wished, editor });
  return { editor, inspector, dock: within('dock', wished) };
}
