import './tools.css';
import { type ChangeEvent, type ReactNode, useDeferredValue } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { GROUPINGS, namespacesOf, STATUSES } from '../model/filter.ts';
import type { Structure } from '../model/structure.ts';
import { listing, showOnly, sizeOfStructure, toggleList } from './listing.ts';

const STATUS_KEYS = {
  any: 'list.statusAny',
  attention: 'list.statusAttention',
  working: 'list.statusWorking',
  waiting: 'list.statusWaiting',
  failed: 'list.statusFailed',
  ending: 'list.statusEnding',
  ok: 'list.statusOk',
  idle: 'list.statusIdle',
} as const;

const GROUP_KEYS = {
  owner: 'list.byOwner',
  namespace: 'list.byNamespace',
  class: 'list.byClass',
  node: 'list.byNode',
} as const;

/** From so many objects on, those that want a person are one click away. */
const MANY = 300;

export interface ViewToolsProps {
  readonly structure: Structure;
  readonly isList: boolean;
}

/** What is shown and how it stands together, above the graph and above the list. */
export function ViewTools({ structure, isList }: ViewToolsProps): ReactNode {
  const { t } = useTranslation();
  const { namespace, status, text, groupBy } = useStore(listing);
  const known = useDeferredValue(namespacesOf(structure));
  // A namespace of the address may be none of this run: it is shown, so that it can be taken back.
  const namespaces = namespace === '' || known.includes(namespace) ? known : [...known, namespace];
  return (
    <div className="view-tools">
      <button type="button" className="btn box" aria-pressed={isList} aria-keyshortcuts="g" onClick={toggleList}>
        {t('list.listView')}
      </button>
      <Choice
        label={t('list.namespace')}
        value={namespace}
        isSet={namespace !== ''}
        options={[
          ['', t('list.allNamespaces')],
          ...namespaces.map((name): readonly [string, string] => [name, name === '' ? '–' : name]),
        ]}
        onChoose={(value) => showOnly({ namespace: value })}
      />
      <Choice
        label={t('list.status')}
        value={status}
        isSet={status !== 'any'}
        options={STATUSES.map((value) => [value, t(STATUS_KEYS[value])])}
        onChoose={(value) => showOnly({ status: STATUSES.find((known) => known === value) ?? 'any' })}
      />
      {status === 'any' && sizeOfStructure(structure) > MANY && (
        <button type="button" className="btn box" onClick={() => showOnly({ status: 'attention' })}>
          {t('list.statusAttention')}
        </button>
      )}
      {!isList && (
        <Choice
          label={t('list.groupBy')}
          value={groupBy}
          isSet={groupBy !== 'owner'}
          options={GROUPINGS.map((value) => [value, t(GROUP_KEYS[value])])}
          onChoose={(value) => listing.setState({ groupBy: GROUPINGS.find((known) => known === value) ?? 'owner' })}
        />
      )}
      <input
        type="search"
        className="name-filter"
        aria-label={t('list.filterNames')}
        aria-keyshortcuts="/"
        placeholder={t('list.name')}
        value={text}
        onChange={(event) => showOnly({ text: event.target.value })}
      />
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  /** Something else than everything is shown. */
  readonly isSet: boolean;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChoose: (value: string) => void;
}

function Choice({ label, value, isSet, options, onChoose }: ChoiceProps): ReactNode {
  return (
    <select
      className={isSet ? 'choice is-set' : 'choice'}
      aria-label={label}
      title={label}
      value={value}
      onChange={(event: ChangeEvent<HTMLSelectElement>) => onChoose(event.target.value)}
    >
      {options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </select>
  );
}
