import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type Panel, resizePanel } from '../store/preferences.ts';

export interface SplitterProps {
  readonly panel: Panel;
  readonly size: number;
  readonly min: number;
  readonly max: number;
}

/** The way in which a panel grows: to the right, to the left, up. */
const GROWS: Readonly<Record<Panel, { readonly axis: 'x' | 'y'; readonly sign: 1 | -1 }>> = {
  editor: { axis: 'x', sign: 1 },
  inspector: { axis: 'x', sign: -1 },
  dock: { axis: 'y', sign: -1 },
};

const LABELS = {
  editor: 'shell.resizeEditor',
  inspector: 'shell.resizeInspector',
  dock: 'shell.resizeDock',
} as const;

const KEY_STEP = 16;

/** The inner border of a panel: drag it, move it with the arrow keys, double-click for the size that fits. */
export function Splitter({ panel, size, min, max }: SplitterProps): ReactNode {
  const { t } = useTranslation();
  const drag = useRef<{ readonly from: number; readonly size: number } | null>(null);
  const { axis, sign } = GROWS[panel];
  const at = (event: PointerEvent): number => (axis === 'x' ? event.clientX : event.clientY);
  const resize = (to: number): void => resizePanel(panel, Math.round(Math.min(max, Math.max(min, to))));

  const onKeyDown = (event: KeyboardEvent): void => {
    const [less, more] = axis === 'x' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowDown', 'ArrowUp'];
    const direction = event.key === more ? 1 : event.key === less ? -1 : 0;
    const grow = axis === 'x' ? sign : 1;
    if (direction !== 0) resize(size + direction * grow * KEY_STEP);
    else if (event.key === 'Home') resize(min);
    else if (event.key === 'End') resize(max);
    else if (event.key === 'Enter') resizePanel(panel, undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: an hr cannot be dragged
    <div
      className={`splitter splitter-${panel}`}
      role="separator"
      tabIndex={0}
      aria-label={t(LABELS[panel])}
      aria-orientation={axis === 'x' ? 'vertical' : 'horizontal'}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { from: at(event), size };
      }}
      onPointerMove={(event) => {
        if (drag.current !== null) resize(drag.current.size + (at(event) - drag.current.from) * sign);
      }}
      onPointerUp={() => {
        drag.current = null;
      }}
      onPointerCancel={() => {
        drag.current = null;
      }}
      onDoubleClick={() => resizePanel(panel, undefined)}
      onKeyDown={onKeyDown}
    />
  );
}
