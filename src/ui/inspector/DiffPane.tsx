import './panes.css';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectId } from '../../worker/protocol.ts';
import { clockText } from '../model/axis.ts';
import { fieldPath, originOf } from '../model/fields.ts';
import type { Moment } from '../model/moment.ts';
import { componentName } from '../model/names.ts';
import type { Replica } from '../model/replica.ts';
import type { Element } from '../model/structure.ts';
import { seek } from '../store/player.ts';
import { FieldLines, type Origin } from './FieldLines.tsx';
import { type DiffMode, hasApplied, stepOfLine, yamlDiff } from './yaml.ts';

/** A field that was followed to the step which set it, and where the playhead was before. */
interface Followed extends Origin {
  readonly id: ObjectId;
  readonly field: string;
  readonly from: number;
}

/** What changed in the object's YAML, and which step made each field what it is. */
export function DiffPane({ moment, element }: { readonly moment: Moment; readonly element: Element }): ReactNode {
  const { t } = useTranslation();
  const [wished, setWished] = useState<'applied' | 'step' | 'two'>('applied');
  const [chosen, setChosen] = useState<{ readonly id: ObjectId; readonly from: number; readonly to: number }>();
  const [isWhole, setIsWhole] = useState(false);
  const [followed, setFollowed] = useState<Followed>();
  const { replica, step } = moment;
  const { id } = element;
  const two = twoSteps(replica, id, step, chosen?.id === id ? chosen : undefined);
  const mode: DiffMode = wished === 'two' && two !== undefined ? two : wished === 'two' ? 'step' : wished;
  const object = replica.objectAt(id, step);
  const diff = yamlDiff(replica, id, step, mode);
  if (diff === undefined) {
    return (
      <div className="empty">
        <b>{t('inspector.noYaml')}</b>
        {t('inspector.noYamlHint')}
      </div>
    );
  }
  const follow = (field: string, origin: Origin): void => {
    setFollowed({ id, field, ...origin, from: step });
    seek(origin.step);
  };
  const previous = replica.lastChange(id, diff.step - 1);
  const next = replica.nextChange(id, step);
  const isApplied = diff.mode === 'applied';
  const isTwo = typeof diff.mode === 'object';
  const hint = isApplied ? 'diffAppliedHint' : diff.isNew ? 'diffCreated' : 'diffStepHint';
  return (
    <>
      <fieldset className="modes" aria-label={t('inspector.diffMode')}>
        {object !== undefined && hasApplied(object) && (
          <ModeButton text={t('inspector.diffApplied')} isOn={isApplied} onClick={() => setWished('applied')} />
        )}
        <ModeButton
          text={isTwo ? t('inspector.diffLast') : t('inspector.diffStep', { step: diff.step })}
          isOn={diff.mode === 'step'}
          onClick={() => setWished('step')}
        />
        {two !== undefined && (
          <ModeButton text={t('inspector.diffTwo')} isOn={isTwo} onClick={() => setWished('two')} />
        )}
      </fieldset>
      {typeof diff.mode === 'object' ? (
        <div className="two-steps">
          <StepChoice
            label={t('inspector.diffFrom')}
            replica={replica}
            id={id}
            value={diff.mode.from}
            onChange={(from) => setChosen({ id, from, to: two?.to ?? step })}
          />
          <StepChoice
            label={t('inspector.diffTo')}
            replica={replica}
            id={id}
            value={diff.mode.to}
            onChange={(to) => setChosen({ id, from: two?.from ?? step, to })}
          />
        </div>
      ) : (
        <p className="faint">{t(`inspector.${hint}`, { step: diff.step })}</p>
      )}
      {followed?.id === id && followed.step === step ? (
        <p className="followed" role="status">
          {t('inspector.setBy', { field: followed.field, step, component: nameOf(t, followed.process) })}{' '}
          <button type="button" className="link" onClick={() => seek(followed.from)}>
            {t('inspector.backToStep', { step: followed.from })}
          </button>
        </p>
      ) : (
        <p className="faint">{t('inspector.fieldHint')}</p>
      )}
      <FieldLines
        lines={diff.lines}
        isWhole={isWhole}
        onWhole={setIsWhole}
        originAt={(line) => originOf(replica, id, line.path, stepOfLine(diff, line, step))}
        nameOf={(process) => nameOf(t, process)}
        onFollow={(line, origin) => follow(fieldPath(line.path), origin)}
      />
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

type Text = ReturnType<typeof useTranslation>['t'];

function nameOf(t: Text, process: string): string {
  if (process === 'load') return t('inspector.cluster');
  return process === 'user' ? t('history.user') : componentName(process);
}

/** The two steps that were chosen, else the last change and the one before. */
function twoSteps(
  replica: Replica,
  id: ObjectId,
  step: number,
  chosen: { readonly from: number; readonly to: number } | undefined,
): { readonly from: number; readonly to: number } | undefined {
  const changes = replica.changesOf(id);
  if (changes.length < 2) return undefined;
  if (chosen !== undefined && changes.includes(chosen.from) && changes.includes(chosen.to)) {
    return { from: chosen.from, to: chosen.to };
  }
  const to = changes.findLast((change) => change <= step) ?? changes[1] ?? step;
  const from = changes.findLast((change) => change < to) ?? to;
  return { from, to };
}

interface StepChoiceProps {
  readonly label: string;
  readonly replica: Replica;
  readonly id: ObjectId;
  readonly value: number;
  readonly onChange: (step: number) => void;
}

/** One of the steps that changed the object. */
function StepChoice({ label, replica, id, value, onChange }: StepChoiceProps): ReactNode {
  const { t } = useTranslation();
  return (
    <label>
      <span className="of-step">{label}</span>
      <select value={value} onChange={(event) => onChange(Number(event.target.value))}>
        {replica.changesOf(id).map((step) => (
          <option key={step} value={step}>
            {[
              t('common.stepAt', { step, clock: clockText(replica.timeAt(step)) }),
              nameOf(t, replica.step(step)?.process ?? 'load'),
            ].join(t('common.listSeparator'))}
          </option>
        ))}
      </select>
    </label>
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
