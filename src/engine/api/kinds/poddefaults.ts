import type { Container, PodSpec, ResourceList, Volume } from '../object.ts';
import { own } from '../own.ts';
import { canonicalQuantity } from '../quantity.ts';
import { defaultSources } from './persistentvolume.ts';
import { defaultClaimSpec } from './persistentvolumeclaim.ts';
import { podResources } from './podresources.ts';
import { canonicalRequirements, canonicalResources } from './quantities.ts';
import { isHugePages } from './resourcenames.ts';
import type { Source } from './volumesources.ts';

const FILE_MODE = 0o644;
const TOKEN_SECONDS = 3600;

/** The part of an image's name behind its registry: a first part with a dot, a port or capitals is one. */
function repositoryOf(name: string): string {
  const slash = name.indexOf('/');
  const first = name.slice(0, slash);
  const isRegistry = slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  return isRegistry ? name.slice(slash + 1) : name;
}

const REPOSITORY = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;

/** Whether an image is taken under its moving tag; what is no name of an image has none. @see pkg/util/parsers/parsers.go ParseImageName */
function isLatest(image: string): boolean {
  const [name = '', digest] = image.split('@');
  const last = name.slice(name.lastIndexOf('/') + 1);
  const colon = last.indexOf(':');
  const untagged = colon < 0 ? name : name.slice(0, name.length - last.length + colon);
  if (!REPOSITORY.test(repositoryOf(untagged))) return false;
  return colon < 0 ? digest === undefined : last.slice(colon + 1) === 'latest';
}

const withMode = (source: Source): Source =>
  source['defaultMode'] === undefined ? { ...source, defaultMode: FILE_MODE } : source;

/**
 * References to fields of the pod: of which version, and divided by what; zero stands for one.
 * @see SetDefaults_ObjectFieldSelector
 */
function defaultReferences(source: Source): Source {
  const [field, resource] = [source['fieldRef'], source['resourceFieldRef']] as (Source | undefined)[];
  if (!(field && !field['apiVersion']) && !(resource && resource['divisor'] === undefined)) return source;
  return {
    ...source,
    ...(field && { fieldRef: { ...field, apiVersion: field['apiVersion'] || 'v1' } }),
    ...(resource && { resourceFieldRef: { divisor: '0', ...resource } }),
  };
}

const defaultItems = (source: Source): Source => {
  const items = source['items'] as readonly Source[] | undefined;
  return items ? { ...source, items: items.map(defaultReferences) } : source;
};

/** An environment variable. */
const defaultVariable = (variable: Source): Source => {
  const from = variable['valueFrom'] as Source | undefined;
  return from ? { ...variable, valueFrom: defaultReferences(from) } : variable;
};

function defaultProjection(projection: Source): Source {
  const token = projection['serviceAccountToken'] as Source | undefined;
  const downward = projection['downwardAPI'] as Source | undefined;
  return {
    ...projection,
    ...(token && { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, ...token } }),
    ...(downward && { downwardAPI: defaultItems(downward) }),
  };
}

/** Defaults of the sources that only a pod's volume has. */
const POD_SOURCE_DEFAULTS: Readonly<Record<string, (source: Source) => Source>> = {
  emptyDir: (source) => {
    const limit = source['sizeLimit'];
    return limit === undefined ? source : { ...source, sizeLimit: canonicalQuantity(limit as string | number) };
  },
  secret: withMode,
  configMap: withMode,
  downwardAPI: (source) => defaultItems(withMode(source)),
  projected: (source) => ({
    ...withMode(source),
    sources: ((source['sources'] as readonly Source[] | undefined) ?? []).map(defaultProjection),
  }),
  ephemeral: (source) => {
    const template = source['volumeClaimTemplate'] as Source | undefined;
    return template
      ? { ...source, volumeClaimTemplate: { ...template, spec: defaultClaimSpec(template['spec'] ?? {}) } }
      : source;
  },
  image: (source) =>
    source['pullPolicy']
      ? source
      : { ...source, pullPolicy: isLatest(String(source['reference'] ?? '')) ? 'Always' : 'IfNotPresent' },
};

/** @see pkg/apis/core/v1/defaults.go SetDefaults_Volume */
function defaultVolume(volume: Volume): Volume {
  const names = Object.keys(volume).filter(
    (name) => name !== 'name' && volume[name] !== undefined && volume[name] !== null,
  );
  if (names.length === 0) return { ...volume, emptyDir: {} };
  let result: Volume = defaultSources(volume);
  for (const name of names) {
    const fill = POD_SOURCE_DEFAULTS[name];
    if (fill) result = { ...result, [name]: fill(result[name] as Source) };
  }
  return result;
}

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;

/** @see SetDefaults_Probe */
function defaultProbe(probe: Source): Source {
  return {
    ...defaultHandler(probe),
    timeoutSeconds: probe['timeoutSeconds'] || 1,
    periodSeconds: probe['periodSeconds'] || 10,
    successThreshold: probe['successThreshold'] || 1,
    failureThreshold: probe['failureThreshold'] || 3,
  };
}

/** @see SetDefaults_HTTPGetAction */
function defaultHandler(handler: Source): Source {
  const [http, grpc] = [handler['httpGet'], handler['grpc']] as (Source | undefined)[];
  if (!http && !grpc) return handler;
  return {
    ...handler,
    ...(http && { httpGet: { ...http, path: http['path'] || '/', scheme: http['scheme'] || 'HTTP' } }),
    ...(grpc && { grpc: { service: '', ...grpc } }),
  };
}

const HOOKS = ['postStart', 'preStop'] as const;

/** Hooks of a container; a signal to stop by is not on yet. @see pkg/api/pod/util.go dropContainerStopSignals */
function defaultLifecycle({ stopSignal: _, ...lifecycle }: Source): Source {
  const hooks = HOOKS.filter((hook) => lifecycle[hook]).map((hook) => [
    hook,
    defaultHandler(lifecycle[hook] as Source),
  ]);
  return { ...lifecycle, ...Object.fromEntries(hooks) };
}

/** @see SetDefaults_Container */
function defaultContainer(container: Container): Container {
  const probes = PROBES.filter((name) => container[name]).map((name) => [
    name,
    defaultProbe(container[name] as Source),
  ]);
  const { ports, resources, image = '' } = container;
  const env = container['env'] as readonly Source[] | undefined;
  const lifecycle = container['lifecycle'] as Source | undefined;
  return {
    ...container,
    ...(env && { env: env.map(defaultVariable) }),
    ...(lifecycle && { lifecycle: defaultLifecycle(lifecycle) }),
    ...(ports && { ports: ports.map((port) => (port.protocol ? port : { ...port, protocol: 'TCP' })) }),
    resources: canonicalRequirements(resources ?? {}),
    terminationMessagePath: container['terminationMessagePath'] || '/dev/termination-log',
    terminationMessagePolicy: container['terminationMessagePolicy'] || 'File',
    imagePullPolicy: container['imagePullPolicy'] || (isLatest(image) ? 'Always' : 'IfNotPresent'),
    ...Object.fromEntries(probes),
  };
}

/** Amounts that the pod names itself, as they are written back. */
function resourceLists(spec: PodSpec): Source {
  const { overhead, resources } = spec as { readonly overhead?: ResourceList; readonly resources?: Lists };
  return {
    ...(overhead && { overhead: canonicalResources(overhead) }),
    ...(resources && { resources: canonicalRequirements(resources) }),
  };
}

/** Defaults that also the spec in a workload's template gets. @see SetDefaults_PodSpec */
export function defaultPodSpec(spec: PodSpec): PodSpec {
  const { volumes, containers = [], initContainers } = spec;
  return {
    ...spec,
    ...(volumes && { volumes: volumes.map(defaultVolume) }),
    ...(initContainers && { initContainers: initContainers.map(defaultContainer) }),
    containers: containers.map(defaultContainer),
    restartPolicy: spec.restartPolicy || 'Always',
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
    dnsPolicy: spec['dnsPolicy'] || 'ClusterFirst',
    ...(spec.serviceAccountName !== undefined && { serviceAccount: spec.serviceAccountName }),
    ...resourceLists(spec),
    securityContext: spec.securityContext ?? {},
    schedulerName: spec.schedulerName || 'default-scheduler',
  };
}

/** Requests that are not given are the limits. */
function requestsFromLimits(container: Container): Container {
  const limits = container.resources?.limits;
  const requests = container.resources?.requests;
  if (!limits || Object.keys(limits).every((name) => requests?.[name] !== undefined)) return container;
  return { ...container, resources: { ...container.resources, requests: { ...limits, ...requests } } };
}

function hostPorts(container: Container): Container {
  if (!container.ports) return container;
  return {
    ...container,
    ports: container.ports.map((port) => ({ ...port, hostPort: port.hostPort || port.containerPort })),
  };
}

type Lists = { readonly requests?: ResourceList; readonly limits?: ResourceList };

const isPodResource = (name: string): boolean => name === 'cpu' || name === 'memory' || isHugePages(name);

/**
 * What a pod asks for as a whole, where it says a part of it: huge pages are limited to what its containers are
 * limited to, and requests are its containers', or the limits.
 * @see defaultHugePagePodLimits, defaultPodRequests
 */
function defaultPodResources(spec: PodSpec): PodSpec {
  const given = spec['resources'] as Lists | undefined;
  if (!given) return spec;
  const { resources: _, ...without } = spec;
  const sums = (which: 'requests' | 'limits', isWanted: (name: string) => boolean): ResourceList =>
    Object.fromEntries(Object.entries(podResources(without as PodSpec, which)).filter(([name]) => isWanted(name)));
  const isPartly = Object.keys(given.limits ?? {}).length + Object.keys(given.requests ?? {}).length > 0;
  const pages = isPartly ? sums('limits', (name) => isHugePages(name) && own(given.requests, name) === undefined) : {};
  const limits = { ...pages, ...given.limits };
  if (Object.keys(limits).length === 0) return spec;
  const asked = sums('requests', (name) => isPodResource(name) && !isHugePages(name));
  const limited = Object.fromEntries(Object.entries(limits).filter(([name]) => isPodResource(name)));
  return { ...spec, resources: { ...given, limits, requests: { ...limited, ...asked, ...given.requests } } };
}

/** Defaults of a pod itself. @see SetDefaults_Pod */
export function defaultPod(given: PodSpec): PodSpec {
  const spec = defaultPodSpec(given);
  const complete = (container: Container): Container => {
    const filled = requestsFromLimits(container);
    return spec['hostNetwork'] ? hostPorts(filled) : filled;
  };
  return defaultPodResources({
    ...spec,
    containers: spec.containers.map(complete),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(complete) }),
    enableServiceLinks: spec['enableServiceLinks'] ?? true,
  });
}

const DISABLED = ['clusterTrustBundle', 'podCertificate'] as const;

/** Sources of projected volumes that are not on yet leave an empty one behind. @see pkg/api/pod/util.go DropDisabledPodFields */
export function withoutDisabledSources(spec: PodSpec): PodSpec {
  const isDisabled = (volume: Volume): boolean =>
    sourcesOf(volume).some((source) => DISABLED.some((name) => source[name]));
  if (!spec.volumes?.some(isDisabled)) return spec;
  const enabled = ({ clusterTrustBundle: _1, podCertificate: _2, ...source }: Source): Source => source;
  return {
    ...spec,
    volumes: spec.volumes.map((volume) =>
      isDisabled(volume)
        ? { ...volume, projected: { ...(volume['projected'] as Source), sources: sourcesOf(volume).map(enabled) } }
        : volume,
    ),
  };
}

const sourcesOf = (volume: Volume): readonly Source[] =>
  ((volume['projected'] as Source | undefined)?.['sources'] as readonly Source[] | undefined) ?? [];
