import type { FieldError } from '../errors.ts';
import type { Column } from '../kind.ts';
import { isDNS1123Label, regexError } from '../names.ts';
import type { KubeObject, LabelSelector, PodTemplateSpec } from '../object.ts';
import { matchesLabelSelector } from '../selectors.ts';
import { forbiddenField, invalidValue, nonNegative, notSupported, required } from './field.ts';
import { validateAnnotations, validateLabels } from './metadata.ts';
import { validateLabelSelector } from './nodeselector.ts';
import { defaultPodSpec } from './poddefaults.ts';
import { validatePodAnnotations, validatePodSpec } from './podvalidation.ts';
import { templateWarnings } from './podwarnings.ts';

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
  deadlineOf = 'ReplicaSet',
): FieldError[] {
  const errors: FieldError[] = [];
  const empty = Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions ?? []).length === 0;
  const faults = selector ? validateLabelSelector(selector, 'spec.selector') : [];
  if (!selector && kind !== 'daemonset') errors.push(required('spec.selector'));
  if (selector) {
    errors.push(...faults);
    if (empty) errors.push(invalidValue('spec.selector', selector, `empty selector is invalid for ${kind}`));
  }
  // What no selector can be made of leaves the template unchecked.
  if (faults.length > 0) {
    errors.push(invalidValue('spec.selector', selector, kind === 'statefulset' ? '' : 'invalid label selector'));
    return errors;
  }
  const { labels } = template.metadata ?? {};
  // No selector selects nothing, an empty one everything.
  if (!selector || (!empty && !matchesLabelSelector(selector, labels ?? {}))) {
    const text = '`selector` does not match template `labels`';
    errors.push(invalidValue('spec.template.metadata.labels', labels ?? null, text));
  }
  errors.push(...validatePodTemplate(template, ALWAYS));
  if (template.spec['activeDeadlineSeconds'] !== undefined) {
    const text = `activeDeadlineSeconds in ${deadlineOf} is not Supported`;
    errors.push(forbiddenField('spec.template.spec.activeDeadlineSeconds', text));
  }
  return errors;
}

const ALWAYS: readonly string[] = ['Always'];

const PERCENT = /^\d+%$/;

/** A count or a share of one, as a number; what is neither counts for nothing. @see getIntOrPercentValue */
export const shareValue = (value: number | string | undefined): number =>
  typeof value === 'number' ? value : Number.parseInt(value ?? '', 10) || 0;

/** @see pkg/apis/apps/validation/validation.go ValidatePositiveIntOrPercent */
export function validateShare(value: number | string | undefined, field: string): FieldError[] {
  if (typeof value !== 'string') return nonNegative(field, value);
  if (PERCENT.test(value)) return [];
  const text = "a valid percent string must be a numeric string followed by an ending '%'";
  return [invalidValue(field, value, regexError(text, '[0-9]+%', '1%', '93%'))];
}

/** @see IsNotMoreThan100Percent */
export const atMostAll = (value: number | string | undefined, field: string): FieldError[] =>
  typeof value === 'string' && PERCENT.test(value) && shareValue(value) > 100
    ? [invalidValue(field, value, 'must not be greater than 100%')]
    : [];

/** What is said of a workload's name when it is made: its pods are called after it. */
export function nameWarnings(name: string): string[] {
  const faults = isDNS1123Label(name);
  if (faults.length === 0) return [];
  const advice = 'which can result in surprising behavior; a DNS label is recommended';
  return [`metadata.name: this is used in Pod names and hostnames, ${advice}: [${faults.join(' ')}]`];
}

/** Warnings of the pod in a template, as long as the change may have brought them. */
export const workloadWarnings = (object: Workload, old: Workload | undefined): string[] =>
  !old || old.metadata.generation !== object.metadata.generation ? templateWarnings(object.spec.template) : [];

/** The pod inside a template, which must have one of the restart policies of its kind. */
export function validatePodTemplate(
  { metadata, spec }: PodTemplateSpec,
  restartPolicies: readonly string[],
): FieldError[] {
  const { labels = {}, annotations = {} } = metadata ?? {};
  const errors = [
    // Upstream's paths of a template's labels and annotations leave the metadata out.
    ...validateLabels(labels, 'spec.template.labels'),
    ...validateAnnotations(annotations, 'spec.template.annotations'),
    ...validatePodAnnotations(annotations, spec, 'spec.template.annotations'),
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
