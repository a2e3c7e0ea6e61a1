import type { Container, PodSpec, Volume } from '../object.ts';
import { defaultSources } from './persistentvolume.ts';
import { defaultClaimSpec } from './persistentvolumeclaim.ts';
import { canonicalRequirements } from './quantities.ts';
import type { Source } from './volumesources.ts';

const FILE_MODE = 0o644;
const TOKEN_SECONDS = 3600;

/** Whether an image is taken under its moving tag. @see pkg/util/parsers/parsers.go ParseImageName */
function isLatest(image: string): boolean {
  if (image.includes('@')) return false;
  const name = image.slice(image.lastIndexOf('/') + 1);
  const colon = name.indexOf(':');
  return colon < 0 || name.slice(colon + 1) === 'latest';
}

const withMode = (source: Source): Source =>
  source['defaultMode'] === undefined ? { ...source, defaultMode: FILE_MODE } : source;

/** @see SetDefaults_ObjectFieldSelector */
function defaultItems(source: Source): Source {
  const items = source['items'] as readonly Source[] | undefined;
  if (!items?.some(({ fieldRef }) => fieldRef && (fieldRef as Source)['apiVersion'] === undefined)) return source;
  return {
    ...source,
    items: items.map((item) =>
      item['fieldRef'] ? { ...item, fieldRef: { apiVersion: 'v1', ...(item['fieldRef'] as Source) } } : item,
    ),
  };
}

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
  const http = probe['httpGet'] as Source | undefined;
  return {
    ...probe,
    timeoutSeconds: probe['timeoutSeconds'] || 1,
    periodSeconds: probe['periodSeconds'] || 10,
    successThreshold: probe['successThreshold'] || 1,
    failureThreshold: probe['failureThreshold'] || 3,
    ...(http && { httpGet: { ...http, path: http['path'] || '/', scheme: http['scheme'] || 'HTTP' } }),
  };
}

/** @see SetDefaults_Container */
function defaultContainer(container: Container): Container {
  const probes = PROBES.filter((name) => container[name]).map((name) => [
    name,
    defaultProbe(container[name] as Source),
  ]);
  const { ports, resources, image = '' } = container;
  return {
    ...container,
    ...(ports && { ports: ports.map((port) => (port.protocol ? port : { ...port, protocol: 'TCP' })) }),
    resources: canonicalRequirements(resources ?? {}),
    terminationMessagePath: container['terminationMessagePath'] || '/dev/termination-log',
    terminationMessagePolicy: container['terminationMessagePolicy'] || 'File',
    imagePullPolicy: container['imagePullPolicy'] || (isLatest(image) ? 'Always' : 'IfNotPresent'),
    ...Object.fromEntries(probes),
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

/** Defaults of a pod itself. @see SetDefaults_Pod */
export function defaultPod(given: PodSpec): PodSpec {
  const spec = defaultPodSpec(given);
  const complete = (container: Container): Container => {
    const filled = requestsFromLimits(container);
    return spec['hostNetwork'] ? hostPorts(filled) : filled;
  };
  return {
    ...spec,
    containers: spec.containers.map(complete),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(complete) }),
    enableServiceLinks: spec['enableServiceLinks'] ?? true,
  };
}
