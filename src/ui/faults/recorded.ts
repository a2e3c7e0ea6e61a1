import type { Json, RecordedOperation } from '../../worker/protocol.ts';
import type { Replica } from '../model/replica.ts';
import { componentLabel } from './active.ts';

/** A fault as an operation has it: plain fields. */
export type FaultFields = { readonly [field: string]: Json };

/** A fault among the operations of a recording. */
export interface RecordedFault {
  /** Its place among the operations. */
  readonly index: number;
  /** The step of the page that did it; undefined where a fork has cut it off. */
  readonly step: number | undefined;
  readonly fault: FaultFields;
}

/** Every fault that was injected or taken back, in the order of the recording. */
export function recordedFaults(operations: readonly RecordedOperation[], replica: Replica): readonly RecordedFault[] {
  return operations.flatMap(({ operation }, index): RecordedFault[] => {
    if (operation.type !== 'fault' || !isFields(operation.fault)) return [];
    const step = replica.operationSteps.find((at) => replica.step(at)?.operation === index);
    return [{ index, step, fault: operation.fault }];
  });
}

function isFields(fault: Json): fault is FaultFields {
  return fault !== null && typeof fault === 'object' && !Array.isArray(fault);
}

export function withoutOperation(
  operations: readonly RecordedOperation[],
  index: number,
): readonly RecordedOperation[] {
  return operations.filter((_, place) => place !== index);
}

export function withFault(
  operations: readonly RecordedOperation[],
  index: number,
  fault: FaultFields,
): readonly RecordedOperation[] {
  return operations.map((recorded, place) =>
    place === index ? { ...recorded, operation: { type: 'fault', fault } } : recorded,
  );
}

/** What a fault did, as a sentence with its values, and what that does not say. */
export interface FaultWords {
  readonly key: FaultKey;
  readonly values: Readonly<Record<string, string | number>>;
  readonly details: readonly string[];
}

type FaultKey =
  | 'faults.didDown'
  | 'faults.didUp'
  | 'faults.didKubeletDown'
  | 'faults.didKubeletUp'
  | 'faults.didCutOff'
  | 'faults.didRejoin'
  | 'faults.didUnregister'
  | 'faults.didRegister'
  | 'faults.didStop'
  | 'faults.didStopAfter'
  | 'faults.didStart'
  | 'faults.didLoseFile'
  | 'faults.didLoseVolume'
  | 'faults.didClear'
  | 'faults.callFails'
  | 'faults.callHangs'
  | 'faults.callSlow'
  | 'faults.didOther';

const OF_NODE: Readonly<Record<string, FaultKey>> = {
  down: 'faults.didDown',
  up: 'faults.didUp',
  'kubelet-down': 'faults.didKubeletDown',
  'kubelet-up': 'faults.didKubeletUp',
  partitioned: 'faults.didCutOff',
  rejoined: 'faults.didRejoin',
};

/** The words for a fault. @see injectFault of the engine, which tells faults apart by the same fields in the same order */
export function faultWords(fault: FaultFields): FaultWords {
  const text = (field: string): string => (fault[field] === undefined ? '' : String(fault[field]));
  const told = (...fields: readonly string[]): string[] => fields.map(text).filter((word) => word !== '');
  const driver = text('driver') || '*';
  const method = text('method') || '*';
  const node = text('node');
  if (fault['clear'] === true) return { key: 'faults.didClear', values: { driver, method }, details: [] };
  if (fault['component'] !== undefined) return componentWords(fault, text);
  if (fault['method'] !== undefined) {
    const fails = fault['code'] !== undefined || fault['message'] !== undefined;
    const key = fault['hangs'] === true ? 'faults.callHangs' : fails ? 'faults.callFails' : 'faults.callSlow';
    const times = text('times') === '' ? [] : [`×${text('times')}`];
    return { key, values: { driver, method }, details: [...told('node', 'code', 'message', 'latency'), ...times] };
  }
  if (fault['driver'] !== undefined && fault['volume'] !== undefined) {
    const key = fault['path'] === undefined ? 'faults.didLoseVolume' : 'faults.didLoseFile';
    return { key, values: { place: text('volume'), path: text('path') }, details: [] };
  }
  if (fault['driver'] !== undefined) {
    const key = text('is') === 'registered' ? 'faults.didRegister' : 'faults.didUnregister';
    return { key, values: { driver, node }, details: [] };
  }
  if (fault['path'] !== undefined) {
    return { key: 'faults.didLoseFile', values: { place: node, path: text('path') }, details: [] };
  }
  const key = OF_NODE[text('is')];
  if (key !== undefined) return { key, values: { node }, details: [] };
  return { key: 'faults.didOther', values: { fault: JSON.stringify(fault) }, details: [] };
}

function componentWords(fault: FaultFields, text: (field: string) => string): FaultWords {
  const part = text('driver') || text('node');
  const component = componentLabel(part === '' ? text('component') : `${text('component')}/${part}`);
  if (text('is') === 'started') return { key: 'faults.didStart', values: { component }, details: [] };
  const writes = Number(fault['afterWrites'] ?? 0);
  return writes > 0
    ? { key: 'faults.didStopAfter', values: { component, count: writes }, details: [] }
    : { key: 'faults.didStop', values: { component }, details: [] };
}

/** Fields of a fault that a number is written into. */
export const NUMBERS: ReadonlySet<string> = new Set(['times', 'afterWrites']);

/**
 * The fault that texts for its fields make: numbers where there have to be, and nothing for an empty one.
 * Undefined where a number is none.
 */
export function faultOf(fault: FaultFields, texts: Readonly<Record<string, string>>): FaultFields | undefined {
  const made: Record<string, Json> = { ...fault };
  for (const [field, text] of Object.entries(texts)) {
    const value = text.trim();
    if (value === '') delete made[field];
    else if (!NUMBERS.has(field)) made[field] = value;
    else if (Number.isInteger(Number(value)) && Number(value) > 0) made[field] = Number(value);
    else return undefined;
  }
  return made;
}
