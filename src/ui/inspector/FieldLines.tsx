import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldPath } from '../model/fields.ts';
import { foldEqual, type Gap } from './lines.ts';
import type { FieldLine } from './yaml.ts';

const CLASSES = { '+': 'add', '-': 'del', ' ': undefined } as const;

/** Which step made a field what it is, and who. */
export interface Origin {
  readonly step: number;
  readonly process: string;
}

interface Props {
  readonly lines: readonly FieldLine[];
  /** Lines that did not change are shown, too. */
  readonly isWhole: boolean;
  readonly onWhole: (isWhole: boolean) => void;
  /** The step that made a line's field what it is; undefined where none did. */
  readonly originAt: (line: FieldLine) => Origin | undefined;
  readonly nameOf: (process: string) => string;
  readonly onFollow: (line: FieldLine, origin: Origin) => void;
}

function isGap(line: FieldLine | Gap): line is Gap {
  return 'hidden' in line;
}

/**
 * The lines of a comparison. One of them is the stop of the tab key; arrows move from there, Enter or a click goes to the step
 * that set the line's field.
 */
export function FieldLines({ lines, isWhole, onWhole, originAt, nameOf, onFollow }: Props): ReactNode {
  const { t } = useTranslation();
  const list = useRef<HTMLOListElement>(null);
  const [focused, setFocused] = useState(0);
  const [looked, setLooked] = useState<number>();
  const shown: readonly (FieldLine | Gap)[] = isWhole ? lines : foldEqual(lines);
  const stops = shown.flatMap((line, index) => (isGap(line) ? [] : [index]));
  const stop = stops.includes(focused) ? focused : stops[0];
  const words = { '+': t('inspector.added'), '-': t('inspector.removed') } as const;
  const onKeyDown = (event: KeyboardEvent): void => {
    const here = stops.indexOf(stop ?? 0);
    const to = { ArrowUp: here - 1, ArrowDown: here + 1, Home: 0, End: stops.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = stops[Math.max(0, Math.min(to, stops.length - 1))];
    if (next === undefined) return;
    setFocused(next);
    list.current?.querySelector<HTMLElement>(`[data-line="${next}"]`)?.focus();
  };
  return (
    <div className="diff">
      <ol ref={list} onKeyDown={onKeyDown} aria-label={t('inspector.diff')}>
        {shown.map((line, index) => {
          // The same line may stand in a text many times: its place is all that tells it from the others.
          const key = String(index);
          if (isGap(line)) {
            return (
              <li key={key} className="skip">
                <button type="button" className="link" onClick={() => onWhole(true)}>
                  {t('inspector.unchangedLines', { count: line.hidden })}
                </button>
              </li>
            );
          }
          const origin = looked === index ? originAt(line) : undefined;
          const field = fieldPath(line.path);
          return (
            <li key={key} className={CLASSES[line.sign]}>
              <button
                type="button"
                className="field-line"
                data-line={index}
                tabIndex={index === stop ? 0 : -1}
                title={origin && t('inspector.setAt', { field, step: origin.step, component: nameOf(origin.process) })}
                onPointerEnter={() => setLooked(index)}
                onFocus={() => {
                  setFocused(index);
                  setLooked(index);
                }}
                onClick={() => {
                  const found = originAt(line);
                  if (found !== undefined) onFollow(line, found);
                }}
              >
                {line.sign !== ' ' && <span className="only-spoken">{words[line.sign]}</span>}
                <span className="text">{`${line.sign} ${line.text}`}</span>
                {origin !== undefined && (
                  <span className="origin">
                    {t('inspector.originShort', { step: origin.step, component: nameOf(origin.process) })}
                  </span>
                )}
              </button>
            </li>
          );
        })}
      </ol>
      {isWhole && (
        <button type="button" className="btn" onClick={() => onWhole(false)}>
          {t('inspector.foldUnchanged')}
        </button>
      )}
    </div>
  );
}
