import { goQuote } from '../gotext.ts';
import { isDNS1123Label } from '../names.ts';
import type { Container, KeyToPath, Pod, PodSpec, PodTemplateSpec, ResourceList, Volume } from '../object.ts';
import { own } from '../own.ts';
import { canonicalQuantity, quantityMilliValue } from '../quantity.ts';
import { labelWarning, termWarnings } from './nodelabels.ts';
import { claimSpecWarnings } from './persistentvolumeclaim.ts';
import type { PodTerms, TopologySpreadConstraint } from './podaffinity.ts';
import type { Source } from './volumesources.ts';

/** What the API server says of a pod that it takes. @see pkg/api/pod/warnings.go */

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const NO_SELECTOR = 'a null labelSelector results in matching no pod';

const listOf = <T = Source>(source: Source, name: string): readonly T[] =>
  (source[name] as readonly T[] | undefined) ?? [];

function nodeWarnings({ nodeSelector = {}, affinity }: PodSpec, field: string): string[] {
  const node = affinity?.nodeAffinity;
  const path = `${field}.affinity.nodeAffinity`;
  return [
    ...Object.keys(nodeSelector)
      .sort()
      .flatMap((key) => {
        const warning = labelWarning(key);
        return warning === undefined ? [] : [`${field}.nodeSelector[${key}]: ${warning}`];
      }),
    ...(node?.[REQUIRED]?.nodeSelectorTerms ?? []).flatMap((term, i) =>
      termWarnings(term, `${path}.${REQUIRED}.nodeSelectorTerms[${i}]`),
    ),
    ...(node?.[PREFERRED] ?? []).flatMap(({ preference }, i) =>
      termWarnings(preference ?? {}, `${path}.${PREFERRED}[${i}].preference`, true),
    ),
  ];
}

const spreadWarnings = (spec: PodSpec, field: string): string[] =>
  listOf<TopologySpreadConstraint>(spec, 'topologySpreadConstraints').flatMap(
    ({ topologyKey = '', labelSelector }, i) => {
      const path = `${field}.topologySpreadConstraints[${i}]`;
      const warning = labelWarning(topologyKey);
      return [
        ...(warning === undefined ? [] : [`${path}.topologyKey: ${topologyKey} is ${warning}`]),
        ...(labelSelector ? [] : [`${path}.labelSelector: ${NO_SELECTOR}`]),
      ];
    },
  );

const DEPRECATED_ANNOTATIONS: readonly (readonly [key: string, warning: string])[] = [
  ['scheduler.alpha.kubernetes.io/critical-pod', 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  ['security.alpha.kubernetes.io/unsafe-sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
];

/** Sources that came to an end, in the order in which they are named; `shown` where the path spells one otherwise. */
const DEPRECATED_SOURCES: readonly (readonly [name: string, warning: string, shown?: string])[] = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+', 'storageOS'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['ephemeral', ''],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

function volumeWarnings(volume: Volume, field: string): string[] {
  return DEPRECATED_SOURCES.filter(([name]) => volume[name]).flatMap(([name, warning, shown = name]) => {
    if (name !== 'ephemeral') return [`${field}.${shown}: ${warning}`];
    const spec = volume.ephemeral?.volumeClaimTemplate?.spec;
    return spec ? claimSpecWarnings(spec, `${field}.ephemeral.volumeClaimTemplate.spec`) : [];
  });
}

/** A file of a volume, and what it comes from where that needs to be told. */
interface File {
  readonly path: string;
  readonly source: string;
}

const fileText = ({ path, source }: File): string => goQuote(path) + (source === '' ? '' : ` (${source})`);

/** Files of which one lies where another does, or below it. @see checkForOverlap */
function overlaps(files: readonly File[]): string[] {
  const seen: File[] = [];
  return files.flatMap(({ path: given, source }) => {
    const file = { path: given.replace(/\/+$/, ''), source };
    const clashes = seen.filter(
      ({ path }) =>
        path !== '' &&
        file.path !== '' &&
        (`${path}/`.startsWith(`${file.path}/`) || `${file.path}/`.startsWith(`${path}/`)),
    );
    seen.push(file);
    return clashes.map((other) => `${fileText(file)} with ${fileText(other)}`);
  });
}

const filesOf = (items: readonly Partial<KeyToPath>[] | undefined, source = ''): readonly File[] =>
  (items ?? []).map(({ path = '' }) => ({ path, source }));

/** The files of one source of a projected volume. */
function projectedFiles(part: Source): readonly File[] {
  const [configMap, secret, downward, token] = ['configMap', 'secret', 'downwardAPI', 'serviceAccountToken'].map(
    (name) => part[name] as Source | undefined,
  );
  const named = (kind: string, source: Source): string => `${kind} ${goQuote(String(source['name'] ?? ''))}`;
  if (configMap?.['items']) return filesOf(listOf(configMap, 'items'), named('ConfigMap', configMap));
  if (secret?.['items']) return filesOf(listOf(secret, 'items'), named('Secret', secret));
  if (downward?.['items']) return filesOf(listOf(downward, 'items'), 'DownwardAPI');
  return token ? [{ path: String(token['path'] ?? ''), source: 'ServiceAccountToken' }] : [];
}

/** @see warningsForOverlappingVirtualPaths */
function overlapWarnings({ name, ...sources }: Volume): string[] {
  const { configMap, secret } = sources as Volume;
  const downward = sources['downwardAPI'] as Source | undefined;
  const projected = sources['projected'] as Source | undefined;
  const warn = (what: string, files: readonly File[]): string[] =>
    overlaps(files).map((text) => `volume ${goQuote(name)} (${what}): overlapping paths: ${text}`);
  const parts = projected ? listOf(projected, 'sources') : [];
  return [
    ...(configMap ? warn(`ConfigMap ${goQuote(configMap.name ?? '')}`, filesOf(configMap.items)) : []),
    ...(secret ? warn(`Secret ${goQuote(secret.secretName ?? '')}`, filesOf(secret.items)) : []),
    ...(downward ? warn('DownwardAPI', filesOf(listOf(downward, 'items'))) : []),
    ...parts
      .filter((part) => Object.keys(part).length === 0)
      .map(() => `volume ${goQuote(name)} (Projected) has no sources provided`),
    ...warn('Projected', parts.flatMap(projectedFiles)),
  ];
}

/** Entries of a list that name what an earlier one names. */
function repeated(names: readonly string[], warning: (i: number, name: string) => string): string[] {
  const seen = new Set<string>();
  return names.flatMap((name, i) => {
    if (seen.has(name)) return [warning(i, name)];
    seen.add(name);
    return [];
  });
}

const FRACTIONAL = ['memory', 'ephemeral-storage'] as const;

/** Amounts that are no whole bytes. */
function fractions(list: ResourceList | undefined, name: string, field: string): string[] {
  const value = own(list, name);
  if (value === undefined || quantityMilliValue(value) % 1000n === 0n) return [];
  return [
    `${field}[${name}]: fractional byte value ${goQuote(canonicalQuantity(value))} is invalid, must be an integer`,
  ];
}

/** Variables that hide an earlier one without making use of it. */
function hiddenVariables(variables: readonly Source[], field: string): string[] {
  const seen = new Set<unknown>();
  return variables.flatMap(({ name, value = '', valueFrom }, i) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const reference = `$(${String(name)})`;
    const extends_ = !valueFrom && value !== reference && String(value).includes(reference);
    const hides = `hides previous definition of ${goQuote(String(name))}, which may be dropped when using apply`;
    return extends_ ? [] : [`${field}.env[${i}]: ${hides}`];
  });
}

const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';

const contextOf = (of: Container | PodSpec): Source => (of['securityContext'] as Source | undefined) ?? {};

function containerWarnings(
  container: Container,
  path: string,
  annotations: Annotations,
  meta: string,
  inTemplate: boolean,
) {
  const context = contextOf(container);
  const { limits, requests } = container.resources ?? {};
  const [seccomp, appArmor] = [`${SECCOMP_CONTAINER}${container.name}`, `${APPARMOR}${container.name}`];
  return [
    ...(!context['seccompProfile'] && own(annotations, seccomp) !== undefined
      ? [`${meta}[${seccomp}]: non-functional in v1.27+; use the "seccompProfile" field instead`]
      : []),
    ...(inTemplate && !context['appArmorProfile'] && own(annotations, appArmor) !== undefined
      ? [`${meta}[${appArmor}]: deprecated since v1.30; use the "appArmorProfile" field instead`]
      : []),
    ...FRACTIONAL.flatMap((name) => [
      ...fractions(limits, name, `${path}.resources.limits`),
      ...fractions(requests, name, `${path}.resources.requests`),
    ]),
    ...hiddenVariables(listOf(container, 'env'), path),
  ];
}

type Port = NonNullable<Container['ports']>[number] & { readonly hostIP?: string };
interface PlacedPort {
  readonly at: string;
  readonly port: Port;
}

/** What a port has to do with an earlier one of the same number and protocol. */
function portClash({ hostPort: a = 0, hostIP: ipA = '' }: Port, { hostPort: b = 0, hostIP: ipB = '' }: Port) {
  if (a === b && ipA === ipB) return 'duplicate port definition';
  if (a === 0 || b === 0) return 'overlapping port definition';
  return a === b && (ipA === '') !== (ipB === '') ? 'dangerously ambiguous port definition' : undefined;
}

function portWarnings(ports: readonly PlacedPort[]): string[] {
  const known = new Map<string, PlacedPort[]>();
  const clashes = ports.flatMap((placed) => {
    const { at, port } = placed;
    const key = `${port.containerPort}/${port.protocol ?? ''}`;
    const others = known.get(key) ?? [];
    const texts = others.flatMap((other) => {
      const clash = portClash(port, other.port);
      return clash === undefined ? [] : [`${at}: ${clash} with ${other.at}`];
    });
    known.set(key, [...others, placed]);
    const { name = '', hostPort = 0, containerPort, protocol = '', hostIP = '' } = port;
    if (hostIP === '' || hostPort !== 0) return texts;
    const shown = `{Name:${name} HostPort:0 ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
    return [`${at}: hostIP set without hostPort: ${shown}`, ...texts];
  });
  const names = new Map<string, string>();
  const sameName = ports.flatMap(({ at, port: { name = '' } }) => {
    const other = names.get(name);
    if (name === '') return [];
    if (other === undefined) {
      names.set(name, at);
      return [];
    }
    const text = `duplicate port name ${goQuote(name)} with ${other}, services and probes that select ports by name will use ${other}`;
    return [`${at}: ${text}`];
  });
  return [...clashes, ...sameName];
}

function affinityWarnings({ affinity }: PodSpec, field: string): string[] {
  return (['podAffinity', 'podAntiAffinity'] as const).flatMap((which) => {
    const terms = affinity?.[which] as PodTerms | undefined;
    const path = `${field}.affinity.${which}`;
    return [
      ...(terms?.[REQUIRED] ?? []).flatMap(({ labelSelector }, i) =>
        labelSelector ? [] : [`${path}.${REQUIRED}[${i}].labelSelector: ${NO_SELECTOR}`],
      ),
      ...(terms?.[PREFERRED] ?? []).flatMap(({ podAffinityTerm }, i) =>
        podAffinityTerm?.labelSelector
          ? []
          : [`${path}.${PREFERRED}[${i}].podAffinityTerm.labelSelector: ${NO_SELECTOR}`],
      ),
    ];
  });
}

type Annotations = Readonly<Record<string, string>> | undefined;

/** Of a pod, or of the pod in a template, whose path is `field`. @see warningsForPodSpecAndMeta */
function specWarnings(spec: PodSpec, annotations: Annotations, field: string): string[] {
  const at = (name: string): string => (field === '' ? name : `${field}.${name}`);
  const [path, meta] = [at('spec'), at('metadata.annotations')];
  const secrets = listOf<{ readonly name?: string }>(spec, 'imagePullSecrets').map(({ name = '' }) => name);
  const aliases = listOf<{ readonly ip?: string }>(spec, 'hostAliases').map(({ ip = '' }) => ip);
  const containers = (['initContainers', 'containers'] as const).flatMap((part) =>
    (spec[part] ?? []).map((container, i) => ({ container, at: `${path}.${part}[${i}]` })),
  );
  const ports = containers.flatMap(({ container, at: where }) =>
    (container.ports ?? []).map((port, i): PlacedPort => ({ port, at: `${where}.ports[${i}]` })),
  );
  const overhead = spec['overhead'] as ResourceList | undefined;
  const { terminationGracePeriodSeconds: grace = 0, volumes = [] } = spec;
  return [
    ...nodeWarnings(spec, path),
    ...spreadWarnings(spec, path),
    ...DEPRECATED_ANNOTATIONS.filter(([key]) => own(annotations, key) !== undefined).map(
      ([key, warning]) => `${meta}[${key}]: ${warning}`,
    ),
    ...volumes.flatMap((volume, i) => volumeWarnings(volume, `${path}.volumes[${i}]`)),
    ...volumes.flatMap(overlapWarnings),
    ...repeated(aliases, (i, ip) => `${path}.hostAliases[${i}].ip: duplicate ip ${goQuote(ip)}`),
    ...repeated(secrets, (i, name) => `${path}.imagePullSecrets[${i}].name: duplicate name ${goQuote(name)}`),
    ...secrets.flatMap((name, i) =>
      name === '' ? [`${path}.imagePullSecrets[${i}].name: invalid empty name ""`] : [],
    ),
    ...FRACTIONAL.flatMap((name) => fractions(overhead, name, `${path}.overhead`)),
    ...(!contextOf(spec)['seccompProfile'] && own(annotations, SECCOMP_POD) !== undefined
      ? [`${meta}[${SECCOMP_POD}]: non-functional in v1.27+; use the "seccompProfile" field instead`]
      : []),
    ...containers.flatMap(({ container, at: where }) =>
      containerWarnings(container, where, annotations, meta, field !== ''),
    ),
    ...portWarnings(ports),
    ...(grace < 0
      ? [`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...affinityWarnings(spec, path),
  ];
}

/** @see pkg/registry/core/pod/strategy.go WarningsOnCreate: a change of a pod brings none */
export function podWarnings({ metadata, spec }: Pod, old: Pod | undefined): string[] {
  if (old) return [];
  const faults = isDNS1123Label(metadata.name);
  const advice =
    "this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended";
  return [
    ...(faults.length > 0 ? [`metadata.name: ${advice}: [${faults.join(' ')}]`] : []),
    ...specWarnings(spec, metadata.annotations, ''),
  ];
}

/** @see GetWarningsForPodTemplate */
export const templateWarnings = ({ metadata, spec }: PodTemplateSpec, field = 'spec.template'): string[] =>
  specWarnings(spec, metadata?.annotations, field);
