import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { clockText } from '../model/axis.ts';
import type { Replica } from '../model/replica.ts';
import { seek } from '../store/player.ts';
import { run } from '../store/run.ts';
import { type Catalog, CODES, methodsOf } from './catalog.ts';
import { Choice, named, type Option, Text } from './Field.tsx';
import {
  type FaultFields,
  faultOf,
  faultWords,
  NUMBERS,
  type RecordedFault,
  recordedFaults,
  withFault,
  withoutOperation,
} from './recorded.ts';

interface Props {
  readonly catalog: Catalog;
  readonly replica: Replica;
  /** Runs the recording again with these operations, up to a step. */
  readonly onRerun: (operations: ReturnType<typeof withoutOperation>, step: number) => void;
}

/** The faults that are operations of this recording: each can be gone to, changed and taken out. */
export function RecordedFaults({ catalog, replica, onRerun }: Props): ReactNode {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  const operations = useStore(run, (state) => state.source.operations);
  const [edited, setEdited] = useState<number>();
  const faults = recordedFaults(operations, replica);
  if (faults.length === 0) return null;
  return (
    <section>
      <h2 id="faults-recorded" ref={heading} tabIndex={-1}>
        {t('faults.recorded')}
      </h2>
      <ul className="active" aria-labelledby="faults-recorded">
        {faults.map((recorded) => {
          const { index, step = 0, fault } = recorded;
          return (
            <li key={index}>
              <Line
                recorded={recorded}
                replica={replica}
                isEdited={edited === index}
                onEdit={() => setEdited(edited === index ? undefined : index)}
                onRemove={() => {
                  // The line that has the focus is going to leave.
                  heading.current?.focus();
                  setEdited(undefined);
                  onRerun(withoutOperation(operations, index), Math.max(step - 1, 0));
                }}
              />
              {edited === index && (
                <Editor
                  fault={fault}
                  catalog={catalog}
                  replica={replica}
                  onDone={(changed) => {
                    heading.current?.focus();
                    setEdited(undefined);
                    onRerun(withFault(operations, index, changed), step);
                  }}
                />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface LineProps {
  readonly recorded: RecordedFault;
  readonly replica: Replica;
  readonly isEdited: boolean;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

function Line({ recorded: { fault, step }, replica, isEdited, onEdit, onRemove }: LineProps): ReactNode {
  const { t } = useTranslation();
  const { key, values, details } = faultWords(fault);
  const sentence = t(key, { ...values });
  return (
    <div className="fault-line">
      <span>
        {sentence}
        {details.length > 0 && <span className="faint"> {details.join(t('common.listSeparator'))}</span>}{' '}
        {step !== undefined && (
          <button type="button" className="link" onClick={() => seek(step)}>
            {t('common.stepAt', { step, clock: clockText(replica.timeAt(step)) })}
          </button>
        )}
      </span>
      <button type="button" className="btn box" aria-expanded={isEdited} onClick={onEdit}>
        {t('faults.edit')}
        <span className="only-spoken">{sentence}</span>
      </button>
      <button type="button" className="btn box" onClick={onRemove}>
        {t('faults.remove')}
        <span className="only-spoken">{sentence}</span>
      </button>
    </div>
  );
}

interface EditorProps {
  readonly fault: FaultFields;
  readonly catalog: Catalog;
  readonly replica: Replica;
  readonly onDone: (fault: FaultFields) => void;
}

/** Fields that a fault of a call may have besides those it has. */
const OF_CALLS = ['driver', 'method', 'node', 'code', 'message', 'latency', 'times'];

function Editor({ fault, catalog, replica, onDone }: EditorProps): ReactNode {
  const { t } = useTranslation();
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const shown = [
    ...new Set([
      ...Object.keys(fault).filter((field) => typeof fault[field] !== 'boolean'),
      ...(fault['method'] !== undefined && fault['clear'] !== true ? OF_CALLS : []),
    ]),
  ];
  const textOf = (field: string): string => texts[field] ?? (fault[field] === undefined ? '' : String(fault[field]));
  const made = faultOf(fault, texts);
  return (
    <div className="fields">
      {shown.map((field) => {
        const options = optionsOf(field, fault, catalog, replica, textOf('driver'));
        const common = {
          label: t(`faults.field.${field}`, { defaultValue: field }),
          value: textOf(field),
          onChange: (text: string) => setTexts({ ...texts, [field]: text }),
        };
        return options === undefined ? (
          <Text key={field} {...common} isNumber={NUMBERS.has(field)} />
        ) : (
          <Choice key={field} {...common} options={withOwn(options, common.value)} />
        );
      })}
      <button
        type="button"
        className="btn box"
        disabled={made === undefined}
        onClick={() => made !== undefined && onDone(made)}
      >
        {t('faults.change')}
      </button>
    </div>
  );
}

/** What may stand in a field, where that is known. */
function optionsOf(
  field: string,
  fault: FaultFields,
  catalog: Catalog,
  replica: Replica,
  driver: string,
): readonly string[] | undefined {
  switch (field) {
    case 'driver':
      return fault['component'] === undefined ? catalog.drivers : undefined;
    case 'method':
      return methodsOf(replica, driver);
    case 'node':
      return fault['method'] === undefined ? catalog.nodes : ['', ...catalog.nodes];
    case 'code':
      return ['', ...CODES];
    case 'is':
      return STATES.find((states) => states.includes(String(fault['is'])));
    default:
      return undefined;
  }
}

/** What a machine, a driver on a node and a component can be made. */
const STATES: readonly (readonly string[])[] = [
  ['down', 'up', 'kubelet-down', 'kubelet-up', 'partitioned', 'rejoined'],
  ['unregistered', 'registered'],
  ['stopped', 'started'],
  ['lost'],
];

/** What stands there now can stay there. */
function withOwn(options: readonly string[], value: string): readonly Option[] {
  return named(options.includes(value) ? options : [value, ...options]);
}
