import { NODES } from '../../api/tables.ts';
import { type Plugin, unresolvable } from '../framework.ts';

/** @see pkg/scheduler/framework/plugins/nodename/node_name.go */
export const nodeName: Plugin = {
  name: 'NodeName',
  filter: ({ pod }, { node }) =>
    !pod.spec.nodeName || pod.spec.nodeName === node.metadata.name
      ? undefined
      : unresolvable("node(s) didn't match the requested node name", { want: pod.spec.nodeName }),
  hints: [{ table: NODES, actions: ['add'] }],
};
