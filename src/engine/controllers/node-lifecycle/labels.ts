import { attempt } from '../../api/errors.ts';
import type { Node } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { NODES } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';

/** A label and its old name, which is to say the same. @see labelReconcileInfo */
const LABELS: readonly (readonly [primary: string, secondary: string])[] = [
  ['kubernetes.io/os', 'beta.kubernetes.io/os'],
  ['kubernetes.io/arch', 'beta.kubernetes.io/arch'],
];

/** The labels under old names that a node lacks or has with another value. */
export function labelsToUpdate({ metadata: { labels } }: Node): Readonly<Record<string, string>> | undefined {
  const changed = LABELS.flatMap(([primary, secondary]) => {
    const value = labels?.[primary];
    return value === undefined || value === labels?.[secondary] ? [] : [[secondary, value] as const];
  });
  return changed.length > 0 ? Object.fromEntries(changed) : undefined;
}

/** @see pkg/controller/nodelifecycle/node_lifecycle_controller.go reconcileNodeLabels */
export function reconcileNodeLabels(api: ApiServer, ctx: Context, node: Node): void {
  const update = labelsToUpdate(node);
  const live = update && ctx.live<Node>(NODES, node.metadata.name);
  if (!live) return;
  const labels = { ...live.metadata.labels, ...update };
  attempt(() => api.update<Node>(ctx, { ...live, metadata: { ...live.metadata, labels } }));
}
