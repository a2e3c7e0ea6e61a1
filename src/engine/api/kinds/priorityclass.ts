import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
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

const HIGHEST_USER_PRIORITY = 1_000_000_000;

/** @see pkg/apis/scheduling/validation/validation.go ValidatePriorityClass */
function validate({ metadata, value, preemptionPolicy }: PriorityClass): FieldError[] {
  const errors = validateObjectMeta(metadata, false);
  if (metadata.name.startsWith('system-')) {
    const text = `priority class names with 'system-' prefix are reserved for system use only. error: ${metadata.name} is not a known system priority class`;
    errors.push(forbiddenField('metadata.name', text));
  } else if (value > HIGHEST_USER_PRIORITY) {
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
