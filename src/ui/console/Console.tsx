import './console.css';
import { memo, type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Glyph } from '../graph/Glyph.tsx';
import { StepLink } from '../inspector/StepLink.tsx';
import { Prompt } from './Prompt.tsx';
import { clearLog, consoleStore, type Entry } from './store.ts';

/** So many lines of one output are drawn; the rest can be copied. */
const SHOWN_LINES = 1000;

/** What was run and printed, and the line to write the next command in. */
export function Console(): ReactNode {
  const { t } = useTranslation();
  const entries = useStore(consoleStore, (state) => state.entries);
  const log = useRef<HTMLDivElement>(null);
  const isRunning = entries.some(({ printed }) => printed === undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each new entry and each answer is to be seen
  useEffect(() => {
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [entries]);

  return (
    <section className="console" aria-label={t('console.console')} aria-busy={isRunning}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <div className="console-log" role="log" aria-label={t('console.output')} tabIndex={0} ref={log}>
        {entries.length === 0 && <p className="console-empty">{t('console.empty')}</p>}
        {entries.map((entry) => (
          <EntryView key={entry.id} entry={entry} />
        ))}
      </div>
      <div className="console-foot">
        <Prompt isBusy={isRunning} />
        {entries.length > 0 && (
          <button type="button" className="btn small" onClick={clearLog}>
            {t('console.clear')}
          </button>
        )}
      </div>
    </section>
  );
}

const EntryView = memo(function EntryView({ entry }: { readonly entry: Entry }): ReactNode {
  const { t } = useTranslation();
  const { line, step, printed } = entry;
  return (
    <div className="console-entry">
      <div className="console-line">
        <span className="faint" aria-hidden="true">
          {'$'}
        </span>
        <b>{line}</b>
        <span className="console-facts">
          <StepLink step={step} />
          {printed !== undefined && <CopyButton text={printed.out + printed.err} />}
        </span>
      </div>
      {printed === undefined && <p className="faint">{t('console.running')}</p>}
      {printed !== undefined && printed.out !== '' && <Printed text={printed.out} />}
      {printed !== undefined && printed.err !== '' && <ErrorText text={printed.err} isError={printed.exit !== 0} />}
    </div>
  );
});

/** What came on standard error: an error where the command failed, else a warning or a note. */
function ErrorText({ text, isError }: { readonly text: string; readonly isError: boolean }): ReactNode {
  const { t } = useTranslation();
  const isWarning = !isError && text.startsWith('Warning:');
  const family = isError ? 'is-failed' : isWarning ? 'is-waiting' : 'is-idle';
  const glyph = isError ? 's-failed' : isWarning ? 's-waiting' : 's-idle';
  const word = isError ? t('console.error') : isWarning ? t('console.warning') : t('console.note');
  return (
    <div className={`console-err ${family}`}>
      <span className="st">
        <Glyph name={glyph} size="s" />
        {word}
      </span>
      <Printed text={text} />
    </div>
  );
}

function Printed({ text }: { readonly text: string }): ReactNode {
  const { t } = useTranslation();
  const lines = text.replace(/\n$/, '').split('\n');
  const more = lines.length - SHOWN_LINES;
  return (
    <>
      <pre>{more > 0 ? lines.slice(0, SHOWN_LINES).join('\n') : lines.join('\n')}</pre>
      {more > 0 && <p className="faint">{t('console.more', { count: more })}</p>}
    </>
  );
}

function CopyButton({ text }: { readonly text: string }): ReactNode {
  const { t } = useTranslation();
  if (text === '') return null;
  return (
    <button type="button" className="link" onClick={() => void navigator.clipboard.writeText(text)}>
      {t('console.copy')}
    </button>
  );
}
