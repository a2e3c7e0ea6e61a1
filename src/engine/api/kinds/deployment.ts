import { deepEqual } from '../diff.ts';
import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import type { Deployment } from '../object.ts';
import { VALUES } from '../schema/values.ts';
import { forbiddenField, IMMUTABLE, invalidValue, notSupported } from './field.ts';
import {
  ageColumn,
  byNamespace,
  byOwner,
  nameColumn,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './metadata.ts';
import {
  atMostAll,
  containersColumn,
  defaultTemplate,
  imagesColumn,
  nameWarnings,
  numberText,
  selectorColumn,
  shareValue,
  validateNonnegative,
  validateSelectorAndTemplate,
  validateShare,
  workloadWarnings,
} from './workload.ts';

const columns: readonly Column<Deployment>[] = [
  nameColumn,
  { name: 'Ready', cell: ({ spec, status }) => `${numberText(status?.readyReplicas)}/${numberText(spec.replicas)}` },
  { name: 'Up-to-date', cell: ({ status }) => numberText(status?.updatedReplicas) },
  { name: 'Available', cell: ({ status }) => numberText(status?.availableReplicas) },
  ageColumn,
  containersColumn,
  imagesColumn,
  selectorColumn,
];

const DEFAULT_SHARE = '25%';

/** @see pkg/apis/apps/v1/defaults.go SetDefaults_Deployment */
function setDefaults(object: Deployment): Deployment {
  const spec = object.spec ?? {};
  const type = spec.strategy?.type || 'RollingUpdate';
  const given = spec.strategy?.rollingUpdate;
  const rollingUpdate =
    type === 'RollingUpdate'
      ? {
          rollingUpdate: {
            ...given,
            maxUnavailable: given?.maxUnavailable ?? DEFAULT_SHARE,
            maxSurge: given?.maxSurge ?? DEFAULT_SHARE,
          },
        }
      : given && { rollingUpdate: given };
  return {
    ...object,
    spec: {
      ...spec,
      replicas: spec.replicas ?? 1,
      template: defaultTemplate(spec.template),
      strategy: { type, ...rollingUpdate },
      revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
      progressDeadlineSeconds: spec.progressDeadlineSeconds ?? 600,
    },
  };
}

/** @see pkg/apis/apps/validation/validation.go ValidateDeploymentStrategy */
function validateStrategy({ spec: { strategy } }: Deployment): FieldError[] {
  const field = 'spec.strategy';
  if (strategy?.type === 'Recreate') {
    const text = "may not be specified when strategy `type` is 'Recreate'";
    return strategy.rollingUpdate ? [forbiddenField(`${field}.rollingUpdate`, text)] : [];
  }
  if (strategy?.type !== 'RollingUpdate') {
    const shown = { Type: strategy?.type ?? '', RollingUpdate: null };
    return [notSupported(field, shown, VALUES['apps.DeploymentStrategyType'])];
  }
  const { maxUnavailable, maxSurge } = strategy.rollingUpdate ?? {};
  const [unavailable, surge] = [`${field}.rollingUpdate.maxUnavailable`, `${field}.rollingUpdate.maxSurge`];
  const isStuck = shareValue(maxUnavailable) === 0 && shareValue(maxSurge) === 0;
  return [
    ...validateShare(maxUnavailable, unavailable),
    ...validateShare(maxSurge, surge),
    ...(isStuck ? [invalidValue(unavailable, maxUnavailable, 'may not be 0 when `maxSurge` is 0')] : []),
    ...atMostAll(maxUnavailable, unavailable),
  ];
}

function validate(object: Deployment): FieldError[] {
  const { metadata, spec } = object;
  const { progressDeadlineSeconds: deadline, minReadySeconds = 0 } = spec;
  const errors = [
    ...validateObjectMeta(metadata, true),
    ...validateNonnegative(spec.replicas, 'spec.replicas'),
    ...validateSelectorAndTemplate(object),
    ...validateStrategy(object),
    ...validateNonnegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...validateNonnegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
  ];
  errors.push(...validateNonnegative(deadline, 'spec.progressDeadlineSeconds'));
  if (deadline !== undefined && deadline <= minReadySeconds) {
    errors.push(invalidValue('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'));
  }
  return errors;
}

export const deployment = defineKind<Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  namespaced: true,
  all: true,
  statusSubresource: true,
  statusWritesAnnotations: true,
  generationOf: ['spec'],
  indices: { byNamespace, byOwner },
  columns,
  defaults: setDefaults,
  prepareForCreate: (object) => ({ ...object, status: {} }),
  validate,
  warnings: (object, old) => [...(old ? [] : nameWarnings(object.metadata.name)), ...workloadWarnings(object, old)],
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...(deepEqual(object.spec.selector, old.spec.selector)
      ? []
      : [invalidValue('spec.selector', object.spec.selector, IMMUTABLE)]),
  ],
});
