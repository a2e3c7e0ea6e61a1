import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Completion } from '../../worker/protocol.ts';
import { useSession } from '../shell/hooks.ts';
import { CompletionList } from './CompletionList.tsx';
import { type Edited, insertCandidate, insertCommon, isUnfinished } from './lines.ts';
import { clearLog, consoleStore, runLine, setDraft } from './store.ts';

type Field = HTMLInputElement | HTMLTextAreaElement;

/** Candidates that are shown, and the one that Enter takes. */
interface Offer extends Completion {
  readonly active: number;
}

/**
 * The line in which a command is written: Tab completes, the arrows go through what was run before. A command of several
 * lines, as it was pasted or with Shift Enter, is written in a field that grows.
 */
export function Prompt({ isBusy }: { readonly isBusy: boolean }): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const id = useId();
  const text = useStore(consoleStore, (state) => state.draft);
  const field = useRef<Field>(null);
  const cursor = useRef<number | undefined>(undefined);
  const [offer, setOffer] = useState<Offer>();
  /** Lines back in the history, 0 for the line that is being written. */
  const [back, setBack] = useState(0);
  const written = useRef('');
  /** After Escape the next Tab leaves the field. */
  const leaves = useRef(false);
  const isLong = text.includes('\n');

  // A text that was put in has its cursor behind it, also when the field has become another one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the text has changed
  useLayoutEffect(() => {
    const to = cursor.current;
    cursor.current = undefined;
    if (to === undefined || field.current === null) return;
    field.current.focus();
    field.current.setSelectionRange(to, to);
  }, [text, isLong]);

  const put = (edited: Edited): void => {
    cursor.current = edited.cursor;
    setDraft(edited.text);
  };
  const here = (): Edited => ({ text, cursor: field.current?.selectionStart ?? text.length });

  const type = (value: string): void => {
    if (value.includes('\n') !== isLong) cursor.current = field.current?.selectionStart ?? value.length;
    setOffer(undefined);
    setBack(0);
    leaves.current = false;
    setDraft(value);
  };

  const complete = async (): Promise<void> => {
    const edited = here();
    const found = await session.complete(edited.text, edited.cursor);
    if (found === undefined || consoleStore.getState().draft !== edited.text) return;
    const [only, ...others] = found.candidates;
    if (only === undefined) return;
    if (others.length === 0) {
      put(insertCandidate(edited, found.start, only));
      return;
    }
    const common = insertCommon(edited, found);
    if (common) put(common);
    else setOffer({ ...found, active: 0 });
  };

  const take = (index: number): void => {
    const candidate = offer?.candidates[index];
    if (offer && candidate !== undefined) put(insertCandidate(here(), offer.start, candidate));
    setOffer(undefined);
  };

  const recall = (by: number): void => {
    const { history } = consoleStore.getState();
    const to = Math.max(0, Math.min(history.length, back + by));
    if (to === back) return;
    if (back === 0) written.current = text;
    const line = to === 0 ? written.current : (history[history.length - to] ?? '');
    setBack(to);
    put({ text: line, cursor: line.length });
  };

  const enter = (wantsLine: boolean): void => {
    const edited = here();
    if (wantsLine || isUnfinished(text)) {
      const { cursor: at } = edited;
      put({ text: `${text.slice(0, at)}\n${text.slice(at)}`, cursor: at + 1 });
    } else if (text.trim() !== '' && !isBusy) {
      setBack(0);
      void runLine(session, text);
    }
  };

  const move = (by: number): boolean => {
    if (offer) {
      const { length } = offer.candidates;
      setOffer({ ...offer, active: (offer.active + by + length) % length });
      return true;
    }
    // In a field of several lines the arrows go through the lines first.
    const { text: all, cursor: at } = here();
    const isEdge = by < 0 ? !all.slice(0, at).includes('\n') : !all.slice(at).includes('\n');
    if (isEdge) recall(-by);
    return isEdge;
  };

  /** Goes through candidates that are shown, else asks for them. */
  const tab = (isBack: boolean): boolean => {
    if (offer) return move(isBack ? -1 : 1);
    if (isBack) return false;
    if (text.trim() === '' || leaves.current) return false;
    void complete();
    return true;
  };

  const leave = (): boolean => {
    setOffer(undefined);
    leaves.current = true;
    return true;
  };

  const press = (event: KeyboardEvent): boolean => {
    if (event.key === 'l' && event.ctrlKey) {
      clearLog();
      return true;
    }
    switch (event.key) {
      case 'Enter':
        if (offer) take(offer.active);
        else enter(event.shiftKey);
        return true;
      case 'Tab':
        return tab(event.shiftKey);
      case 'ArrowUp':
        return move(-1);
      case 'ArrowDown':
        return move(1);
      case 'Escape':
        return leave();
      default:
        return false;
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!event.nativeEvent.isComposing && press(event)) event.preventDefault();
  };

  const onPaste = (event: React.ClipboardEvent<HTMLInputElement>): void => {
    const pasted = event.clipboardData.getData('text/plain').replaceAll('\r\n', '\n').replace(/\n+$/, '');
    if (!pasted.includes('\n')) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = event.currentTarget;
    const start = selectionStart ?? text.length;
    const all = text.slice(0, start) + pasted + text.slice(selectionEnd ?? start);
    put({ text: all, cursor: start + pasted.length });
  };

  const shared = {
    id,
    className: 'console-field',
    value: text,
    'aria-label': t('console.prompt'),
    'aria-describedby': `${id}-hint`,
    autoComplete: 'off',
    autoCapitalize: 'off',
    spellCheck: false,
    onKeyDown,
    onBlur: () => setOffer(undefined),
  };
  return (
    <div className="console-prompt">
      <label htmlFor={id} className="faint" aria-hidden="true">
        {'$'}
      </label>
      {isLong ? (
        <textarea
          {...shared}
          ref={field as React.RefObject<HTMLTextAreaElement>}
          rows={Math.min(8, text.split('\n').length)}
          onChange={(event) => type(event.target.value)}
        />
      ) : (
        <input
          {...shared}
          ref={field as React.RefObject<HTMLInputElement>}
          type="text"
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={offer !== undefined}
          aria-controls={`${id}-list`}
          aria-activedescendant={offer ? `${id}-option-${offer.active}` : undefined}
          placeholder={t('console.placeholder')}
          onChange={(event) => type(event.target.value)}
          onPaste={onPaste}
        />
      )}
      <span className="console-hint faint" id={`${id}-hint`}>
        {t('console.hint')}
      </span>
      {offer && <CompletionList id={id} candidates={offer.candidates} active={offer.active} onTake={take} />}
    </div>
  );
}
