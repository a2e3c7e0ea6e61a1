import { since } from '../../api/kinds/metadata.ts';
import { qosClass } from '../../api/kinds/podrequests.ts';
import type {
  Container,
  ContainerStatus,
  PersistentVolumeClaim,
  Pod,
  ResourceList,
  Toleration,
  Volume,
} from '../../api/object.ts';
import { canonicalQuantity } from '../../api/quantity.ts';
import { printAnnotations, printLabels, rfc1123 } from './common.ts';
import { printClaim } from './storage.ts';
import { printVolumeSource } from './volumesources.ts';
import { DescriptionWriter } from './writer.ts';

type Fields = Readonly<Record<string, unknown>>;

const capitalized = (value: boolean): string => (value ? 'True' : 'False');

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

/** @see describeStatus */
function printState(
  w: DescriptionWriter,
  title: string,
  { waiting, running, terminated }: NonNullable<ContainerStatus['state']>,
): void {
  if (running) {
    w.line(2, `${title}:\tRunning`);
    w.line(3, `Started:\t${rfc1123(running.startedAt)}`);
  } else if (terminated) {
    w.line(2, `${title}:\tTerminated`);
    const { reason, message } = terminated as { readonly reason?: string; readonly message?: string };
    if (reason) w.line(3, `Reason:\t${reason}`);
    if (message) w.line(3, `Message:\t${message}`);
    w.line(3, `Exit Code:\t${terminated.exitCode}`);
    w.line(3, `Started:\t${rfc1123(terminated.startedAt)}`);
    w.line(3, `Finished:\t${rfc1123(terminated.finishedAt)}`);
  } else {
    w.line(2, `${title}:\tWaiting`);
    if (waiting?.reason) w.line(3, `Reason:\t${waiting.reason}`);
  }
}

function printResources(w: DescriptionWriter, resources: Container['resources'], level: number): void {
  const print = (title: string, list: ResourceList = {}): void => {
    const names = Object.keys(list).sort();
    if (names.length > 0) w.line(level, `${title}:`);
    for (const name of names) w.line(level + 1, `${name}:\t${canonicalQuantity(list[name] ?? '')}`);
  };
  print('Limits', resources?.limits);
  print('Requests', resources?.requests);
}

function printEnvironment(w: DescriptionWriter, env: readonly Fields[]): void {
  w.line(2, env.length === 0 ? 'Environment:\t<none>' : 'Environment:');
  for (const { name, value = '', valueFrom } of env) {
    const { secretKeyRef, configMapKeyRef, fieldRef } = (valueFrom ?? {}) as Readonly<
      Record<string, Fields | undefined>
    >;
    const optional = (ref: Fields): string => `Optional: ${ref['optional'] === true}`;
    if (secretKeyRef) {
      w.line(
        3,
        `${name}:\t<set to the key '${secretKeyRef['key']}' in secret '${secretKeyRef['name']}'>\t${optional(secretKeyRef)}`,
      );
    } else if (configMapKeyRef) {
      const { key, name: map } = configMapKeyRef;
      w.line(3, `${name}:\t<set to the key '${key}' of config map '${map}'>\t${optional(configMapKeyRef)}`);
    } else if (fieldRef) w.line(3, `${name}:\t (${fieldRef['apiVersion']}:${fieldRef['fieldPath']})`);
    else
      for (const [i, part] of String(value).split('\n').entries()) w.line(3, `${i === 0 ? `${name}:` : ''}\t${part}`);
  }
}

/** @see describeContainerVolumes */
function printMounts(w: DescriptionWriter, { volumeMounts = [], volumeDevices = [] }: Container): void {
  w.line(2, volumeMounts.length === 0 ? 'Mounts:\t<none>' : 'Mounts:');
  for (const { mountPath, name, readOnly, subPath } of [...volumeMounts].sort((a, b) =>
    a.mountPath < b.mountPath ? -1 : 1,
  )) {
    w.line(
      3,
      `${mountPath} from ${name} (${readOnly ? 'ro' : 'rw'}${subPath ? `,path=${JSON.stringify(subPath)}` : ''})`,
    );
  }
  if (volumeDevices.length === 0) return;
  w.line(2, volumeMounts.length === 0 ? 'Devices:\t<none>' : 'Devices:');
  for (const { devicePath, name } of [...volumeDevices].sort((a, b) => (a.devicePath < b.devicePath ? -1 : 1))) {
    w.line(3, `${devicePath} from ${name}`);
  }
}

/** @see describeContainers; `space` stands before the title inside a template. */
export function printContainers(
  w: DescriptionWriter,
  title: string,
  containers: readonly Container[],
  statuses: readonly ContainerStatus[] = [],
  space = '',
): void {
  w.line(0, `${space}${title}:${containers.length === 0 ? ' <none>' : ''}`);
  for (const container of containers) {
    const status = statuses.find(({ name }) => name === container.name);
    w.line(1, `${space === '' ? '' : ' '}${container.name}:`);
    if (status) w.line(2, `Container ID:\t${status.containerID ?? ''}`);
    w.line(2, `Image:\t${container.image ?? ''}`);
    if (status) w.line(2, `Image ID:\t${status.imageID ?? ''}`);
    printPorts(w, container);
    for (const [name, words] of [
      ['Command', container.command],
      ['Args', container.args],
    ] as const) {
      if (!words?.length) continue;
      w.line(2, `${name}:`);
      for (const line of words.flatMap((word) => word.split('\n'))) w.line(3, line);
    }
    if (status) {
      printState(w, 'State', status.state ?? {});
      if (status.lastState?.terminated) printState(w, 'Last State', status.lastState);
      w.line(2, `Ready:\t${capitalized(status.ready)}`);
      w.line(2, `Restart Count:\t${status.restartCount ?? 0}`);
    }
    printResources(w, container.resources, 2);
    printEnvironment(w, (container['env'] as readonly Fields[] | undefined) ?? []);
    printMounts(w, container);
  }
}

function printProjected(w: DescriptionWriter, sources: readonly Fields[]): void {
  w.line(2, 'Type:\tProjected (a volume that contains injected data from multiple sources)');
  for (const { secret, downwardAPI, configMap, serviceAccountToken } of sources as readonly Readonly<
    Record<string, Fields | undefined>
  >[]) {
    if (secret) w.line(2, `SecretName:\t${secret['name']}\n    Optional:\t${secret['optional'] === true}`);
    else if (downwardAPI) w.line(2, 'DownwardAPI:\ttrue');
    else if (configMap)
      w.line(2, `ConfigMapName:\t${configMap['name']}\n    Optional:\t${configMap['optional'] === true}`);
    else if (serviceAccountToken) w.line(2, `TokenExpirationSeconds:\t${serviceAccountToken['expirationSeconds']}`);
  }
}

function printDownward(w: DescriptionWriter, items: readonly Fields[]): void {
  w.line(2, 'Type:\tDownwardAPI (a volume populated by information about the pod)\n    Items:');
  for (const { fieldRef, resourceFieldRef, path } of items) {
    if (fieldRef) w.line(3, `${(fieldRef as Fields)['fieldPath']} -> ${path}`);
    if (resourceFieldRef) w.line(3, `${(resourceFieldRef as Fields)['resource']} -> ${path}`);
  }
}

/** @see describeVolumes */
export function printVolumes(w: DescriptionWriter, volumes: readonly Volume[], now: number, space = ''): void {
  w.line(0, `${space}${volumes.length === 0 ? 'Volumes:\t<none>' : 'Volumes:'}`);
  for (const volume of volumes) {
    w.line(1, `${space === '' ? '' : ' '}${volume.name}:`);
    const { projected, downwardAPI, ephemeral } = volume as Volume & Readonly<Record<string, Fields | undefined>>;
    if (projected) printProjected(w, (projected['sources'] as readonly Fields[] | undefined) ?? []);
    else if (downwardAPI) printDownward(w, (downwardAPI['items'] as readonly Fields[] | undefined) ?? []);
    else if (ephemeral) {
      w.line(
        2,
        'Type:\tEphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)',
      );
      const template = volume.ephemeral?.volumeClaimTemplate;
      if (template)
        printClaim(new DescriptionWriter(w, 2), { metadata: {}, ...template } as PersistentVolumeClaim, false, now);
    } else printVolumeSource(w, volume);
  }
}

const tolerationText = ({ key = '', operator, value, effect, tolerationSeconds }: Toleration): string => {
  const head = `${key}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`;
  const exists = operator === 'Exists' && !value ? `${head === '' ? '' : ' '}op=Exists` : '';
  return `${head}${exists}${tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`}`;
};

export function printTolerations(w: DescriptionWriter, tolerations: readonly Toleration[], space = ''): void {
  if (tolerations.length === 0) w.line(0, `${space}Tolerations:\t<none>`);
  const sorted = [...tolerations].sort((a, b) =>
    (a.key ?? '') < (b.key ?? '') ? -1 : (a.key ?? '') > (b.key ?? '') ? 1 : 0,
  );
  for (const [i, toleration] of sorted.entries())
    w.line(0, `${i === 0 ? `${space}Tolerations:` : ''}\t${tolerationText(toleration)}`);
}

/** @see staging/src/k8s.io/kubectl/pkg/describe/describe.go describePod */
export function describePod(w: DescriptionWriter, pod: Pod, now: number): void {
  const { metadata, spec, status = {} } = pod;
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `Namespace:\t${metadata.namespace ?? ''}`);
  if (spec.priority !== undefined) w.line(0, `Priority:\t${spec.priority}`);
  if (spec.priorityClassName) w.line(0, `Priority Class Name:\t${spec.priorityClassName}`);
  if (spec.serviceAccountName) w.line(0, `Service Account:\t${spec.serviceAccountName}`);
  w.line(0, `Node:\t${spec.nodeName ? `${spec.nodeName}/${status.hostIP ?? ''}` : '<none>'}`);
  if (status.startTime !== undefined) w.line(0, `Start Time:\t${rfc1123(status.startTime)}`);
  printLabels(w, 'Labels', metadata.labels);
  printAnnotations(w, 'Annotations', metadata.annotations);
  const finished = status.phase === 'Failed' || status.phase === 'Succeeded';
  if (metadata.deletionTimestamp !== undefined && !finished) {
    w.line(0, `Status:\tTerminating (lasts ${since(metadata.deletionTimestamp, now)})`);
    w.line(0, `Termination Grace Period:\t${metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else w.line(0, `Status:\t${status.phase ?? ''}`);
  if (status.reason) w.line(0, `Reason:\t${status.reason}`);
  if (status.message) w.line(0, `Message:\t${status.message}`);
  w.line(0, `IP:\t${status.podIP ?? ''}`);
  const ips = (status as { readonly podIPs?: readonly { readonly ip: string }[] }).podIPs ?? [];
  w.line(0, ips.length === 0 ? 'IPs:\t<none>' : 'IPs:');
  for (const { ip } of ips) w.line(1, `IP:\t${ip}`);
  const controller = metadata.ownerReferences?.find((owner) => owner.controller);
  if (controller) w.line(0, `Controlled By:\t${controller.kind}/${controller.name}`);
  if (status.nominatedNodeName) w.line(0, `NominatedNodeName:\t${status.nominatedNodeName}`);
  if (spec.initContainers?.length)
    printContainers(w, 'Init Containers', spec.initContainers, status.initContainerStatuses);
  printContainers(w, 'Containers', spec.containers, status.containerStatuses);
  if (status.conditions?.length) {
    w.line(0, 'Conditions:');
    w.line(1, 'Type\tStatus');
    for (const condition of status.conditions) w.line(1, `${condition.type} \t${condition.status} `);
  }
  printVolumes(w, spec.volumes ?? [], now);
  w.line(0, `QoS Class:\t${status.qosClass ?? qosClass(spec)}`);
  printLabels(w, 'Node-Selectors', spec.nodeSelector);
  printTolerations(w, spec.tolerations ?? []);
}
