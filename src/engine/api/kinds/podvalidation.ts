import type { FieldError } from '../errors.ts';
import {
  byteLength,
  isDNS1123Label,
  isDNS1123Subdomain,
  isDNS1123SubdomainWithUnderscore,
  isQualifiedName,
  isValidLabelValue,
} from '../names.ts';
import type { Container, Pod, PodSpec, ResourceList, Toleration } from '../object.ts';
import { own } from '../own.ts';
import { canonicalQuantity, compareQuantities } from '../quantity.ts';
import { VALUES } from '../schema/values.ts';
import { type Requirements, validateRequirements } from './containerresources.ts';
import {
  type PodContext,
  validateContainers,
  validateFileVolumes,
  validateImages,
  validateInitContainers,
} from './containervalidation.ts';
import {
  duplicate,
  forbiddenField,
  inclusiveRange,
  invalidTexts,
  invalidValue,
  notSupported,
  oneOf,
  required,
  tooLong,
} from './field.ts';
import { validateIP } from './ipaddress.ts';
import { validateLabels } from './metadata.ts';
import { type TopologySpreadConstraint, validateAffinity, validateSpread } from './podaffinity.ts';
import { podResources } from './podresources.ts';
import { validateVolumes } from './podvolumes.ts';
import { isHugePages, validateContainerResourceName, validateResourceName } from './resourcenames.ts';
import { validatePodSecurityContext } from './securitycontext.ts';
import type { Source } from './volumesources.ts';

const NO_CLAIMS: ReadonlySet<string> = new Set();
const MAX_INT32 = 2 ** 31 - 1;

const listOf = <T = Source>(spec: PodSpec, name: string): readonly T[] =>
  (spec[name] as readonly T[] | undefined) ?? [];

const subdomain = (value: unknown, field: string): FieldError[] =>
  value ? invalidTexts(field, String(value), isDNS1123Subdomain(String(value))) : [];
const label = (value: unknown, field: string): FieldError[] =>
  value ? invalidTexts(field, String(value), isDNS1123Label(String(value))) : [];

/** @see validateTaintEffect */
export const validateTaintEffect = (effect: string, field: string): FieldError[] =>
  oneOf(field, effect, VALUES['core.TaintEffect']);

/** Operators that compare numbers are not on yet. */
const NUMERIC_OPERATORS: readonly string[] = ['Lt', 'Gt'];

/** @see pkg/apis/core/validation/validation.go ValidateTolerations */
export function validateTolerations(tolerations: readonly Toleration[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, { key = '', operator = '', value = '', effect = '', tolerationSeconds }] of tolerations.entries()) {
    const path = `${field}[${i}]`;
    if (key !== '') errors.push(...invalidTexts(`${path}.key`, key, isQualifiedName(key)));
    if (key === '' && operator !== 'Exists') {
      const text = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalidValue(`${path}.operator`, operator, text));
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute')
      errors.push(invalidValue(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    if (operator === '' || operator === 'Equal') {
      const faults = isValidLabelValue(value);
      if (faults.length > 0) errors.push(invalidValue(`${path}.operator`, value, faults.join(';')));
    } else if (operator === 'Exists') {
      if (value !== '')
        errors.push(invalidValue(`${path}.operator`, value, "value must be empty when `operator` is 'Exists'"));
    } else {
      const plain = VALUES['core.TolerationOperator'];
      const known = NUMERIC_OPERATORS.includes(operator) ? [...plain, ...NUMERIC_OPERATORS] : plain;
      errors.push(notSupported(`${path}.operator`, operator, known));
    }
    if (effect !== '') errors.push(...validateTaintEffect(effect, `${path}.effect`));
  }
  return errors;
}

interface DNSConfig {
  readonly nameservers?: readonly string[];
  readonly searches?: readonly string[];
  readonly options?: readonly { readonly name?: string }[];
}

const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2048;

/** @see validatePodDNSConfig */
function validateDNSConfig(spec: PodSpec, field: string): FieldError[] {
  const config = spec['dnsConfig'] as DNSConfig | undefined;
  const { nameservers = [], searches = [], options = [] } = config ?? {};
  if (spec['dnsPolicy'] === 'None') {
    if (!config) return [required(field, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    if (nameservers.length === 0) {
      const text = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
      return [required(`${field}.nameservers`, text)];
    }
  }
  const errors: FieldError[] = [];
  const atMost = (name: string, list: readonly string[], most: string): void => {
    errors.push(invalidValue(`${field}.${name}`, list, `must not have more than ${most}`));
  };
  if (nameservers.length > MAX_NAMESERVERS) atMost('nameservers', nameservers, `${MAX_NAMESERVERS} nameservers`);
  for (const [i, server] of nameservers.entries()) errors.push(...validateIP(server, `${field}.nameservers[${i}]`));
  if (searches.length > MAX_SEARCHES) atMost('searches', searches, `${MAX_SEARCHES} search paths`);
  if (byteLength(searches.join(' ')) > MAX_SEARCH_CHARACTERS)
    atMost('searches', searches, `${MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list`);
  for (const [i, search] of searches.entries()) {
    const name = search.replace(/\.$/, '');
    if (search !== '.')
      errors.push(...invalidTexts(`${field}.searches[${i}]`, name, isDNS1123SubdomainWithUnderscore(name)));
  }
  for (const [i, { name }] of options.entries())
    if (!name) errors.push(required(`${field}.options[${i}]`, 'must not be empty'));
  return errors;
}

/** On the node's network a container's port is the node's. @see validatePodHostNetworkDeps */
function validateHostNetwork(spec: PodSpec, field: string, isPod: boolean): FieldError[] {
  if (!spec['hostNetwork']) return [];
  return (spec.containers ?? []).flatMap(({ ports = [] }, i) =>
    ports.flatMap(({ hostPort = 0, containerPort }, j) =>
      (isPod || hostPort !== 0) && hostPort !== containerPort
        ? [
            invalidValue(
              `${field}.containers[${i}].ports[${j}].hostPort`,
              hostPort,
              'must match `containerPort` when `hostNetwork` is true',
            ),
          ]
        : [],
    ),
  );
}

/** @see validateSchedulingGates */
function validateGates(gates: readonly { readonly name: string }[], field: string): FieldError[] {
  const seen = new Set<string>();
  return gates.flatMap(({ name = '' }, i) => {
    const errors = invalidTexts(`${field}[${i}]`, name, isQualifiedName(name));
    if (seen.has(name)) errors.push(duplicate(`${field}[${i}]`, name));
    seen.add(name);
    return errors;
  });
}

/** A user namespace of its own does not go with the node's others. @see validateHostUsers */
function validateHostUsers(spec: PodSpec, field: string): FieldError[] {
  if (spec['hostUsers'] !== false) return [];
  const text = 'when `hostUsers` is false';
  const withDevices = (containers: readonly Container[] | undefined, part: string): FieldError[] =>
    (containers ?? []).flatMap(({ volumeDevices = [] }, i) =>
      volumeDevices.length > 0 ? [forbiddenField(`${field}.${part}[${i}].volumeDevices`, text)] : [],
    );
  return [
    ...(spec['hostNetwork'] ? [forbiddenField(`${field}.hostNetwork`, text)] : []),
    // Upstream spells these two as its internal type does.
    ...(spec['hostPID'] ? [forbiddenField(`${field}.HostPID`, text)] : []),
    ...(spec['hostIPC'] ? [forbiddenField(`${field}.HostIPC`, text)] : []),
    ...withDevices(spec.initContainers, 'initContainers'),
    ...withDevices(spec.containers, 'containers'),
  ];
}

const MAX_HOSTNAME = 64;

/** @see validatePodHostName */
function validateHostnameOverride(spec: PodSpec, field: string): FieldError[] {
  const name = spec['hostnameOverride'];
  if (typeof name !== 'string') return [];
  const errors: FieldError[] = [];
  if (spec['setHostnameAsFQDN'])
    errors.push(forbiddenField(field, 'may not be specified when setHostnameAsFQDN is true'));
  if (spec['hostNetwork']) errors.push(forbiddenField(field, 'may not be specified when hostNetwork is true'));
  if (byteLength(name) > MAX_HOSTNAME) errors.push(tooLong(field, MAX_HOSTNAME));
  return [...errors, ...invalidTexts(field, name, isDNS1123Subdomain(name))];
}

const POD_RESOURCES: readonly string[] = ['cpu', 'memory'];

/** @see validatePodResourceName */
function validatePodResourceName(name: string, field: string): FieldError[] {
  const errors = validateResourceName(name, field);
  if (errors.length > 0 || POD_RESOURCES.includes(name) || isHugePages(name)) return errors;
  return [notSupported(field, name, ['cpu', 'hugepages-', 'memory'])];
}

/** What the pod asks for as a whole covers its containers. @see validatePodResources, validatePodResourceConsistency */
function validatePodResources(spec: PodSpec, claims: ReadonlySet<string>, field: string): FieldError[] {
  const resources = spec['resources'] as Requirements | undefined;
  if (!resources) return [];
  if ((spec['os'] as Source | undefined)?.['name'] === 'windows')
    return [forbiddenField(field, 'may not be set for a windows pod')];
  const errors: FieldError[] = [];
  if (resources.claims)
    errors.push(forbiddenField(`${field}.claims`, 'claims may not be set for Resources at pod-level'));
  errors.push(...validateRequirements(resources, validatePodResourceName, claims, field));
  const { resources: _, ...without } = spec;
  const covers = (part: 'requests' | 'limits', names: readonly string[]): void => {
    const sum: ResourceList = podResources(without as PodSpec, part);
    for (const name of names) {
      const [asked, given] = [own(sum, name), own(resources[part], name)];
      if (asked === undefined || given === undefined || compareQuantities(asked, given) <= 0) continue;
      const text = `must be greater than or equal to aggregate container ${part} of ${canonicalQuantity(asked)}`;
      errors.push(invalidValue(`${field}.${part}[${name}]`, canonicalQuantity(given), text));
    }
  };
  covers('requests', Object.keys(resources.requests ?? {}).sort());
  covers(
    'limits',
    Object.keys(resources.limits ?? {})
      .filter(isHugePages)
      .sort(),
  );
  for (const [i, container] of (spec.containers ?? []).entries())
    for (const [name, limit] of Object.entries(container.resources?.limits ?? {})) {
      const most = own(resources.limits, name);
      if (most === undefined || compareQuantities(limit, most) <= 0) continue;
      const text = `must be less than or equal to pod limits of ${canonicalQuantity(most)}`;
      errors.push(invalidValue(`${field}.containers[${i}][${name}].limits`, canonicalQuantity(limit), text));
    }
  return errors;
}

const CLAIM_SOURCES = ['resourceClaimName', 'resourceClaimTemplateName'] as const;

/** @see validatePodResourceClaim */
function validateResourceClaims(claims: readonly Source[], field: string): FieldError[] {
  const names = new Set<string>();
  return claims.flatMap((claim, i) => {
    const path = `${field}[${i}]`;
    const name = String(claim['name'] ?? '');
    const errors: FieldError[] = [];
    if (name === '') errors.push(required(`${path}.name`));
    else if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
    else errors.push(...label(name, `${path}.name`));
    names.add(name);
    const given = CLAIM_SOURCES.filter((source) => claim[source] !== undefined);
    const shown = {
      Name: name,
      ResourceClaimName: claim['resourceClaimName'] ?? null,
      ResourceClaimTemplateName: claim['resourceClaimTemplateName'] ?? null,
    };
    const [one, other] = CLAIM_SOURCES.map((source) => `\`${source}\``);
    if (given.length === 2)
      errors.push(invalidValue(path, shown, `at most one of ${one} or ${other} may be specified`));
    if (given.length === 0) errors.push(invalidValue(path, shown, `must specify one of: ${one}, ${other}`));
    for (const source of given) {
      const text = String(claim[source]);
      errors.push(...invalidTexts(`${path}.${source}`, text, isDNS1123Subdomain(text)));
    }
    return errors;
  });
}

/** @see validateOS */
function validateOS(spec: PodSpec, field: string): FieldError[] {
  const os = spec['os'] as { readonly name?: string } | undefined;
  if (!os) return [];
  return os.name ? oneOf(field, os.name, VALUES['core.OSName']) : [required(`${field}.name`)];
}

/**
 * Rules of a pod's spec, also inside a template, where the pod has no name yet.
 * @see pkg/apis/core/validation/validation.go ValidatePodSpec
 */
export function validatePodSpec(spec: PodSpec, field: string, podName: string): FieldError[] {
  const isPod = podName !== '';
  const [volumes, errors] = validateVolumes(spec.volumes ?? [], `${field}.volumes`, podName);
  const resourceClaims = listOf(spec, 'resourceClaims');
  const claims =
    resourceClaims.length === 0
      ? NO_CLAIMS
      : new Set(resourceClaims.map(({ name }) => String(name ?? '')).filter(Boolean));
  const context: PodContext = { spec, volumes, claims };
  const deadline = spec['activeDeadlineSeconds'];
  const isDeadline = typeof deadline !== 'number' || (deadline >= 1 && deadline <= MAX_INT32);
  const overhead = spec['overhead'] as ResourceList | undefined;
  return [
    ...errors,
    ...validateResourceClaims(resourceClaims, `${field}.resourceClaims`),
    ...validateContainers(spec.containers ?? [], `${field}.containers`, context),
    ...validateInitContainers(spec.initContainers ?? [], `${field}.initContainers`, context),
    ...validatePodResources(spec, claims, `${field}.resources`),
    ...validateHostNetwork(spec, field, isPod),
    ...oneOf(`${field}.restartPolicy`, spec.restartPolicy, VALUES['core.RestartPolicy']),
    ...oneOf(`${field}.dnsPolicy`, String(spec['dnsPolicy']), VALUES['core.DNSPolicy']),
    ...validateLabels(spec.nodeSelector ?? {}, `${field}.nodeSelector`),
    ...validatePodSecurityContext(spec, `${field}.securityContext`),
    ...validateAffinity(spec, `${field}.affinity`),
    ...validateDNSConfig(spec, `${field}.dnsConfig`),
    ...listOf(spec, 'readinessGates').flatMap(({ conditionType: type }, i) =>
      invalidTexts(
        `${field}.readinessGates[${i}].conditionType`,
        String(type ?? ''),
        isQualifiedName(String(type ?? '')),
      ),
    ),
    ...validateGates(spec.schedulingGates ?? [], `${field}.schedulingGates`),
    ...validateSpread(
      listOf<TopologySpreadConstraint>(spec, 'topologySpreadConstraints'),
      `${field}.topologySpreadConstraints`,
    ),
    ...validateHostUsers(spec, field),
    ...validateHostnameOverride(spec, `${field}.hostnameOverride`),
    ...subdomain(spec.serviceAccountName, `${field}.serviceAccountName`),
    ...subdomain(spec.nodeName, `${field}.nodeName`),
    ...(isDeadline ? [] : [invalidValue(`${field}.activeDeadlineSeconds`, deadline, inclusiveRange(1, MAX_INT32))]),
    ...label(spec['hostname'], `${field}.hostname`),
    ...label(spec['subdomain'], `${field}.subdomain`),
    ...validateTolerations(spec.tolerations ?? [], `${field}.tolerations`),
    ...listOf(spec, 'hostAliases').flatMap(({ ip, hostnames }, i) => [
      ...validateIP(String(ip ?? ''), `${field}.hostAliases[${i}].ip`),
      ...((hostnames as readonly string[] | undefined) ?? []).flatMap((name, j) =>
        invalidTexts(`${field}.hostAliases[${i}].hostnames[${j}]`, name, isDNS1123Subdomain(name)),
      ),
    ]),
    ...subdomain(spec.priorityClassName, `${field}.priorityClassName`),
    ...(typeof spec['runtimeClassName'] === 'string'
      ? invalidTexts(
          `${field}.runtimeClassName`,
          spec['runtimeClassName'],
          isDNS1123Subdomain(spec['runtimeClassName']),
        )
      : []),
    ...(spec.preemptionPolicy === undefined
      ? []
      : oneOf(`${field}.preemptionPolicy`, spec.preemptionPolicy, VALUES['core.PreemptionPolicy'])),
    ...(overhead
      ? validateRequirements({ limits: overhead }, validateContainerResourceName, NO_CLAIMS, `${field}.overhead`)
      : []),
    ...validateOS(spec, `${field}.os`),
    ...validateFileVolumes(spec, field),
  ];
}

const TOKEN_WITHOUT_ACCOUNT = 'must not be specified when serviceAccountName is not set';

/** Tokens are of an account. */
function validateTokens(spec: PodSpec): FieldError[] {
  if (spec.serviceAccountName) return [];
  return (spec.volumes ?? []).flatMap((volume, i) => {
    const sources = ((volume['projected'] as Source | undefined)?.['sources'] as readonly Source[] | undefined) ?? [];
    return sources.flatMap(({ serviceAccountToken: token }, j) =>
      token
        ? [forbiddenField(`spec.volumes[${i}].projected.sources[${j}].serviceAccountToken`, TOKEN_WITHOUT_ACCOUNT)]
        : [],
    );
  });
}

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const MIRROR = 'kubernetes.io/config.mirror';
const INT32 = /^(0|-?[1-9]\d*)$/;

/** @see ValidatePodSpecificAnnotations */
export function validatePodAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  spec: PodSpec,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const mirror = own(annotations, MIRROR);
  if (mirror !== undefined && !spec.nodeName) {
    const text = 'must set spec.nodeName if mirror pod annotation is set';
    errors.push(invalidValue(`${field}[${MIRROR}]`, mirror, text));
  }
  const cost = own(annotations, DELETION_COST);
  const value = Number(cost);
  if (cost !== undefined && !(INT32.test(cost) && value >= -MAX_INT32 - 1 && value <= MAX_INT32))
    errors.push(invalidValue(`${field}[${DELETION_COST}]`, cost, 'must be a 32bit integer'));
  return errors;
}

/** What a pod is asked beyond a template. @see validatePodMetadataAndSpec */
export const validatePod = ({ metadata, spec }: Pod): FieldError[] => [
  ...validatePodAnnotations(metadata.annotations, spec, 'metadata.annotations'),
  ...validatePodSpec(spec, 'spec', metadata.name),
  ...validateTokens(spec),
  ...validateImages(spec.containers ?? [], 'spec.containers'),
  ...validateImages(spec.initContainers ?? [], 'spec.initContainers'),
];
