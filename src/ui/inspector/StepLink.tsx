import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { clockText } from '../model/axis.ts';
import { seek } from '../store/player.ts';
import { run } from '../store/run.ts';

/** Goes to a step; says which, and with `isLong` also when that was. */
export function StepLink({ step, isLong = false }: { readonly step: number; readonly isLong?: boolean }): ReactNode {
  const { t } = useTranslation();
  const clock = clockText(run.getState().replica.timeAt(step));
  return (
    <button type="button" className="link" title={clock} onClick={() => seek(step)}>
      {isLong ? t('common.stepAt', { step, clock }) : t('common.step', { step })}
    </button>
  );
}
