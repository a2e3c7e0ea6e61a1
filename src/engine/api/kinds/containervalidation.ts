import type { FieldError } from '../errors.ts';
import { isConfigMapKey, isDNS1123Label, isDNS1123Subdomain, isEnvVarName, isValidPortName } from '../names.ts';
import type { Container, PodSpec, Volume } from '../object.ts';
import { VALUES } from '../schema/values.ts';
import { validateLifecycle, validatePortNumber, validateProbe } from './containerhandlers.ts';
import { type Requirements, validateRequirements } from './containerresources.ts';
import {
  duplicate,
  forbiddenField,
  invalidTexts,
  invalidValue,
  notFoundField,
  oneOf,
  required,
  tooMany,
} from './field.ts';
import { VARIABLE_FIELDS, validateFieldRef, validateResourceFieldRef } from './podfields.ts';
import { validateDevices, validateMounts, validatePullPolicy } from './podvolumes.ts';
import { validateContainerResourceName } from './resourcenames.ts';
import { validateContainerSecurityContext } from './securitycontext.ts';
import { type Source, validatePathNoBacksteps } from './volumesources.ts';

/** The containers of a pod. @see pkg/apis/core/validation/validation.go validateContainers */

const listOf = <T = Source>(source: Source, name: string): readonly T[] =>
  (source[name] as readonly T[] | undefined) ?? [];
const textOf = (source: Source, name: string): string =>
  typeof source[name] === 'string' ? (source[name] as string) : '';

type Port = NonNullable<Container['ports']>[number] & { readonly hostIP?: string };

/** @see validateContainerPorts */
function validatePorts(ports: readonly Port[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, { name, containerPort, hostPort, protocol }] of ports.entries()) {
    const path = `${field}[${i}]`;
    if (name) {
      const faults = isValidPortName(name);
      if (faults.length > 0) errors.push(...invalidTexts(`${path}.name`, name, faults));
      else if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
      else names.add(name);
    }
    if (!containerPort) errors.push(required(`${path}.containerPort`));
    else errors.push(...validatePortNumber(containerPort, `${path}.containerPort`));
    if (hostPort) errors.push(...validatePortNumber(hostPort, `${path}.hostPort`));
    if (!protocol) errors.push(required(`${path}.protocol`));
    else errors.push(...oneOf(`${path}.protocol`, protocol, VALUES['core.Protocol']));
  }
  return errors;
}

/** A key of a ConfigMap or Secret. @see validateConfigMapKeySelector, validateSecretKeySelector */
function validateKeyRef(ref: Source, field: string): FieldError[] {
  const [name, key] = [textOf(ref, 'name'), textOf(ref, 'key')];
  return [
    ...invalidTexts(`${field}.name`, name, isDNS1123Subdomain(name)),
    ...(key === '' ? [required(`${field}.key`)] : invalidTexts(`${field}.key`, key, isConfigMapKey(key))),
  ];
}

/** @see validateFileKeySelector */
function validateFileKeyRef(ref: Source, field: string): FieldError[] {
  const [key, volume, path] = [textOf(ref, 'key'), textOf(ref, 'volumeName'), textOf(ref, 'path')];
  return [
    ...(key === '' ? [required(`${field}.key`)] : invalidTexts(`${field}.key`, key, isEnvVarName(key))),
    ...(volume === ''
      ? [required(`${field}.volumeName`)]
      : invalidTexts(`${field}.volumeName`, volume, isDNS1123Label(volume))),
    ...(path === '' ? [required(`${field}.path`)] : validatePathNoBacksteps(path, `${field}.path`)),
  ];
}

/** Where a variable's value may come from, in the order in which it is checked. */
const VARIABLE_SOURCES: readonly (readonly [name: string, rule: (source: Source, field: string) => FieldError[]])[] = [
  ['fieldRef', (source, field) => validateFieldRef(source, VARIABLE_FIELDS, field)],
  ['resourceFieldRef', (source, field) => validateResourceFieldRef(source, field, false)],
  ['configMapKeyRef', validateKeyRef],
  ['secretKeyRef', validateKeyRef],
  ['fileKeyRef', validateFileKeyRef],
];

const ONE_SOURCE = `must specify one of: ${VARIABLE_SOURCES.slice(0, -1)
  .map(([name]) => `\`${name}\``)
  .join(', ')} or \`fileKeyRef\``;

/** @see validateEnvVarValueFrom */
function validateValueFrom(variable: Source, field: string): FieldError[] {
  const from = variable['valueFrom'] as Source | undefined;
  if (!from) return [];
  const given = VARIABLE_SOURCES.filter(([name]) => from[name]);
  const errors = given.flatMap(([name, rule]) => rule(from[name] as Source, `${field}.${name}`));
  if (given.length === 0) errors.push(invalidValue(field, '', ONE_SOURCE));
  else if (textOf(variable, 'value') !== '')
    errors.push(invalidValue(field, '', 'may not be specified when `value` is not empty'));
  else if (given.length > 1)
    errors.push(invalidValue(field, '', 'may not have more than one field specified at a time'));
  return errors;
}

/** @see ValidateEnv */
const validateEnv = (variables: readonly Source[], field: string): FieldError[] =>
  variables.flatMap((variable, i) => {
    const [path, name] = [`${field}[${i}]`, textOf(variable, 'name')];
    return [
      ...(name === '' ? [required(`${path}.name`)] : invalidTexts(`${path}.name`, name, isEnvVarName(name))),
      ...validateValueFrom(variable, `${path}.valueFrom`),
    ];
  });

const BAGS = ['configMapRef', 'secretRef'] as const;

/** @see ValidateEnvFrom */
const validateEnvFrom = (sources: readonly Source[], field: string): FieldError[] =>
  sources.flatMap((source, i) => {
    const path = `${field}[${i}]`;
    const prefix = textOf(source, 'prefix');
    const errors = prefix === '' ? [] : invalidTexts(`${path}.prefix`, prefix, isEnvVarName(prefix));
    const given = BAGS.filter((bag) => source[bag]);
    for (const bag of given) {
      const name = textOf(source[bag] as Source, 'name');
      const at = `${path}.${bag}.name`;
      errors.push(...(name === '' ? [required(at)] : invalidTexts(at, name, isDNS1123Subdomain(name))));
    }
    // Upstream's paths of the next two have no index.
    if (given.length === 0) errors.push(invalidValue(field, '', 'must specify one of: `configMapRef` or `secretRef`'));
    if (given.length > 1) errors.push(invalidValue(field, '', 'may not have more than one field specified at a time'));
    return errors;
  });

const RESIZABLE: readonly string[] = ['cpu', 'memory'];

/** @see validateResizePolicy */
function validateResizePolicy(policies: readonly Source[], field: string, podPolicy: string | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, policy] of policies.entries()) {
    const [resource, restart] = [textOf(policy, 'resourceName'), textOf(policy, 'restartPolicy')];
    if (seen.has(resource)) errors.push(duplicate(`${field}[${i}]`, resource));
    seen.add(resource);
    errors.push(...(resource === '' ? [required(field)] : oneOf(field, resource, RESIZABLE)));
    const policiesOf = VALUES['core.ResourceResizeRestartPolicy'];
    errors.push(...(restart === '' ? [required(field)] : oneOf(field, restart, policiesOf)));
    if (podPolicy === 'Never' && restart !== 'NotRequired')
      errors.push(invalidValue(field, restart, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"));
  }
  return errors;
}

/** What all containers of one pod are checked with. */
export interface PodContext {
  readonly spec: PodSpec;
  readonly volumes: ReadonlyMap<string, Volume>;
  /** Names of the pod's claims of devices. */
  readonly claims: ReadonlySet<string>;
}

/** @see validateContainerCommon */
function validateCommon(container: Container, field: string, { spec, volumes, claims }: PodContext): FieldError[] {
  const { name, image, terminationMessagePolicy: policy } = container;
  const errors = name ? invalidTexts(`${field}.name`, name, isDNS1123Label(name)) : [required(`${field}.name`)];
  if (!image) errors.push(required(`${field}.image`));
  if (!policy) errors.push(required(`${field}.terminationMessagePolicy`));
  else
    errors.push(...oneOf(`${field}.terminationMessagePolicy`, String(policy), VALUES['core.TerminationMessagePolicy']));
  const resources = (container.resources ?? {}) as Requirements;
  return [
    ...errors,
    ...validatePorts(container.ports ?? [], `${field}.ports`),
    ...validateEnv(listOf(container, 'env'), `${field}.env`),
    ...validateEnvFrom(listOf(container, 'envFrom'), `${field}.envFrom`),
    ...validateMounts(container, volumes, `${field}.volumeMounts`),
    ...validateDevices(container, volumes, `${field}.volumeDevices`),
    ...validatePullPolicy(container['imagePullPolicy'], `${field}.imagePullPolicy`),
    ...validateRequirements(resources, validateContainerResourceName, claims, `${field}.resources`),
    ...validateResizePolicy(listOf(container, 'resizePolicy'), `${field}.resizePolicy`, spec.restartPolicy),
    ...validateContainerSecurityContext(container, `${field}.securityContext`, spec['hostUsers'] !== false),
  ];
}

const MAX_RULES = 20;
const MAX_EXIT_CODES = 255;
const RULE_ACTIONS: readonly string[] = ['Restart', 'RestartAllContainers'];
const EXIT_CODE_OPERATORS: readonly string[] = ['In', 'NotIn'];

/** @see validateContainerRestartPolicy */
function validateRestartPolicy(container: Container, field: string): FieldError[] {
  const rules = listOf(container, 'restartPolicyRules');
  const policy = container.restartPolicy;
  const errors: FieldError[] = [];
  if (policy === undefined) {
    if (rules.length === 0) return [];
    errors.push(required(`${field}.restartPolicy`, 'must specify restartPolicy when restart rules are used'));
  } else errors.push(...oneOf(`${field}.restartPolicy`, policy, VALUES['core.ContainerRestartPolicy']));
  if (rules.length > MAX_RULES) errors.push(tooMany(`${field}.restartPolicyRules`, rules.length, MAX_RULES));
  for (const [i, rule] of rules.entries()) {
    const path = `${field}.restartPolicyRules[${i}]`;
    errors.push(...oneOf(`${path}.action`, textOf(rule, 'action'), RULE_ACTIONS));
    const codes = rule['exitCodes'] as Source | undefined;
    if (!codes) {
      errors.push(required(`${path}.exitCodes`, 'must be specified'));
      continue;
    }
    errors.push(...oneOf(`${path}.exitCodes.operator`, textOf(codes, 'operator'), EXIT_CODE_OPERATORS));
    const count = listOf<number>(codes, 'values').length;
    if (count > MAX_EXIT_CODES) errors.push(tooMany(`${path}.exitCodes.values`, count, MAX_EXIT_CODES));
  }
  return errors;
}

/** Ports of the node that two containers ask for. @see AccumulateUniqueHostPorts */
function hostPortConflicts(containers: readonly Container[], field: string): FieldError[] {
  const taken = new Set<string>();
  return containers.flatMap(({ ports = [] }, i) =>
    (ports as readonly Port[]).flatMap(({ hostPort, protocol = '', hostIP = '' }, j) => {
      if (!hostPort) return [];
      const port = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(port)) return [duplicate(`${field}[${i}].ports[${j}].hostPort`, port)];
      taken.add(port);
      return [];
    }),
  );
}

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;

/** Probes and hooks, which run-once containers must not have. */
function validateHandlers(container: Container, field: string, { spec }: PodContext): FieldError[] {
  const grace = spec.terminationGracePeriodSeconds;
  const lifecycle = container['lifecycle'] as Source | undefined;
  return [
    ...(lifecycle ? validateLifecycle(lifecycle, `${field}.lifecycle`, grace) : []),
    ...PROBES.flatMap((name) =>
      container[name] ? validateProbe(container[name] as Source, name, `${field}.${name}`, grace) : [],
    ),
  ];
}

/** @see validateContainers */
export function validateContainers(containers: readonly Container[], field: string, pod: PodContext): FieldError[] {
  if (containers.length === 0) return [required(field)];
  const names = new Set<string | undefined>();
  const errors = containers.flatMap((container, i) => {
    const path = `${field}[${i}]`;
    const faults = validateCommon(container, path, pod);
    if (names.has(container.name)) faults.push(duplicate(`${path}.name`, container.name ?? ''));
    names.add(container.name);
    return [...faults, ...validateHandlers(container, path, pod), ...validateRestartPolicy(container, path)];
  });
  return [...errors, ...hostPortConflicts(containers, field)];
}

const NOT_FOR_INIT = 'may not be set for init containers without restartPolicy=Always';

/** @see validateInitContainers */
export function validateInitContainers(containers: readonly Container[], field: string, pod: PodContext): FieldError[] {
  const names = new Set<string | undefined>(pod.spec.containers?.map(({ name }) => name));
  return containers.flatMap((container, i) => {
    const path = `${field}[${i}]`;
    const isSidecar = container.restartPolicy === 'Always';
    const errors = [...validateCommon(container, path, pod), ...validateRestartPolicy(container, path)];
    if (names.has(container.name)) errors.push(duplicate(`${path}.name`, container.name ?? ''));
    else if (container.name) names.add(container.name);
    errors.push(...hostPortConflicts([container], field));
    if (isSidecar) errors.push(...validateHandlers(container, path, pod));
    else
      for (const name of ['lifecycle', ...PROBES])
        if (container[name]) errors.push(forbiddenField(`${path}.${name}`, NOT_FOR_INIT));
    for (const [j, { restartPolicy }] of listOf(container, 'resizePolicy').entries()) {
      if (isSidecar || restartPolicy !== 'RestartContainer') continue;
      const text = "must not be set to 'RestartContainer' for non-sidecar initContainers";
      errors.push(invalidValue(`${path}.resizePolicy[${j}].restartPolicy`, restartPolicy, text));
    }
    return errors;
  });
}

/** What a pod's containers are asked beyond those of a template. @see validateContainerOnlyForPod */
export const validateImages = (containers: readonly Container[], field: string): FieldError[] =>
  containers.flatMap(({ image = '' }, i) =>
    image === image.trim()
      ? []
      : [invalidValue(`${field}[${i}].image`, image, 'must not have leading or trailing whitespace')],
  );

/** Variables from files need an emptyDir of the pod. @see validateFileKeyRefVolumes */
export function validateFileVolumes({ volumes = [], initContainers = [], containers = [] }: PodSpec, field: string) {
  const sources = new Map(volumes.map((volume) => [volume.name, volume]));
  const check = (list: readonly Container[], part: string): FieldError[] =>
    list.flatMap((container, i) =>
      listOf(container, 'env').flatMap((variable, j) => {
        const ref = (variable['valueFrom'] as Source | undefined)?.['fileKeyRef'] as Source | undefined;
        if (!ref) return [];
        const path = `${field}.${part}[${i}].env[${j}].valueFrom.fileKeyRef.volumeName`;
        const name = textOf(ref, 'volumeName');
        const volume = sources.get(name);
        if (!volume) return [notFoundField(path, name)];
        return volume.emptyDir ? [] : [invalidValue(path, name, 'referenced volume must be of type emptyDir')];
      }),
    );
  return [...check(initContainers, 'initContainers'), ...check(containers, 'containers')];
}
