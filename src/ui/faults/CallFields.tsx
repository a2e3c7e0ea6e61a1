import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Replica } from '../model/replica.ts';
import { type CallForm, type Catalog, CODES, callFault, hasCodes, methodsOf } from './catalog.ts';
import type { Inject } from './FaultsPanel.tsx';
import { Choice, named, oneOf, Text } from './Field.tsx';
import type { Subject } from './faultMenu.ts';

const EFFECTS = ['fails', 'slow', 'hangs'] as const;
const EFFECT_KEYS = { fails: 'faults.fails', slow: 'faults.slow', hangs: 'faults.hangs' } as const;

interface Props {
  readonly catalog: Catalog;
  readonly replica: Replica;
  readonly subject: Subject;
  readonly onInject: Inject;
}

/** A method of a driver that fails, takes long or never answers. */
export function CallFields({ catalog, replica, subject, onInject }: Props): ReactNode {
  const { t } = useTranslation();
  const [form, setForm] = useState<CallForm>({
    driver: subject.driver ?? catalog.drivers[0] ?? '',
    method: subject.method ?? (subject.node === undefined ? '' : 'NodeStageVolume'),
    node: subject.node ?? '',
    does: 'fails',
    code: 'INTERNAL',
    message: t('faults.messageFirst'),
    latency: '30s',
    times: '2',
  });
  const set = (change: Partial<CallForm>): void => setForm({ ...form, ...change });
  if (catalog.drivers.length === 0) return null;
  const methods = named(methodsOf(replica, form.driver));
  const shown: CallForm = { ...form, method: oneOf(form.method, methods) };
  const fault = callFault(shown);
  return (
    <section>
      <h2>{t('faults.call')}</h2>
      <div className="fields">
        <Choice
          label={t('faults.driver')}
          value={shown.driver}
          options={named(catalog.drivers)}
          onChange={(driver) => set({ driver })}
        />
        <Choice
          label={t('faults.method')}
          value={shown.method}
          options={methods}
          onChange={(method) => set({ method })}
        />
        <Choice
          label={t('faults.node')}
          value={shown.node}
          options={[{ value: '', text: t('faults.anyNode') }, ...named(catalog.nodes)]}
          onChange={(to) => set({ node: to })}
        />
        <Choice
          label={t('faults.does')}
          value={shown.does}
          options={EFFECTS.map((value) => ({ value, text: t(EFFECT_KEYS[value]) }))}
          onChange={(does) => set({ does: EFFECTS.find((effect) => effect === does) ?? 'fails' })}
        />
        {shown.does === 'fails' && hasCodes(shown.driver) && (
          <Choice
            label={t('faults.code')}
            value={shown.code}
            options={named(CODES)}
            onChange={(code) => set({ code })}
          />
        )}
        {shown.does === 'fails' && (
          <Text label={t('faults.message')} value={shown.message} onChange={(message) => set({ message })} />
        )}
        {shown.does === 'slow' && (
          <Text label={t('faults.latency')} value={shown.latency} onChange={(latency) => set({ latency })} />
        )}
        <Text
          label={t('faults.times')}
          value={shown.times}
          hint={t('faults.allCalls')}
          isNumber
          onChange={(times) => set({ times })}
        />
        <button
          type="button"
          className="btn box"
          disabled={fault === undefined}
          onClick={() => fault !== undefined && onInject(fault)}
        >
          {t('faults.inject')}
        </button>
      </div>
    </section>
  );
}
