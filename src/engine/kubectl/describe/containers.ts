import type { Container, ContainerStatus, Pod, ResourceList } from '../../api/object.ts';
import { canonicalQuantity, quantityMilliValue, quantityValue } from '../../api/quantity.ts';
import { rfc1123 } from './common.ts';
import type { DescriptionWriter } from './writer.ts';

type Fields = Readonly<Record<string, unknown>>;
type Members = Readonly<Record<string, Fields | undefined>>;

const capitalized = (value: boolean): string => (value ? 'True' : 'False');
const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));
const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value : []);

/** @see describeContainerPorts, describeContainerHostPorts */
function printPorts(w: DescriptionWriter, { ports = [] }: Container): void {
  const own = ports.map(
    ({ containerPort, protocol = 'TCP', name }) => `${containerPort}/${protocol}${name ? ` (${name})` : ''}`,
  );
  const host = ports.map(
    ({ hostPort = 0, protocol = 'TCP', name }) => `${hostPort}/${protocol}${name ? ` (${name})` : ''}`,
  );
  w.line(2, `Port${own.length > 1 ? 's' : ''}:\t${own.join(', ') || '<none>'}`);
  w.line(2, `Host Port${host.length > 1 ? 's' : ''}:\t${host.join(', ') || '<none>'}`);
}

/** The seccomp profile of a container or a pod. */
export function printSeccomp(w: DescriptionWriter, context: unknown, level: number, below: number): void {
  const { seccompProfile } = (context ?? {}) as Members;
  if (!seccompProfile) return;
  w.line(level, `SeccompProfile:\t${text(seccompProfile['type'])}`);
  if (seccompProfile['type'] === 'Localhost')
    w.line(below, `LocalhostProfile:\t${text(seccompProfile['localhostProfile'])}`);
}

/** @see describeStatus */
function printState(
  w: DescriptionWriter,
  title: string,
  { waiting, running, terminated }: NonNullable<ContainerStatus['state']>,
): void {
  if (running) {
    w.line(2, `${title}:\tRunning`);
    w.line(3, `Started:\t${rfc1123(running.startedAt)}`);
  } else if (terminated && !waiting) {
    w.line(2, `${title}:\tTerminated`);
    const { reason, message, signal } = terminated as Fields;
    if (reason) w.line(3, `Reason:\t${text(reason)}`);
    if (message) w.line(3, `Message:\t${text(message)}`);
    w.line(3, `Exit Code:\t${terminated.exitCode}`);
    if (Number(signal ?? 0) > 0) w.line(3, `Signal:\t${text(signal)}`);
    w.line(3, `Started:\t${rfc1123(terminated.startedAt)}`);
    w.line(3, `Finished:\t${rfc1123(terminated.finishedAt)}`);
  } else {
    w.line(2, `${title}:\tWaiting`);
    if (waiting?.reason) w.line(3, `Reason:\t${waiting.reason}`);
  }
}

/** @see describeResources */
export function printResources(w: DescriptionWriter, resources: Container['resources'], level: number): void {
  const print = (title: string, list: ResourceList = {}): void => {
    const names = Object.keys(list).sort();
    if (names.length > 0) w.line(level, `${title}:`);
    for (const name of names) w.line(level + 1, `${name}:\t${canonicalQuantity(list[name] ?? '')}`);
  };
  print('Limits', resources?.limits);
  print('Requests', resources?.requests);
}

const PROBES: readonly (readonly [title: string, field: string])[] = [
  ['Liveness', 'livenessProbe'],
  ['Readiness', 'readinessProbe'],
  ['Startup', 'startupProbe'],
];

/** @see DescribeProbe */
function probeText(probe: Fields): string {
  const { exec, httpGet, tcpSocket, grpc } = probe as Members;
  const amount = (field: string): string => text(probe[field] ?? 0);
  const [delay, timeout, period] = [amount('initialDelaySeconds'), amount('timeoutSeconds'), amount('periodSeconds')];
  const counts = `#success=${amount('successThreshold')} #failure=${amount('failureThreshold')}`;
  const attributes = `delay=${delay}s timeout=${timeout}s period=${period}s ${counts}`;
  if (exec) return `exec [${((exec['command'] ?? []) as readonly string[]).join(' ')}] ${attributes}`;
  if (httpGet) {
    const { scheme = 'HTTP', host = '', port, path = '' } = httpGet;
    const url = `${text(scheme).toLowerCase()}://${text(host)}:${text(port)}${text(path)}`;
    return `http-get ${url} ${attributes}`;
  }
  if (tcpSocket) return `tcp-socket ${text(tcpSocket['host'])}:${text(tcpSocket['port'])} ${attributes}`;
  if (grpc) return `grpc <pod>:${text(grpc['port'])} ${text(grpc['service'])} ${attributes}`;
  return `unknown ${attributes}`;
}

/** @see describeContainerEnvFrom */
function printEnvironmentSources(w: DescriptionWriter, sources: readonly Fields[]): void {
  if (sources.length === 0) return;
  w.line(2, 'Environment Variables from:');
  for (const source of sources) {
    const { configMapRef, secretRef } = source as Members;
    const [from, ref] = configMapRef ? ['ConfigMap', configMapRef] : secretRef ? ['Secret', secretRef] : ['', {}];
    const prefix = source['prefix'] ? ` with prefix '${text(source['prefix'])}'` : '';
    w.line(3, `${text((ref as Fields)['name'])}\t${from}${prefix}\tOptional: ${(ref as Fields)['optional'] === true}`);
  }
}

/** What a field of a pod is for its container's environment. @see EnvValueRetriever, ExtractFieldPathAsString */
function fieldValue({ metadata }: Pod, path: string): string {
  const [, map, key = ''] = /^metadata\.(labels|annotations)\['([^']*)'\]$/.exec(path) ?? [];
  if (map !== undefined) return (map === 'labels' ? metadata.labels : metadata.annotations)?.[key] ?? '';
  const known: Readonly<Record<string, string | undefined>> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace,
    'metadata.uid': metadata.uid,
  };
  return (Object.hasOwn(known, path) ? known[path] : undefined) ?? '';
}

/** @see staging/src/k8s.io/kubectl/pkg/util/resource/resource.go ExtractContainerResourceValue */
function resourceValue({ resources }: Container, resource: string, divisor: unknown): string {
  const [list, ...rest] = resource.split('.');
  const amounts = list === 'limits' ? resources?.limits : list === 'requests' ? resources?.requests : undefined;
  const name = rest.join('.');
  const measure = name === 'cpu' ? quantityMilliValue : quantityValue;
  const given = divisor === undefined ? 0n : measure(String(divisor));
  const unit = given === 0n ? measure('1') : given;
  const amount = measure(amounts?.[name] ?? '0');
  const value = String((amount + unit - 1n) / unit);
  return value === '0' && list === 'limits' && (name === 'cpu' || name === 'memory') ? 'node allocatable' : value;
}

/** @see describeContainerEnvVars */
function printEnvironment(w: DescriptionWriter, container: Container, pod: Pod | undefined): void {
  const env = listOf(container['env']);
  w.line(2, env.length === 0 ? 'Environment:\t<none>' : 'Environment:');
  for (const { name, value = '', valueFrom } of env) {
    const { secretKeyRef, configMapKeyRef, fieldRef, resourceFieldRef } = (valueFrom ?? {}) as Members;
    const optional = (ref: Fields): string => `Optional: ${ref['optional'] === true}`;
    if (fieldRef) {
      const path = text(fieldRef['fieldPath']);
      w.line(3, `${name}:\t${pod ? fieldValue(pod, path) : ''} (${text(fieldRef['apiVersion'] ?? 'v1')}:${path})`);
    } else if (resourceFieldRef) {
      const resource = text(resourceFieldRef['resource']);
      w.line(3, `${name}:\t${resourceValue(container, resource, resourceFieldRef['divisor'])} (${resource})`);
    } else if (secretKeyRef) {
      const { key, name: secret } = secretKeyRef;
      w.line(3, `${name}:\t<set to the key '${key}' in secret '${secret}'>\t${optional(secretKeyRef)}`);
    } else if (configMapKeyRef) {
      const { key, name: map } = configMapKeyRef;
      w.line(3, `${name}:\t<set to the key '${key}' of config map '${map}'>\t${optional(configMapKeyRef)}`);
    } else if (valueFrom === undefined)
      for (const [i, part] of text(value).split('\n').entries()) w.line(3, `${i === 0 ? `${name}:` : ''}\t${part}`);
  }
}

/** @see describeContainerVolumes */
function printMounts(w: DescriptionWriter, { volumeMounts = [], volumeDevices = [] }: Container): void {
  w.line(2, volumeMounts.length === 0 ? 'Mounts:\t<none>' : 'Mounts:');
  const mounts = [...volumeMounts].sort((a, b) => (a.mountPath < b.mountPath ? -1 : 1));
  for (const { mountPath, name, readOnly, subPath } of mounts) {
    const path = subPath ? `,path=${JSON.stringify(subPath)}` : '';
    w.line(3, `${mountPath} from ${name} (${readOnly ? 'ro' : 'rw'}${path})`);
  }
  if (volumeDevices.length === 0) return;
  w.line(2, volumeMounts.length === 0 ? 'Devices:\t<none>' : 'Devices:');
  for (const { devicePath, name } of [...volumeDevices].sort((a, b) => (a.devicePath < b.devicePath ? -1 : 1))) {
    w.line(3, `${devicePath} from ${name}`);
  }
}

/** Where containers stand: a pod's have states, a template's are indented by `space`. */
export interface ContainerPlace {
  readonly pod?: Pod;
  readonly statuses?: readonly ContainerStatus[] | undefined;
  readonly space?: string;
}

/** @see staging/src/k8s.io/kubectl/pkg/describe/describe.go describeContainers */
export function printContainers(
  w: DescriptionWriter,
  title: string,
  containers: readonly Container[],
  { pod, statuses = [], space = '' }: ContainerPlace,
): void {
  w.line(0, `${space}${title}:${containers.length === 0 ? ' <none>' : ''}`);
  for (const container of containers) {
    const status = statuses.find(({ name }) => name === container.name);
    w.line(1, `${space === '' ? '' : ' '}${container.name}:`);
    if (status) w.line(2, `Container ID:\t${status.containerID ?? ''}`);
    w.line(2, `Image:\t${container.image ?? ''}`);
    if (status) w.line(2, `Image ID:\t${status.imageID ?? ''}`);
    printPorts(w, container);
    printSeccomp(w, container['securityContext'], 2, 3);
    printWords(w, 'Command', container.command);
    printWords(w, 'Args', container.args);
    if (status) {
      printState(w, 'State', status.state ?? {});
      if (status.lastState?.terminated) printState(w, 'Last State', status.lastState);
      w.line(2, `Ready:\t${capitalized(status.ready)}`);
      w.line(2, `Restart Count:\t${status.restartCount ?? 0}`);
    }
    printResources(w, container.resources, 2);
    for (const [name, field] of PROBES) {
      const probe = container[field] as Fields | undefined;
      if (probe) w.line(2, `${name}:\t${probeText(probe)}`);
    }
    printEnvironmentSources(w, listOf(container['envFrom']));
    printEnvironment(w, container, pod);
    printMounts(w, container);
  }
}

function printWords(w: DescriptionWriter, title: string, words: readonly string[] | undefined): void {
  if (!words?.length) return;
  w.line(2, `${title}:`);
  for (const line of words.flatMap((word) => word.split('\n'))) w.line(3, line);
}
