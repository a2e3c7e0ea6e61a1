import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { own } from '../own.ts';
import { VALUES } from '../schema/values.ts';
import { forbiddenField, IMMUTABLE, invalidValue, oneOf } from './field.ts';
import { ageColumn, nameColumn, validateObjectMeta, validateObjectMetaUpdate } from './metadata.ts';

export interface PriorityClass extends KubeObject {
  readonly value: number;
  readonly globalDefault?: boolean;
  readonly description?: string;
  readonly preemptionPolicy?: string;
}

const columns: readonly Column<PriorityClass>[] = [
  nameColumn,
  { name: 'Value', cell: ({ value }) => String(value ?? 0) },
  { name: 'Global-Default', cell: ({ globalDefault }) => String(globalDefault ?? false) },
  ageColumn,
  { name: 'PreemptionPolicy', cell: ({ preemptionPolicy }) => preemptionPolicy ?? '' },
];

/** Classes that every cluster has. @see pkg/apis/scheduling/v1/helpers.go */
export const SYSTEM_PRIORITY_CLASSES: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

const HIGHEST_USER_PRIORITY = 1_000_000_000;

/** What is wrong with a class that has a name of the system's. @see pkg/apis/scheduling/v1/helpers.go IsKnownSystemPriorityClass */
function systemFault(name: string, value: number, globalDefault: boolean): string | undefined {
  if (!name.startsWith('system-')) return undefined;
  const known = own(SYSTEM_PRIORITY_CLASSES, name);
  if (known === undefined) return `${name} is not a known system priority class`;
  if (known !== value) return `value of ${name} PriorityClass must be ${known}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

/** @see pkg/apis/scheduling/validation/validation.go ValidatePriorityClass */
function validate({ metadata, value, globalDefault = false, preemptionPolicy }: PriorityClass): FieldError[] {
  const errors = validateObjectMeta(metadata, false);
  const fault = systemFault(metadata.name, value, globalDefault);
  if (fault !== undefined) {
    const text = `priority class names with 'system-' prefix are reserved for system use only. error: ${fault}`;
    errors.push(forbiddenField('metadata.name', text));
  } else if (!metadata.name.startsWith('system-') && value > HIGHEST_USER_PRIORITY) {
    errors.push(
      forbiddenField('value', `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`),
    );
  }
  if (preemptionPolicy !== undefined)
    errors.push(...oneOf('preemptionPolicy', preemptionPolicy, VALUES['core.PreemptionPolicy']));
  return errors;
}

export const priorityClass = defineKind<PriorityClass>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  singular: 'priorityclass',
  shortNames: ['pc'],
  namespaced: false,
  generationOf: ['value', 'globalDefault', 'description', 'preemptionPolicy'],
  indices: { defaults: { of: ({ globalDefault }) => (globalDefault ? ['default'] : []) } },
  columns,
  defaults: (object) => ({
    ...object,
    value: object.value ?? 0,
    preemptionPolicy: object.preemptionPolicy ?? 'PreemptLowerPriority',
  }),
  validate,
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...(object.value === old.value ? [] : [forbiddenField('value', 'may not be changed in an update.')]),
    ...(object.preemptionPolicy === old.preemptionPolicy
      ? []
      : [invalidValue('preemptionPolicy', object.preemptionPolicy, IMMUTABLE)]),
  ],
});
