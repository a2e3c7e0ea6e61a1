import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Diagnostic } from '../../worker/protocol.ts';
import { Glyph } from '../graph/Glyph.tsx';
import { useSession } from '../shell/hooks.ts';
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

/** Each problem with its place, the field, and what to do; what is missing in the cluster can be added here. */
export function ProblemList({ diagnostics, onGo }: ProblemListProps): ReactNode {
  const { t } = useTranslation();
  if (diagnostics.length === 0) return null;
  return (
    <ul className="problems" aria-label={t('editor.problems')}>
      {diagnostics.slice(0, SHOWN).map((diagnostic) => (
        <Problem
          key={`${diagnostic.line}:${diagnostic.column}:${diagnostic.message}`}
          diagnostic={diagnostic}
          onGo={onGo}
        />
      ))}
      {diagnostics.length > SHOWN && (
        <li className="faint">{t('editor.more', { count: diagnostics.length - SHOWN })}</li>
      )}
    </ul>
  );
}

function Problem({
  diagnostic,
  onGo,
}: {
  readonly diagnostic: Diagnostic;
  readonly onGo: ProblemListProps['onGo'];
}): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const { severity, line, column, path, message, addToCluster } = diagnostic;
  const remedy = remedyOf(diagnostic, t);
  return (
    <li className={`problem ${FAMILIES[severity]}`}>
      <div className="problem-head">
        <span className="st">
          <Glyph name={GLYPHS[severity]} size="s" />
          {t(WORDS[severity])}
        </span>
        <button type="button" className="link" onClick={() => onGo(line, column)}>
          {t('editor.line', { line })}
        </button>
        {path !== undefined && path !== '' && <code className="cut">{path}</code>}
      </div>
      <p>{message}</p>
      {remedy !== '' && <p className="remedy">{remedy}</p>}
      {addToCluster !== undefined && (
        <button type="button" className="btn box" onClick={() => void session.addToCluster(addToCluster.text)}>
          {t(remedyKey(addToCluster.title.key), addToCluster.title.values ?? {})}
        </button>
      )}
    </li>
  );
}
