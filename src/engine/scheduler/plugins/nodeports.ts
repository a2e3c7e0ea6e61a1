import { isFinished } from '../../api/kinds/podrequests.ts';
import type { Pod } from '../../api/object.ts';
import { NODES, PODS } from '../../api/tables.ts';
import { type HintEvent, type Plugin, SKIP, unschedulable } from '../framework.ts';
import { leavesNode, podsOn } from '../snapshot.ts';

interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

interface ContainerPort {
  readonly hostPort?: number;
  readonly hostIP?: string;
  readonly protocol?: string;
}

/** Host ports of a pod's containers and sidecars. */
const hostPorts = ({ spec: { containers, initContainers = [] } }: Pod): readonly HostPort[] =>
  [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')].flatMap(
    ({ ports = [] }) =>
      (ports as readonly ContainerPort[]).flatMap(({ hostPort, hostIP, protocol }) =>
        hostPort ? [{ ip: hostIP || '0.0.0.0', protocol: protocol || 'TCP', port: hostPort }] : [],
      ),
  );

const clash = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0');

const taken = (wanted: readonly HostPort[], pods: readonly Pod[]): Pod | undefined =>
  pods.find((pod) => !isFinished(pod) && hostPorts(pod).some((port) => wanted.some((want) => clash(want, port))));

/** @see pkg/scheduler/framework/plugins/nodeports/node_ports.go */
export const nodePorts: Plugin<readonly HostPort[]> = {
  name: 'NodePorts',
  preFilter: ({ pod }) => {
    const ports = hostPorts(pod);
    return ports.length === 0 ? SKIP : { state: ports };
  },
  filter: ({ ctx }, { node }, ports) => {
    const other = taken(ports, podsOn(ctx, node.metadata.name));
    if (!other) return undefined;
    return unschedulable("node(s) didn't have free ports for the requested pod ports", {
      have: other.metadata.name,
      want: ports.map(({ port }) => port),
    });
  },
  hints: [
    {
      table: PODS,
      actions: ['update', 'delete'],
      wakes: (pod, { before, after }: HintEvent<Pod>) =>
        before !== undefined && leavesNode(before, after) && taken(hostPorts(pod), [before]) !== undefined,
    },
    { table: NODES, actions: ['add'] },
  ],
};
