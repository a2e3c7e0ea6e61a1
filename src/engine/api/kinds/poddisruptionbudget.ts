import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import type { Condition, KubeObject, LabelSelector } from '../object.ts';
import { VALUES } from '../schema/values.ts';
import { invalidValue, oneOf } from './field.ts';
import {
  ageColumn,
  byNamespace,
  byOwner,
  nameColumn,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './metadata.ts';
import { validateLabelSelector } from './nodeselector.ts';
import { atMostAll, numberText, validateShare } from './workload.ts';

export interface PodDisruptionBudget extends KubeObject {
  readonly spec?: {
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
    readonly selector?: LabelSelector;
    readonly unhealthyPodEvictionPolicy?: string;
  };
  readonly status?: {
    readonly disruptionsAllowed: number;
    readonly currentHealthy: number;
    readonly desiredHealthy: number;
    readonly expectedPods: number;
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
  };
}

const bound = (value: number | string | undefined): string => (value === undefined ? 'N/A' : String(value));

const columns: readonly Column<PodDisruptionBudget>[] = [
  nameColumn,
  { name: 'Min Available', cell: ({ spec }) => bound(spec?.minAvailable) },
  { name: 'Max Unavailable', cell: ({ spec }) => bound(spec?.maxUnavailable) },
  { name: 'Allowed Disruptions', cell: ({ status }) => numberText(status?.disruptionsAllowed) },
  ageColumn,
];

/** @see pkg/apis/policy/validation/validation.go ValidatePodDisruptionBudgetSpec */
function validate({ metadata, spec }: PodDisruptionBudget): FieldError[] {
  const both = spec?.minAvailable !== undefined && spec.maxUnavailable !== undefined;
  const bounds = (['minAvailable', 'maxUnavailable'] as const).flatMap((name) =>
    spec?.[name] === undefined
      ? []
      : [...validateShare(spec[name], `spec.${name}`), ...atMostAll(spec[name], `spec.${name}`)],
  );
  const policy = spec?.unhealthyPodEvictionPolicy;
  const shown = {
    MinAvailable: spec?.minAvailable ?? null,
    Selector: spec?.selector ?? null,
    MaxUnavailable: spec?.maxUnavailable ?? null,
    UnhealthyPodEvictionPolicy: policy ?? null,
  };
  return [
    ...validateObjectMeta(metadata, true),
    ...(both ? [invalidValue('spec', shown, 'minAvailable and maxUnavailable cannot be both set')] : []),
    ...bounds,
    ...(spec?.selector ? validateLabelSelector(spec.selector, 'spec.selector') : []),
    ...(policy === undefined
      ? []
      : oneOf('spec.unhealthyPodEvictionPolicy', policy, VALUES['policy.UnhealthyPodEvictionPolicyType'])),
  ];
}

export const podDisruptionBudget = defineKind<PodDisruptionBudget>({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  shortNames: ['pdb'],
  namespaced: true,
  conditionalUpdates: true,
  statusSubresource: true,
  generationOf: ['spec'],
  indices: { byNamespace, byOwner },
  columns,
  prepareForCreate: (object) => ({
    ...object,
    status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
  }),
  validate,
  validateUpdate: ({ metadata }, old) => validateObjectMetaUpdate(metadata, old.metadata),
});
