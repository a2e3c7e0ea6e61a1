import { since } from '../../api/kinds/metadata.ts';
import { roles } from '../../api/kinds/node.ts';
import { isFinished } from '../../api/kinds/podrequests.ts';
import type { Container, CSINode, KubeObject, Node, Pod, ResourceList, Taint } from '../../api/object.ts';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  quantityMilliValue,
  quantityValue,
} from '../../api/quantity.ts';
import { PODS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { printAnnotations, printLabels, printLines, rfc1123, sliceText } from './common.ts';
import type { DescriptionWriter } from './writer.ts';

const LEASES = 'leases.coordination.k8s.io';

interface Lease extends KubeObject {
  readonly spec?: { readonly holderIdentity?: string; readonly acquireTime?: string; readonly renewTime?: string };
}

const taintText = ({ key, value, effect }: Taint): string => `${key}${value ? `=${value}` : ''}:${effect}`;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function printResources(w: DescriptionWriter, title: string, list: ResourceList = {}): void {
  const names = Object.keys(list).sort();
  if (names.length > 0) w.line(0, `${title}:`);
  for (const name of names) w.line(1, `${name}:\t${canonicalQuantity(list[name] ?? '0')}`);
}

/** @see describeNodeLease */
function printLease(w: DescriptionWriter, ctx: Context, name: string): void {
  const lease = ctx.live<Lease>(LEASES, `kube-node-lease/${name}`);
  if (!lease) {
    w.line(0, `Lease:\tFailed to get lease: leases.coordination.k8s.io "${name}" not found`);
    return;
  }
  const time = (text: string | undefined): string => (text === undefined ? '<unset>' : rfc1123(text));
  w.line(0, 'Lease:');
  w.line(1, `HolderIdentity:\t${lease.spec?.holderIdentity ?? '<unset>'}`);
  w.line(1, `AcquireTime:\t${time(lease.spec?.acquireTime)}`);
  w.line(1, `RenewTime:\t${time(lease.spec?.renewTime)}`);
}

function printConditions(w: DescriptionWriter, { status }: Node): void {
  if (!status?.conditions?.length) return;
  w.line(0, 'Conditions:');
  w.line(1, 'Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage');
  w.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
  for (const condition of status.conditions) {
    const { type, status: value, lastTransitionTime, reason = '', message = '' } = condition;
    const { lastHeartbeatTime } = condition as { readonly lastHeartbeatTime?: string };
    const times = `${rfc1123(lastHeartbeatTime)} \t${rfc1123(lastTransitionTime)}`;
    w.line(1, `${type} \t${value} \t${times} \t${reason} \t${message}`);
  }
}

const SYSTEM_INFO = [
  ['Machine ID', 'machineID'],
  ['System UUID', 'systemUUID'],
  ['Boot ID', 'bootID'],
  ['Kernel Version', 'kernelVersion'],
  ['OS Image', 'osImage'],
  ['Operating System', 'operatingSystem'],
  ['Architecture', 'architecture'],
  ['Container Runtime Version', 'containerRuntimeVersion'],
  ['Kubelet Version', 'kubeletVersion'],
] as const;

/** @see staging/src/k8s.io/kubectl/pkg/describe/describe.go describeNode */
export function describeNode(w: DescriptionWriter, node: Node, ctx: Context, now: number): void {
  const { metadata, spec = {}, status = {} } = node;
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `Roles:\t${roles(node)}`);
  printLabels(w, 'Labels', metadata.labels);
  printAnnotations(w, 'Annotations', metadata.annotations);
  w.line(0, `CreationTimestamp:\t${rfc1123(metadata.creationTimestamp)}`);
  const taints = [...(spec.taints ?? [])].sort((a, b) => compare(`${a.effect},${a.key}`, `${b.effect},${b.key}`));
  printLines(w, 'Taints', taints.map(taintText));
  w.line(0, `Unschedulable:\t${spec.unschedulable ?? false}`);
  printLease(w, ctx, metadata.name);
  printConditions(w, node);
  w.line(0, 'Addresses:');
  for (const { type, address } of status.addresses ?? []) w.line(1, `${type}:\t${address}`);
  printResources(w, 'Capacity', status.capacity);
  printResources(w, 'Allocatable', status.allocatable);
  w.line(0, 'System Info:');
  for (const [title, field] of SYSTEM_INFO) w.line(1, `${title}:\t${status.nodeInfo?.[field] ?? ''}`);
  if (spec.podCIDR) w.line(0, `PodCIDR:\t${spec.podCIDR}`);
  const { podCIDRs = [] } = spec as { readonly podCIDRs?: readonly string[] };
  if (podCIDRs.length > 0) w.line(0, `PodCIDRs:\t${podCIDRs.join(',')}`);
  if (spec.providerID) w.line(0, `ProviderID:\t${spec.providerID}`);
  const pods = ctx
    .liveBucket(PODS, 'byNode', metadata.name)
    .map((key) => ctx.live<Pod>(PODS, key))
    .filter((pod) => pod !== undefined)
    .filter((pod) => !isFinished(pod));
  printPods(w, pods, status.allocatable ?? status.capacity ?? {}, now);
}

type Which = 'requests' | 'limits';

/** Sum over containers and sidecars, or what the start takes where that is more. @see resourcehelper.PodRequests, PodLimits */
function amountsOf({ spec }: Pod, which: Which): ResourceList {
  const sum: Record<string, string> = {};
  const add = (to: Record<string, string>, list: ResourceList = {}): void => {
    for (const [name, amount] of Object.entries(list)) to[name] = addQuantities(to[name] ?? '0', amount);
  };
  const raise = (to: Record<string, string>, list: ResourceList): void => {
    for (const [name, amount] of Object.entries(list))
      if (compareQuantities(amount, to[name] ?? '0') > 0) to[name] = String(amount);
  };
  const of = ({ resources }: Container): ResourceList => resources?.[which] ?? {};
  for (const container of spec.containers) add(sum, of(container));
  const sidecars: Record<string, string> = {};
  const starting: Record<string, string> = {};
  for (const container of spec.initContainers ?? []) {
    const together = { ...sidecars };
    add(together, of(container));
    raise(starting, together);
    if (container.restartPolicy !== 'Always') continue;
    add(sum, of(container));
    add(sidecars, of(container));
  }
  raise(sum, starting);
  const own = (spec as { readonly resources?: Partial<Record<Which, ResourceList>> }).resources?.[which];
  return { ...sum, ...own };
}

const STANDARD: readonly string[] = ['cpu', 'memory', 'ephemeral-storage'];

function shareText(name: string, amount: string | number | undefined, all: ResourceList): string {
  const text = canonicalQuantity(amount ?? '0');
  const of = name === 'cpu' ? quantityMilliValue : quantityValue;
  const whole = Number(of(all[name] ?? '0'));
  return `${text} (${whole === 0 ? 0 : Math.trunc((Number(of(amount ?? '0')) / whole) * 100)}%)`;
}

/** @see describeNodeResource */
function printPods(w: DescriptionWriter, pods: readonly Pod[], allocatable: ResourceList, now: number): void {
  w.line(0, `Non-terminated Pods:\t(${pods.length} in total)`);
  w.line(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge');
  w.line(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---');
  const requests: Record<string, string> = {};
  const limits: Record<string, string> = {};
  for (const pod of pods) {
    const { name, namespace, creationTimestamp } = pod.metadata;
    const [asked, most] = [amountsOf(pod, 'requests'), amountsOf(pod, 'limits')];
    const cells = ['cpu', 'memory'].flatMap((resource) => [
      shareText(resource, asked[resource], allocatable),
      shareText(resource, most[resource], allocatable),
    ]);
    w.line(1, [namespace, name, '', ...cells, since(creationTimestamp, now)].join('\t'));
    for (const [key, amount] of Object.entries(asked)) requests[key] = addQuantities(requests[key] ?? '0', amount);
    for (const [key, amount] of Object.entries(most)) limits[key] = addQuantities(limits[key] ?? '0', amount);
  }
  w.line(0, 'Allocated resources:');
  w.line(1, '(Total limits may be over 100 percent, i.e., overcommitted.)');
  w.line(1, 'Resource\tRequests\tLimits');
  w.line(1, '--------\t--------\t------');
  const others = Object.keys(allocatable).filter((name) => name !== 'pods' && !STANDARD.includes(name));
  const huge = others.filter((name) => name.startsWith('hugepages-')).sort();
  for (const name of [...STANDARD, ...huge])
    w.line(
      1,
      `${name}\t${shareText(name, requests[name], allocatable)}\t${shareText(name, limits[name], allocatable)}`,
    );
  for (const name of others.filter((other) => !huge.includes(other)).sort())
    w.line(1, `${name}\t${canonicalQuantity(requests[name] ?? '0')}\t${canonicalQuantity(limits[name] ?? '0')}`);
}

/** @see describeCSINode */
export function describeCSINode(w: DescriptionWriter, { metadata, spec }: CSINode): void {
  w.line(0, `Name:\t${metadata.name}`);
  printLabels(w, 'Labels', metadata.labels);
  printAnnotations(w, 'Annotations', metadata.annotations);
  w.line(0, `CreationTimestamp:\t${rfc1123(metadata.creationTimestamp)}`);
  w.line(0, 'Spec:');
  if (!spec?.drivers) return;
  w.line(1, 'Drivers:');
  for (const { name, nodeID, allocatable, topologyKeys } of spec.drivers) {
    w.line(2, `${name}:`);
    w.line(3, `Node ID:\t${nodeID}`);
    if (allocatable?.count !== undefined) {
      w.line(3, 'Allocatables:');
      w.line(4, `Count:\t${allocatable.count}`);
    }
    if (topologyKeys) w.line(3, `Topology Keys:\t${sliceText(topologyKeys)}`);
  }
}
