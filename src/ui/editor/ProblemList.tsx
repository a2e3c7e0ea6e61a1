import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Diagnostic } from '../../worker/protocol.ts';
import { Glyph } from '../graph/Glyph.tsx';
import { useSession } from '../shell/hooks.ts';
import { makeChange } from './changes.ts';
import { remedyKey, remedyOf } from './problems.ts';

const GLYPHS = { error: 's-failed', warning: 's-waiting', info: 's-idle' } as const;
const FAMILIES = { error: 'is-failed', warning: 'is-waiting', info: 'is-idle' } as const;
const WORDS = { error: 'editor.error', warning: 'editor.warning', info: 'editor.info' } as const;

/** More than this is not read by anybody. */
const SHOWN = 100;

export interface ProblemListProps {
  readonly diagnostics: readonly Diagnostic[];
  readonly onGo: (line: number, column: number) => void;
}

/**
 * Each problem with its place, the field, and what to do; what is missing or out of date can be changed here. Below,
 * folded, what is well but not simulated.
 */
export function ProblemList({ diagnostics, onGo }: ProblemListProps): ReactNode {
  const { t } = useTranslation();
  const problems = diagnostics.filter(({ severity }) => severity !== 'info');
  const notes = diagnostics.filter(({ severity }) => severity === 'info');
  if (diagnostics.length === 0) return null;
  return (
    <div className="problems">
      {problems.length > 0 && (
        <List label={t('editor.problems')} diagnostics={problems} onGo={onGo}>
          {(diagnostic) => <Problem diagnostic={diagnostic} onGo={onGo} />}
        </List>
      )}
      {notes.length > 0 && (
        <details className="notes">
          <summary>{t('editor.notes', { count: notes.length })}</summary>
          <List label={t('editor.notesList')} diagnostics={notes} onGo={onGo}>
            {(diagnostic) => <Note diagnostic={diagnostic} onGo={onGo} />}
          </List>
        </details>
      )}
    </div>
  );
}

interface ListProps extends ProblemListProps {
  readonly label: string;
  readonly children: (diagnostic: Diagnostic) => ReactNode;
}

function List({ label, diagnostics, children }: ListProps): ReactNode {
  const { t } = useTranslation();
  return (
    <ul aria-label={label}>
      {diagnostics.slice(0, SHOWN).map((diagnostic) => (
        <li
          key={`${diagnostic.line}:${diagnostic.column}:${diagnostic.message}`}
          className={`problem ${FAMILIES[diagnostic.severity]}`}
        >
          {children(diagnostic)}
        </li>
      ))}
      {diagnostics.length > SHOWN && (
        <li className="faint">{t('editor.more', { count: diagnostics.length - SHOWN })}</li>
      )}
    </ul>
  );
}

interface ItemProps {
  readonly diagnostic: Diagnostic;
  readonly onGo: ProblemListProps['onGo'];
}

function Problem({ diagnostic, onGo }: ItemProps): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const { severity, message, addToCluster, change } = diagnostic;
  const remedy = remedyOf(diagnostic, t);
  return (
    <>
      <div className="problem-head">
        <span className="st">
          <Glyph name={GLYPHS[severity]} size="s" />
          {t(WORDS[severity])}
        </span>
        <Place diagnostic={diagnostic} onGo={onGo} />
      </div>
      <p>{message}</p>
      {remedy !== '' && <p className="remedy">{remedy}</p>}
      {change !== undefined && (
        <button type="button" className="btn box" onClick={() => void makeChange(session, change)}>
          {t(remedyKey(change.title.key), change.title.values ?? {})}
        </button>
      )}
      {addToCluster !== undefined && (
        <button type="button" className="btn box" onClick={() => void session.addToCluster(addToCluster.text)}>
          {t(remedyKey(addToCluster.title.key), addToCluster.title.values ?? {})}
        </button>
      )}
    </>
  );
}

/** What a note means stands in the reader's language alone. */
function Note({ diagnostic, onGo }: ItemProps): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <div className="problem-head">
        <Place diagnostic={diagnostic} onGo={onGo} />
      </div>
      <p className="remedy">{remedyOf(diagnostic, t)}</p>
    </>
  );
}

function Place({ diagnostic: { line, column, path }, onGo }: ItemProps): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <button type="button" className="link" onClick={() => onGo(line, column)}>
        {t('editor.line', { line })}
      </button>
      {path !== undefined && path !== '' && <code className="cut">{path}</code>}
    </>
  );
}
