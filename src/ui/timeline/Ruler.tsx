import { type PointerEvent, type ReactNode, type RefObject, useState } from 'react';
import { useTranslate } from '../graph/useTranslate.ts';
import { type Axis, type RulerTick, roughSpanText, spanText, timeOf } from '../model/axis.ts';
import { placeIn } from './pointer.ts';
import { closePauses, openPause, showRange, showWhole } from './timelineView.ts';

/** A narrower band says its length in its tooltip only. */
const BAND_WITH_TEXT = 18;
/** Shorter drags are clicks. */
const LEAST_DRAG = 6;

interface RulerProps {
  readonly axis: Axis;
  readonly ticks: readonly RulerTick[];
  readonly end: number;
  /** Less than the whole run is shown, or an idle time at its length. */
  readonly isChanged: boolean;
  readonly laneRef: RefObject<HTMLDivElement | null>;
  /** What gets the focus when the button that had it goes. */
  readonly onFocusLost: () => void;
}

/** Round times; dragging over a stretch of them zooms there, a double click shows the whole again. */
export function Ruler({ axis, ticks, end, isChanged, laneRef, onFocusLost }: RulerProps): ReactNode {
  const t = useTranslate();
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number }>();
  const xIn = (event: PointerEvent): number => (laneRef.current === null ? 0 : placeIn(laneRef.current, event).x);
  const finish = (): void => {
    if (drag !== undefined && Math.abs(drag.to - drag.from) > LEAST_DRAG) {
      const [left, right] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
      showRange(timeOf(axis, left), timeOf(axis, right), end);
    }
    setDrag(undefined);
  };
  const showAll = (): void => {
    showWhole();
    closePauses();
  };
  return (
    <div className="trow ruler">
      <span className="ruler-name">
        {t('timeline.virtualTime')}
        {isChanged && (
          <button
            type="button"
            className="link"
            onClick={() => {
              onFocusLost();
              showAll();
            }}
          >
            {t('timeline.wholeRun')}
          </button>
        )}
      </span>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the same is done by the keys w, s, a and d */}
      <div
        ref={laneRef}
        onDoubleClick={showAll}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ from: xIn(event), to: xIn(event) });
        }}
        onPointerMove={(event) => {
          if (drag !== undefined) setDrag({ ...drag, to: xIn(event) });
        }}
        onPointerUp={finish}
        onPointerCancel={() => setDrag(undefined)}
      >
        {ticks.map((tick) => (
          <time key={tick.time} style={{ left: tick.x }} className={edgeClass(tick.x, axis.width)}>
            {tick.text}
          </time>
        ))}
        {axis.stretches
          .filter((stretch) => stretch.collapsed)
          .map((stretch) => (
            <button
              key={stretch.from}
              type="button"
              className="gap"
              style={{ left: stretch.x1, width: stretch.x2 - stretch.x1 }}
              title={t('timeline.openPause', { span: spanText(stretch.to - stretch.from) })}
              onPointerDown={(event) => event.stopPropagation()}
              onClick={() => {
                onFocusLost();
                openPause(stretch.key);
              }}
            >
              {stretch.x2 - stretch.x1 >= BAND_WITH_TEXT && <span>{roughSpanText(stretch.to - stretch.from)}</span>}
            </button>
          ))}
        {drag !== undefined && (
          <i className="drag" style={{ left: Math.min(drag.from, drag.to), width: Math.abs(drag.to - drag.from) }} />
        )}
      </div>
    </div>
  );
}

/** Labels at the ends stay inside. */
function edgeClass(x: number, width: number): string | undefined {
  if (x < 16) return 'is-first';
  return x > width - 16 ? 'is-last' : undefined;
}
