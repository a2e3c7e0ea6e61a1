import { since } from '../../api/kinds/metadata.ts';
import { qosClass } from '../../api/kinds/podrequests.ts';
import { selectorText } from '../../api/kinds/workload.ts';
import type {
  Container,
  ContainerStatus,
  LabelSelector,
  PersistentVolumeClaim,
  Pod,
  Toleration,
  Volume,
} from '../../api/object.ts';
import { printAnnotations, printLabels, rfc1123 } from './common.ts';
import { printContainers, printResources, printSeccomp } from './containers.ts';
import { printClaim } from './storage.ts';
import { printVolumeSource } from './volumesources.ts';
import { DescriptionWriter } from './writer.ts';

type Fields = Readonly<Record<string, unknown>>;

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
    } else printVolumeSource(w, volume, false);
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

interface SpreadConstraint {
  readonly topologyKey: string;
  readonly whenUnsatisfiable: string;
  readonly maxSkew: number;
  readonly labelSelector?: LabelSelector;
}

/** @see describeTopologySpreadConstraints */
export function printSpreadConstraints(w: DescriptionWriter, constraints: unknown, space = ''): void {
  const list = [...((constraints ?? []) as readonly SpreadConstraint[])];
  list.sort((a, b) => (a.topologyKey < b.topologyKey ? -1 : a.topologyKey > b.topologyKey ? 1 : 0));
  for (const [i, { topologyKey, whenUnsatisfiable, maxSkew, labelSelector }] of list.entries()) {
    const head = `${space}${i === 0 ? 'Topology Spread Constraints:' : ''}\t${topologyKey}:${whenUnsatisfiable}`;
    const selector = labelSelector ? ` for selector ${selectorText(labelSelector)}` : '';
    w.line(0, `${head} when max skew ${maxSkew} is exceeded${selector}`);
  }
}

function printReadinessGates(w: DescriptionWriter, { spec, status = {} }: Pod): void {
  const gates = (spec['readinessGates'] ?? []) as readonly { readonly conditionType: string }[];
  if (gates.length === 0) return;
  w.line(0, 'Readiness Gates:');
  w.line(1, 'Type\tStatus');
  for (const { conditionType } of gates) {
    const found = status.conditions?.find(({ type }) => type === conditionType);
    w.line(1, `${conditionType} \t${found?.status ?? '<none>'} `);
  }
}

/** @see staging/src/k8s.io/kubectl/pkg/describe/describe.go describePod */
export function describePod(w: DescriptionWriter, pod: Pod, now: number): void {
  const { metadata, spec, status = {} } = pod;
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `Namespace:\t${metadata.namespace ?? ''}`);
  if (spec.priority !== undefined) w.line(0, `Priority:\t${spec.priority}`);
  if (spec.priorityClassName) w.line(0, `Priority Class Name:\t${spec.priorityClassName}`);
  if (spec['runtimeClassName']) w.line(0, `Runtime Class Name:\t${String(spec['runtimeClassName'])}`);
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
  printSeccomp(w, spec['securityContext'], 0, 0);
  w.line(0, `IP:\t${status.podIP ?? ''}`);
  const ips = (status as { readonly podIPs?: readonly { readonly ip: string }[] }).podIPs ?? [];
  w.line(0, ips.length === 0 ? 'IPs:\t<none>' : 'IPs:');
  for (const { ip } of ips) w.line(1, `IP:\t${ip}`);
  const controller = metadata.ownerReferences?.find((owner) => owner.controller);
  if (controller) w.line(0, `Controlled By:\t${controller.kind}/${controller.name}`);
  if (status.nominatedNodeName) w.line(0, `NominatedNodeName:\t${status.nominatedNodeName}`);
  if (spec['resources'] !== undefined) {
    w.line(0, 'Resources:');
    printResources(w, spec['resources'] as Container['resources'], 1);
  }
  const statuses = status as Readonly<Record<string, readonly ContainerStatus[] | undefined>>;
  if (spec.initContainers?.length)
    printContainers(w, 'Init Containers', spec.initContainers, { pod, statuses: statuses['initContainerStatuses'] });
  printContainers(w, 'Containers', spec.containers, { pod, statuses: statuses['containerStatuses'] });
  const ephemeral = (spec['ephemeralContainers'] ?? []) as readonly Container[];
  if (ephemeral.length > 0)
    printContainers(w, 'Ephemeral Containers', ephemeral, { pod, statuses: statuses['ephemeralContainerStatuses'] });
  printReadinessGates(w, pod);
  if (status.conditions?.length) {
    w.line(0, 'Conditions:');
    w.line(1, 'Type\tStatus');
    for (const condition of status.conditions) w.line(1, `${condition.type} \t${condition.status} `);
  }
  printVolumes(w, spec.volumes ?? [], now);
  w.line(0, `QoS Class:\t${status.qosClass ?? qosClass(spec)}`);
  printLabels(w, 'Node-Selectors', spec.nodeSelector);
  printTolerations(w, spec.tolerations ?? []);
  printSpreadConstraints(w, spec['topologySpreadConstraints']);
}
