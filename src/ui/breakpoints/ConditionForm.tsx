import { type ReactNode, useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Choice } from '../faults/Field.tsx';
import type { Condition } from '../model/breakpoints.ts';
import type { Replica } from '../model/replica.ts';
import { conditionOf, type Form, offersOf } from './form.ts';

const TYPES = ['object', 'field', 'event', 'call', 'component'] as const;
const TYPE_KEYS = {
  object: 'timeline.breakTypeObject',
  field: 'timeline.breakTypeField',
  event: 'timeline.breakTypeEvent',
  call: 'timeline.breakTypeCall',
  component: 'timeline.breakTypeComponent',
} as const;

interface Props {
  readonly replica: Replica;
  readonly version: number;
  readonly initial: Form;
  /** Something is edited, which can be left. */
  readonly onCancel?: (() => void) | undefined;
  readonly onDone: (condition: Condition) => void;
}

/** Describes what to stop at; each field offers what the recording has and takes what it has not. */
export function ConditionForm({ replica, version, initial, onCancel, onDone }: Props): ReactNode {
  const { t } = useTranslation();
  const [form, setForm] = useState(initial);
  const set = (change: Partial<Form>): void => setForm({ ...form, ...change });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the replica changes in place and tells so by its version
  const offers = useMemo(() => offersOf(replica, form.id.trim()), [replica, version, form.id]);
  const condition = conditionOf(form);
  return (
    <form
      className="fields"
      onSubmit={(event) => {
        event.preventDefault();
        if (condition === undefined) return;
        onDone(condition);
        setForm({ ...initial, type: form.type });
      }}
    >
      <Choice
        label={t('timeline.breakType')}
        value={form.type}
        options={TYPES.map((value) => ({ value, text: t(TYPE_KEYS[value]) }))}
        onChange={(type) => set({ type: TYPES.find((one) => one === type) ?? 'object' })}
      />
      {(form.type === 'object' || form.type === 'field') && (
        <Offered
          label={t('timeline.breakId')}
          hint={t('timeline.breakIdHint')}
          value={form.id}
          offers={offers.ids}
          onChange={(id) => set({ id })}
        />
      )}
      {form.type === 'field' && (
        <Offered
          label={t('timeline.breakFieldName')}
          hint="status.phase"
          value={form.field}
          offers={offers.fields}
          onChange={(field) => set({ field })}
        />
      )}
      {form.type === 'event' && (
        <>
          <Offered
            label={t('timeline.breakReason')}
            hint="FailedMount"
            value={form.reason}
            offers={offers.reasons}
            onChange={(reason) => set({ reason })}
          />
          <Offered
            label={t('timeline.breakOn')}
            hint={t('timeline.breakIdHint')}
            value={form.on}
            offers={offers.ids}
            onChange={(on) => set({ on })}
          />
        </>
      )}
      {form.type === 'call' && (
        <>
          <Offered
            label={t('timeline.breakMethod')}
            hint="CreateVolume"
            value={form.method}
            offers={offers.methods}
            onChange={(method) => set({ method })}
          />
          <Offered
            label={t('timeline.breakDriver')}
            value={form.driver}
            offers={offers.drivers}
            onChange={(driver) => set({ driver })}
          />
          <Choice
            label={t('timeline.breakWhen')}
            value={form.when}
            options={[
              { value: 'begins', text: t('timeline.breakWhenBegins') },
              { value: 'fails', text: t('timeline.breakWhenFails') },
            ]}
            onChange={(when) => set({ when: when === 'fails' ? 'fails' : 'begins' })}
          />
        </>
      )}
      {form.type === 'component' && (
        <Offered
          label={t('timeline.breakProcess')}
          hint="kube-scheduler"
          value={form.process}
          offers={offers.processes}
          onChange={(process) => set({ process })}
        />
      )}
      {/* Keeps the focus when the fields are empty again. */}
      <button type="submit" className="btn box" aria-disabled={condition === undefined}>
        {onCancel === undefined ? t('timeline.breakAdd') : t('timeline.breakSave')}
      </button>
      {onCancel !== undefined && (
        <button type="button" className="btn" onClick={onCancel}>
          {t('timeline.breakCancel')}
        </button>
      )}
    </form>
  );
}

interface OfferedProps {
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
  readonly offers: readonly string[];
  readonly onChange: (value: string) => void;
}

/** More would only slow the list down; what is typed narrows it. */
const MOST_OFFERS = 200;

function Offered({ label, value, hint, offers, onChange }: OfferedProps): ReactNode {
  const id = useId();
  const typed = value.trim().toLowerCase();
  const shown = offers.filter((offer) => offer.toLowerCase().includes(typed)).slice(0, MOST_OFFERS);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        value={value}
        placeholder={hint}
        list={`${id}-offers`}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={`${id}-offers`}>
        {shown.map((offer) => (
          <option key={offer} value={offer} />
        ))}
      </datalist>
    </div>
  );
}
