import { deepEqual } from '../diff.ts';
import type { FieldError } from '../errors.ts';
import type { Container, Pod, PodSpec, Toleration } from '../object.ts';
import { forbiddenField } from './field.ts';
import { specDiff } from './internal.ts';
import { validateObjectMetaUpdate } from './metadata.ts';

const UPDATABLE: readonly string[] = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
];

const withOldImages = (containers: readonly Container[] = [], old: readonly Container[] = []): readonly Container[] =>
  containers.map((container, i) => {
    const image = old[i]?.image;
    return image === undefined ? container : { ...container, image };
  });

/** The new spec with everything put back that may change. */
function munged(spec: PodSpec, old: PodSpec): PodSpec {
  const { activeDeadlineSeconds: _, tolerations: _t, schedulingGates: _g, ...rest } = spec;
  const gated = (old.schedulingGates ?? []).length > 0;
  const { nodeSelector, affinity } = gated ? old : spec;
  const { nodeSelector: _n, affinity: _a, ...others } = rest;
  const wasNegative = (old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1;
  return {
    ...others,
    containers: withOldImages(spec.containers, old.containers),
    ...(spec.initContainers && { initContainers: withOldImages(spec.initContainers, old.initContainers) }),
    ...(old['activeDeadlineSeconds'] !== undefined && { activeDeadlineSeconds: old['activeDeadlineSeconds'] }),
    ...(old.tolerations && { tolerations: old.tolerations }),
    ...(old.schedulingGates && { schedulingGates: old.schedulingGates }),
    ...(nodeSelector && { nodeSelector }),
    ...(affinity && { affinity }),
    ...(wasNegative && { terminationGracePeriodSeconds: old.terminationGracePeriodSeconds ?? 0 }),
  };
}

/** Tolerations may be added and their seconds changed, not taken away. @see validateOnlyAddedTolerations */
function validateOnlyAddedTolerations({ tolerations = [] }: PodSpec, old: PodSpec): FieldError[] {
  const same = (a: Toleration, b: Toleration): boolean => {
    const { tolerationSeconds: _a, ...left } = a;
    const { tolerationSeconds: _b, ...right } = b;
    return deepEqual(left, right);
  };
  const lost = (old.tolerations ?? []).some((toleration) => !tolerations.some((other) => same(toleration, other)));
  return lost
    ? [forbiddenField('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')]
    : [];
}

/** @see ValidatePodUpdate */
export function validatePodUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors = validateObjectMetaUpdate(pod.metadata, old.metadata);
  if (deepEqual(pod.spec, old.spec)) return errors;
  for (const part of ['containers', 'initContainers'] as const) {
    if ((pod.spec[part] ?? []).length === (old.spec[part] ?? []).length) continue;
    return [...errors, forbiddenField(`spec.${part}`, 'pod updates may not add or remove containers')];
  }
  errors.push(...validateOnlyAddedTolerations(pod.spec, old.spec));
  const gates = (old.spec.schedulingGates ?? []).map(({ name }) => name);
  for (const { name } of pod.spec.schedulingGates ?? []) {
    if (!gates.includes(name))
      errors.push(
        forbiddenField('spec.schedulingGates', `only deletion is allowed, but found new scheduling gate '${name}'`),
      );
  }
  const next = munged(pod.spec, old.spec);
  if (!deepEqual(next, old.spec)) {
    const text = `pod updates may not change fields other than ${UPDATABLE.join(',')}\n${specDiff('PodSpec', old.spec, next)}`;
    errors.push(forbiddenField('spec', text));
  }
  return errors;
}
