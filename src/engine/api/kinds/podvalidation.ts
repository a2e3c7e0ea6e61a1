import type { FieldError } from '../errors.ts';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName, isValidLabelValue } from '../names.ts';
import type { Container, PodSpec, Toleration, Volume } from '../object.ts';
import { own } from '../own.ts';
import { canonicalQuantity, compareQuantities } from '../quantity.ts';
import { VALUES } from '../schema/values.ts';
import { duplicate, invalidTexts, invalidValue, notSupported, oneOf, required } from './field.ts';
import { validateLabels } from './metadata.ts';
import { validateNodeSelector, validateNodeSelectorTerm } from './nodeselector.ts';
import { validateDevices, validateMounts, validateVolumes } from './podvolumes.ts';

const PULL_POLICIES: readonly string[] = VALUES['core.PullPolicy'];

/** Requests must not exceed limits. @see ValidateContainerResourceRequirements */
function validateResources({ resources }: Container, field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const part of ['limits', 'requests'] as const) {
    const list = resources?.[part] ?? {};
    for (const name of Object.keys(list).sort()) {
      const path = `${field}.${part}[${name}]`;
      const value = list[name];
      if (!name.includes('/') && !/^(cpu|memory|ephemeral-storage|hugepages-.*|storage)$/.test(name)) {
        errors.push(invalidValue(path, name, 'must be a standard resource for containers'));
      }
      if (compareQuantities(value, '0') < 0) {
        errors.push(invalidValue(path, canonicalQuantity(value ?? ''), 'must be greater than or equal to 0'));
      }
      const limit = own(resources?.limits, name);
      if (part === 'requests' && limit !== undefined && compareQuantities(value, limit) > 0) {
        const text = `must be less than or equal to ${name} limit of ${canonicalQuantity(limit)}`;
        errors.push(invalidValue(`${field}.requests`, canonicalQuantity(value ?? ''), text));
      }
    }
  }
  return errors;
}

/** @see validateContainerCommon */
function validateContainer(container: Container, volumes: ReadonlyMap<string, Volume>, field: string): FieldError[] {
  const { name, image } = container;
  const errors = name ? invalidTexts(`${field}.name`, name, isDNS1123Label(name)) : [required(`${field}.name`)];
  if (!image) errors.push(required(`${field}.image`));
  for (const [i, port] of (container.ports ?? []).entries()) {
    const path = `${field}.ports[${i}]`;
    if (!port.containerPort) errors.push(required(`${path}.containerPort`));
    else if (port.containerPort < 1 || port.containerPort > 65_535) {
      errors.push(invalidValue(`${path}.containerPort`, port.containerPort, 'must be between 1 and 65535, inclusive'));
    }
    if (port.protocol && !['TCP', 'UDP', 'SCTP'].includes(port.protocol)) {
      errors.push(notSupported(`${path}.protocol`, port.protocol, VALUES['core.Protocol']));
    }
  }
  errors.push(
    ...validateMounts(container, volumes, `${field}.volumeMounts`),
    ...validateDevices(container, volumes, `${field}.volumeDevices`),
  );
  errors.push(...oneOf(`${field}.imagePullPolicy`, String(container['imagePullPolicy']), PULL_POLICIES));
  return [...errors, ...validateResources(container, `${field}.resources`)];
}

function validateContainers(
  { containers = [], initContainers = [] }: PodSpec,
  volumes: ReadonlyMap<string, Volume>,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (containers.length === 0) errors.push(required(`${field}.containers`));
  const names = new Set<string>();
  for (const [part, list] of [
    ['containers', containers],
    ['initContainers', initContainers],
  ] as const) {
    for (const [i, container] of list.entries()) {
      const path = `${field}.${part}[${i}]`;
      errors.push(...validateContainer(container, volumes, path));
      if (names.has(container.name)) errors.push(duplicate(`${path}.name`, container.name));
      names.add(container.name);
      if (part === 'initContainers' && container.restartPolicy && container.restartPolicy !== 'Always') {
        errors.push(...oneOf(`${path}.restartPolicy`, container.restartPolicy, VALUES['core.ContainerRestartPolicy']));
      }
    }
  }
  return errors;
}

const TAINT_EFFECTS: readonly string[] = VALUES['core.TaintEffect'];

/** @see ValidateTolerations */
function validateTolerations(tolerations: readonly Toleration[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, { key = '', operator = '', value = '', effect = '', tolerationSeconds }] of tolerations.entries()) {
    const path = `${field}[${i}]`;
    if (key !== '') errors.push(...invalidTexts(`${path}.key`, key, isQualifiedName(key)));
    if (key === '' && operator !== 'Exists') {
      errors.push(
        invalidValue(
          `${path}.operator`,
          operator,
          'operator must be Exists when `key` is empty, which means "match all values and all keys"',
        ),
      );
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      errors.push(invalidValue(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    }
    if (operator === '' || operator === 'Equal') {
      const faults = isValidLabelValue(value);
      if (faults.length > 0) errors.push(invalidValue(`${path}.operator`, value, faults.join(';')));
    } else if (operator === 'Exists') {
      if (value !== '')
        errors.push(invalidValue(`${path}.operator`, '', "value must be empty when `operator` is 'Exists'"));
    } else errors.push(notSupported(`${path}.operator`, operator, VALUES['core.TolerationOperator']));
    if (effect !== '' && !TAINT_EFFECTS.includes(effect))
      errors.push(notSupported(`${path}.effect`, effect, TAINT_EFFECTS));
  }
  return errors;
}

function validateNodeAffinity({ affinity }: PodSpec, field: string): FieldError[] {
  const node = affinity?.nodeAffinity;
  const hard = node?.requiredDuringSchedulingIgnoredDuringExecution;
  const path = `${field}.affinity.nodeAffinity`;
  const errors = hard ? validateNodeSelector(hard, `${path}.requiredDuringSchedulingIgnoredDuringExecution`) : [];
  for (const [i, { weight, preference }] of (node?.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
    const at = `${path}.preferredDuringSchedulingIgnoredDuringExecution[${i}]`;
    if (weight <= 0 || weight > 100) errors.push(invalidValue(`${at}.weight`, weight, 'must be in the range 1-100'));
    errors.push(...validateNodeSelectorTerm(preference, `${at}.preference`));
  }
  return errors;
}

/** Rules of a pod's spec, also inside a template, where the pod has no name yet. @see ValidatePodSpec */
export function validatePodSpec(spec: PodSpec, field: string, podName: string): FieldError[] {
  const [volumes, errors] = validateVolumes(spec.volumes ?? [], `${field}.volumes`, podName);
  errors.push(...validateContainers(spec, volumes, field));
  errors.push(...oneOf(`${field}.restartPolicy`, spec.restartPolicy, VALUES['core.RestartPolicy']));
  errors.push(
    ...validateLabels(spec.nodeSelector ?? {}, `${field}.nodeSelector`),
    ...validateNodeAffinity(spec, field),
  );
  const { serviceAccountName, nodeName, priorityClassName } = spec;
  if (serviceAccountName)
    errors.push(
      ...invalidTexts(`${field}.serviceAccountName`, serviceAccountName, isDNS1123Subdomain(serviceAccountName)),
    );
  if (nodeName) errors.push(...invalidTexts(`${field}.nodeName`, nodeName, isDNS1123Subdomain(nodeName)));
  errors.push(...validateTolerations(spec.tolerations ?? [], `${field}.tolerations`));
  if (priorityClassName)
    errors.push(
      ...invalidTexts(`${field}.priorityClassName`, priorityClassName, isDNS1123Subdomain(priorityClassName)),
    );
  return errors;
}
