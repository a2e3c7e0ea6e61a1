import type { FieldError } from '../errors.ts';
import type { Column } from '../kind.ts';
import type { KubeObject, LabelSelector, PodTemplateSpec } from '../object.ts';
import { matchesLabelSelector } from '../selectors.ts';
import { invalidValue, notSupported, required } from './field.ts';
import { validateAnnotations, validateLabels } from './metadata.ts';
import { validateLabelSelector } from './nodeselector.ts';
import { defaultPodSpec } from './poddefaults.ts';
import { validatePodSpec } from './podvalidation.ts';

/** What all kinds that make pods from a template have. */
export interface Workload extends KubeObject {
  readonly spec: { readonly selector?: LabelSelector; readonly template: PodTemplateSpec };
}

/** A label selector as kubectl prints it: `app=web,tier in (a,b)`. @see labels.Selector String */
export function selectorText(selector: LabelSelector | undefined): string {
  if (!selector) return '<none>';
  const parts = Object.entries(selector.matchLabels ?? {}).map(([key, value]): [string, string] => [
    key,
    `${key}=${value}`,
  ]);
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const list = `(${[...values].sort().join(',')})`;
    const texts: Readonly<Record<string, string>> = {
      In: `${key} in ${list}`,
      NotIn: `${key} notin ${list}`,
      Exists: key,
      DoesNotExist: `!${key}`,
    };
    parts.push([key, texts[operator] ?? '<error>']);
  }
  return (
    parts
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([, text]) => text)
      .join(',') || '<none>'
  );
}

/** Labels as kubectl prints them. @see labels.FormatLabels */
export const labelsText = (labels: Readonly<Record<string, string>> | undefined): string =>
  Object.keys(labels ?? {})
    .sort()
    .map((key) => `${key}=${labels?.[key] ?? ''}`)
    .join(',') || '<none>';

export const containersColumn: Column<Workload> = {
  name: 'Containers',
  priority: 1,
  cell: ({ spec }) => (spec.template.spec.containers ?? []).map(({ name }) => name).join(','),
};
export const imagesColumn: Column<Workload> = {
  name: 'Images',
  priority: 1,
  cell: ({ spec }) => (spec.template.spec.containers ?? []).map(({ image }) => image ?? '').join(','),
};
export const selectorColumn: Column<Workload> = {
  name: 'Selector',
  priority: 1,
  cell: ({ spec }) => selectorText(spec.selector),
};

/** Defaults of the pod inside a template. */
export const defaultTemplate = (template: PodTemplateSpec | undefined): PodTemplateSpec => ({
  ...template,
  spec: defaultPodSpec(template?.spec ?? { containers: [] }),
});

/**
 * Selector and template of a workload: the selector must be there, select something, and select the template.
 * @see pkg/apis/apps/validation/validation.go ValidatePodTemplateSpecForReplicaSet
 */
export function validateSelectorAndTemplate(
  { spec: { selector, template } }: Workload,
  kind = 'deployment',
): FieldError[] {
  const errors: FieldError[] = [];
  const empty = Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions ?? []).length === 0;
  if (!selector) errors.push(required('spec.selector'));
  else {
    errors.push(...validateLabelSelector(selector, 'spec.selector'));
    if (empty) errors.push(invalidValue('spec.selector', selector, `empty selector is invalid for ${kind}`));
  }
  const { labels = {} } = template.metadata ?? {};
  if (selector && !empty && !matchesLabelSelector(selector, labels)) {
    errors.push(invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
  }
  return [...errors, ...validatePodTemplate(template, ['Always'])];
}

/** The pod inside a template, which must have one of the restart policies of its kind. */
export function validatePodTemplate(
  { metadata, spec }: PodTemplateSpec,
  restartPolicies: readonly string[],
): FieldError[] {
  const { labels = {}, annotations = {} } = metadata ?? {};
  const errors = [
    ...validateLabels(labels, 'spec.template.metadata.labels'),
    ...validateAnnotations(annotations, 'spec.template.metadata.annotations'),
    ...validatePodSpec(spec, 'spec.template.spec', ''),
  ];
  const { restartPolicy } = spec;
  if (restartPolicy !== undefined && !restartPolicies.includes(restartPolicy)) {
    errors.push(notSupported('spec.template.spec.restartPolicy', restartPolicy, restartPolicies));
  }
  return errors;
}

/** @see ValidateNonnegativeField */
export const validateNonnegative = (value: number | undefined, field: string): FieldError[] =>
  value !== undefined && value < 0 ? [invalidValue(field, value, 'must be greater than or equal to 0')] : [];

/** A count that is absent while it is zero. */
export const numberText = (value: number | undefined): string => String(value ?? 0);
