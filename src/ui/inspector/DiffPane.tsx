import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Moment } from '../model/moment.ts';
import type { Element } from '../model/structure.ts';
import { seek } from '../store/player.ts';
import { type DiffLine, foldEqual, type Gap } from './lines.ts';
import { type DiffMode, hasApplied, yamlDiff } from './yaml.ts';

const CLASSES = { '+': 'add', '-': 'del', ' ': undefined } as const;

/** What changed in the object's YAML. */
export function DiffPane({ moment, element }: { readonly moment: Moment; readonly element: Element }): ReactNode {
  const { t } = useTranslation();
  const [wished, setWished] = useState<DiffMode>('applied');
  const { replica, step } = moment;
  const object = replica.objectAt(element.id, step);
  const diff = yamlDiff(replica, element.id, step, wished);
  if (object === undefined || diff === undefined) {
    return (
      <div className="empty">
        <b>{t('inspector.noYaml')}</b>
        {t('inspector.noYamlHint')}
      </div>
    );
  }
  const previous = replica.lastChange(element.id, diff.step - 1);
  const next = replica.nextChange(element.id, step);
  const hint = diff.mode === 'applied' ? 'diffAppliedHint' : diff.isNew ? 'diffCreated' : 'diffStepHint';
  return (
    <>
      <fieldset className="modes" aria-label={t('inspector.diffMode')}>
        {hasApplied(object) && (
          <ModeButton
            text={t('inspector.diffApplied')}
            isOn={diff.mode === 'applied'}
            onClick={() => setWished('applied')}
          />
        )}
        <ModeButton
          text={t('inspector.diffStep', { step: diff.step })}
          isOn={diff.mode === 'step'}
          onClick={() => setWished('step')}
        />
      </fieldset>
      <p className="faint">{t(`inspector.${hint}`, { step: diff.step })}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls by keys */}
      <div className="diff" tabIndex={0} role="tabpanel" aria-label={t('inspector.diff')}>
        <Lines lines={diff.lines} />
      </div>
      <div className="modes steps">
        {previous !== undefined && (
          <button type="button" className="btn box" onClick={() => seek(previous)}>
            {t('inspector.previousChange')}
          </button>
        )}
        {next !== undefined && (
          <button type="button" className="btn box" onClick={() => seek(next)}>
            {t('inspector.nextChange')}
          </button>
        )}
      </div>
    </>
  );
}

function ModeButton({
  text,
  isOn,
  onClick,
}: {
  readonly text: string;
  readonly isOn: boolean;
  readonly onClick: () => void;
}): ReactNode {
  return (
    <button type="button" className="btn box" aria-pressed={isOn} onClick={onClick}>
      {text}
    </button>
  );
}

function isGap(line: DiffLine | Gap): line is Gap {
  return 'hidden' in line;
}

function Lines({ lines }: { readonly lines: readonly DiffLine[] }): ReactNode {
  const { t } = useTranslation();
  const words = { '+': t('inspector.added'), '-': t('inspector.removed') } as const;
  return (
    <ol>
      {foldEqual(lines).map((line, index) => {
        // The same line may stand in a text many times: its place is all that tells it from the others.
        const key = String(index);
        if (isGap(line)) {
          return (
            <li key={key} className="skip">
              {t('inspector.unchangedLines', { count: line.hidden })}
            </li>
          );
        }
        return (
          <li key={key} className={CLASSES[line.sign]}>
            {line.sign !== ' ' && <span className="only-spoken">{words[line.sign]}</span>}
            {`${line.sign} ${line.text}`}
          </li>
        );
      })}
    </ol>
  );
}
