import './timeline.css';
import { memo, type PointerEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { RecordedOperation } from '../../worker/protocol.ts';
import { BreakpointsButton } from '../breakpoints/BreakpointsButton.tsx';
import { Diamonds } from '../breakpoints/Diamonds.tsx';
import { useStopped } from '../breakpoints/useStopped.ts';
import { Glyph, type GlyphName } from '../graph/Glyph.tsx';
import { useSize } from '../graph/useSize.ts';
import { useTranslate } from '../graph/useTranslate.ts';
import { type Axis, clockText, timeOf, xOf } from '../model/axis.ts';
import { captionOf } from '../model/caption.ts';
import { text } from '../model/ids.ts';
import type { MessageKey, Translate } from '../model/message.ts';
import { componentName } from '../model/names.ts';
import { SPEEDS, type Speed } from '../model/playback.ts';
import type { Replica } from '../model/replica.ts';
import type { Flag } from '../model/timeline.ts';
import { run } from '../store/run.ts';
import { placeIn } from './pointer.ts';
import { timelineData, timelineView, viewAxis } from './timelineView.ts';

export interface TransportProps {
  /** Stands before the buttons. */
  readonly lead?: ReactNode;
  readonly replica: Replica;
  /** The replica's version: tells that the recording has grown or was cut. */
  readonly version: number;
  readonly step: number;
  readonly playing: boolean;
  readonly speed: Speed;
  readonly onSeek: (step: number) => void;
  readonly onPlayingChange: (playing: boolean) => void;
  readonly onSpeedChange: (speed: Speed) => void;
}

/** Buttons, speed, clock and caption; below them the operations with the playhead, which is the slider. */
export const Transport = memo(function Transport(props: TransportProps): ReactNode {
  return (
    <div className="transport-panel">
      <div className="bar">
        {props.lead}
        <Buttons {...props} />
        <Readout replica={props.replica} step={props.step} />
        <CaptionLine {...props} />
        <BreakpointsButton />
      </div>
      <Scrubber {...props} />
    </div>
  );
});

function Buttons({ replica, step, playing, speed, onSeek, onPlayingChange, onSpeedChange }: TransportProps): ReactNode {
  const t = useTranslate();
  const last = replica.steps;
  return (
    <>
      <div className="transport">
        <IconButton name="c-start" label={t('timeline.jumpToStart')} isOff={step <= 0} onClick={() => onSeek(0)} />
        <IconButton name="c-back" label={t('timeline.stepBack')} isOff={step <= 0} onClick={() => onSeek(step - 1)} />
        <IconButton
          name={playing ? 'c-pause' : 'c-play'}
          label={playing ? t('timeline.pause') : t('timeline.play')}
          isOff={last === 0}
          isMain
          onClick={() => onPlayingChange(!playing)}
        />
        <IconButton
          name="c-fwd"
          label={t('timeline.stepForward')}
          isOff={step >= last}
          onClick={() => onSeek(step + 1)}
        />
        <IconButton name="c-end" label={t('timeline.jumpToEnd')} isOff={step >= last} onClick={() => onSeek(last)} />
      </div>
      <select
        className="speed"
        aria-label={t('timeline.speed')}
        value={speed}
        onChange={(event) => {
          const chosen = SPEEDS.find((candidate) => candidate === event.target.value);
          if (chosen !== undefined) onSpeedChange(chosen);
        }}
      >
        {SPEEDS.map((option) => (
          <option key={option} value={option}>
            {option === 'live' ? t('timeline.speedLive') : t('timeline.speedTimes', { factor: option })}
          </option>
        ))}
      </select>
    </>
  );
}

interface IconButtonProps {
  readonly name: GlyphName;
  readonly label: string;
  readonly isOff: boolean;
  readonly isMain?: boolean;
  readonly onClick: () => void;
}

/** Stays focusable at the ends of the recording, so that holding a key down does not throw the focus away. */
function IconButton({ name, label, isOff, isMain = false, onClick }: IconButtonProps): ReactNode {
  return (
    <button
      type="button"
      className={isMain ? 'btn icon play' : 'btn icon'}
      aria-label={label}
      title={label}
      aria-disabled={isOff}
      onClick={() => {
        if (!isOff) onClick();
      }}
    >
      <Glyph name={name} />
    </button>
  );
}

function Readout({ replica, step }: { readonly replica: Replica; readonly step: number }): ReactNode {
  const t = useTranslate();
  return (
    <>
      <span className="clock">{clockText(replica.timeAt(step))}</span>
      <span className="faint count-of">{t('timeline.stepOf', { step, steps: replica.steps })}</span>
    </>
  );
}

const SPEAK_EVERY = 2000;

/** The caption, and what a reader hears of it: every step by hand, one every two seconds while playing. */
function CaptionLine({ replica, version, step, playing }: TransportProps): ReactNode {
  const t = useTranslate();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the replica changes in place and tells so by its version
  const caption = useMemo(() => captionOf(replica, step), [replica, version, step]);
  const sentence = t(caption.message.key, caption.message.values);
  const who = caption.process === '' ? '' : componentName(caption.process);
  const stopped = useStopped();
  const spoken = useThrottled([stopped, who, sentence].filter(Boolean).join(' '), playing ? SPEAK_EVERY : 0);
  return (
    <>
      <span className="rule" />
      {stopped !== undefined && (
        <p className="stopped" title={stopped}>
          <i className="brk is-hit" aria-hidden="true" />
          <span className="cut">{stopped}</span>
        </p>
      )}
      <p className="now" title={`${who} ${sentence}`.trim()}>
        {who !== '' && <b>{who}</b>}
        <span className="cut">{sentence}</span>
      </p>
      <span className="unseen" role="status">
        {spoken}
      </span>
    </>
  );
}

/** The latest text, at most one in so many milliseconds. */
function useThrottled(text: string, every: number): string {
  const [spoken, setSpoken] = useState(text);
  const last = useRef(0);
  useEffect(() => {
    const wait = Math.max(0, last.current + every - performance.now());
    const timer = setTimeout(() => {
      last.current = performance.now();
      setSpoken(text);
    }, wait);
    return () => clearTimeout(timer);
  }, [text, every]);
  return spoken;
}

/** Where the operations were, how dense the steps are, and the playhead: a slider over the steps, laid out by time. */
function Scrubber({ replica, version, step, onSeek }: TransportProps): ReactNode {
  const t = useTranslate();
  const track = useRef<HTMLDivElement>(null);
  const slider = useRef<HTMLInputElement>(null);
  const { width } = useSize(track);
  const view = useStore(timelineView);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const data = useMemo(() => timelineData(replica), [replica, version]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const axis = useMemo(() => viewAxis(replica, data, view, width), [replica, version, data, view, width]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const density = useMemo(() => densityPath(replica, axis), [replica, version, axis]);
  const flags = placedFlags(data.flags, (flag) => xOf(axis, flag.at), width, t);
  const x = xOf(axis, replica.timeAt(step));

  const seek = (event: PointerEvent<HTMLElement>): void => {
    if (track.current === null) return;
    const at = placeIn(track.current, event).x;
    onSeek(at <= 0 ? 0 : replica.stepAtTime(timeOf(axis, at)));
  };
  return (
    <div className="trow scrub">
      <span>{t('timeline.operations')}</span>
      <div ref={track}>
        <svg className="dens" viewBox={`0 0 ${Math.max(width, 1)} 9`} preserveAspectRatio="none" aria-hidden="true">
          <path d={density} />
        </svg>
        {flags.map((flag) => (
          <span key={flag.step} className="op" style={{ left: flag.x }} title={flag.text}>
            {flag.isFault && <Glyph name="s-bolt" size="s" />}
            {flag.fits && flag.text}
          </span>
        ))}
        <Diamonds axis={axis} replica={replica} step={step} />
        <i className="head-mark" style={{ left: x }} hidden={replica.steps === 0 || x < 0 || x > width + 1} />
        <input
          ref={slider}
          type="range"
          min={0}
          max={replica.steps}
          step={1}
          value={Math.min(step, replica.steps)}
          aria-label={t('timeline.position')}
          aria-valuenow={step}
          aria-valuetext={t('timeline.positionText', {
            step,
            steps: replica.steps,
            clock: clockText(replica.timeAt(step)),
          })}
          onChange={(event) => onSeek(Number(event.target.value))}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            seek(event);
          }}
          onPointerMove={(event) => {
            if (event.currentTarget.hasPointerCapture(event.pointerId)) seek(event);
          }}
          onMouseDown={(event) => {
            // The browser would lay the steps out evenly; here they stand where their time is.
            event.preventDefault();
            event.currentTarget.focus();
          }}
        />
      </div>
    </div>
  );
}

const DENSITY_BUCKET = 5;
const DENSITY_HEIGHT = 9;

/** Bars of steps for every few pixels, the highest where most steps are. */
function densityPath(replica: Replica, axis: Axis): string {
  const counts: number[] = [];
  let before = axis.from === 0 ? 0 : replica.stepAtTime(axis.from);
  for (let x = DENSITY_BUCKET; x - DENSITY_BUCKET < axis.width; x += DENSITY_BUCKET) {
    const until = replica.stepAtTime(timeOf(axis, Math.min(x, axis.width)));
    counts.push(until - before);
    before = until;
  }
  const most = Math.max(1, ...counts);
  return counts
    .map((count, index) => {
      if (count <= 0) return '';
      const height = Math.max(1, Math.sqrt(count / most) * DENSITY_HEIGHT);
      return `M${index * DENSITY_BUCKET} ${DENSITY_HEIGHT}v${-height}h4v${height}z`;
    })
    .join('');
}

interface PlacedFlag {
  readonly step: number;
  readonly x: number;
  readonly text: string;
  readonly fits: boolean;
  readonly isFault: boolean;
}

const ABOUT_A_LETTER = 5.6;
const BOLT = 10;

/** Labels are written only where they fit whole before the next flag. */
function placedFlags(flags: readonly Flag[], xAt: (flag: Flag) => number, width: number, t: Translate): PlacedFlag[] {
  return flags
    .map((flag) => ({ flag, x: xAt(flag), text: flagText(flag, t) }))
    .filter(({ x }) => x >= 0 && x <= width)
    .map(({ flag, x, text }, index, all) => {
      const room = (all[index + 1]?.x ?? width) - x - 8;
      const isFault = flag.verb === 'fault';
      const needed = text.length * ABOUT_A_LETTER + (isFault ? BOLT : 0);
      return { step: flag.step, x, text, fits: needed <= room, isFault };
    });
}

const FLAG_KEYS: Readonly<Record<string, MessageKey>> = {
  apply: 'timeline.opApply',
  delete: 'timeline.opDelete',
  fault: 'timeline.opFault',
};

/** What a fault is about, in the words in which it was asked for: its place, and how that is to be. */
function faultName(recorded: RecordedOperation | undefined): string {
  if (recorded?.operation.type !== 'fault') return '';
  const { fault } = recorded.operation;
  return ['component', 'method', 'driver', 'node', 'volume', 'path', 'is']
    .filter((name) => name !== 'driver' || text(fault, 'method') === '')
    .map((name) => text(fault, name))
    .filter(Boolean)
    .join(' ');
}

function flagText(flag: Flag, t: Translate): string {
  const key = FLAG_KEYS[flag.verb];
  const name = flag.verb === 'fault' ? faultName(run.getState().source.operations[flag.operation]) : flag.name;
  const whole = flag.verb === 'kubectl' ? name : `${flag.verb} ${name}`;
  const what = key === undefined ? whole.trim() : t(key, { name }).trim();
  return flag.requests > 1 ? t('timeline.opMore', { what, count: flag.requests - 1 }) : what;
}
