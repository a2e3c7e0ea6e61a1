import type { Node, Pod } from '../../api/object.ts';
import { NODES, PODS } from '../../api/tables.ts';
import { tolerates } from '../../api/tolerations.ts';
import { type HintEvent, type Plugin, unresolvable } from '../framework.ts';

const TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** @see pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go */
export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  filter: ({ pod }, { node }) =>
    !node.spec?.unschedulable || tolerates(pod.spec.tolerations, TAINT)
      ? undefined
      : unresolvable('node(s) were unschedulable', { have: { unschedulable: true } }),
  hints: [
    {
      table: NODES,
      actions: ['add', 'update'],
      wakes: (_pod, { before, after }: HintEvent<Node>) =>
        !after?.spec?.unschedulable && (before === undefined || before.spec?.unschedulable === true),
    },
    {
      table: PODS,
      actions: ['update'],
      wakes: (pod, { after }: HintEvent<Pod>) =>
        after?.metadata.uid === pod.metadata.uid && tolerates(pod.spec.tolerations, TAINT),
    },
  ],
};
