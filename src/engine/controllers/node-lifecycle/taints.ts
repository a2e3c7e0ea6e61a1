import { attempt, StatusError } from '../../api/errors.ts';
import type { Node, Taint } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { NODES } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';

export const NOT_READY = 'node.kubernetes.io/not-ready';
export const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

export const NOT_READY_TAINT: Taint = { key: NOT_READY, effect: 'NoExecute' };
export const UNREACHABLE_TAINT: Taint = { key: UNREACHABLE, effect: 'NoExecute' };

/** The taint's key that a condition in a status brings. @see nodeConditionToTaintKeyStatusMap */
const TAINT_KEY_BY_CONDITION: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: NOT_READY, Unknown: UNREACHABLE },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
};
const OWN_KEYS: ReadonlySet<string> = new Set([
  UNSCHEDULABLE,
  ...Object.values(TAINT_KEY_BY_CONDITION).flatMap((keys) => Object.values(keys)),
]);

/** @see pkg/util/taints: two taints are one when key and effect are */
const matches = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;

export const hasTaint = ({ spec }: Node, taint: Taint): boolean =>
  spec?.taints?.some((other) => matches(other, taint)) ?? false;

/**
 * The NoSchedule taints that a node lacks by its conditions and by being cordoned, and those that it has for nothing.
 * @see pkg/controller/nodelifecycle/node_lifecycle_controller.go doNoScheduleTaintingPass
 */
export function schedulingTaints(node: Node): { readonly missing: readonly Taint[]; readonly stale: readonly Taint[] } {
  const keys = (node.status?.conditions ?? []).flatMap(
    ({ type, status }) => TAINT_KEY_BY_CONDITION[type]?.[status] ?? [],
  );
  if (node.spec?.unschedulable) keys.push(UNSCHEDULABLE);
  const wanted = keys.map((key): Taint => ({ key, effect: 'NoSchedule' }));
  const found = (node.spec?.taints ?? []).filter(({ key, effect }) => effect === 'NoSchedule' && OWN_KEYS.has(key));
  return {
    missing: wanted.filter((taint) => !found.some((other) => matches(other, taint))),
    stale: found.filter((taint) => !wanted.some((other) => matches(other, taint))),
  };
}

/**
 * Adds taints, as of now, and then takes others off, each in a write of its own. Returns whether both went well.
 * @see pkg/controller/util/node/controller_utils.go SwapNodeControllerTaint
 */
export function swapNodeControllerTaint(
  api: ApiServer,
  ctx: Context,
  node: Node,
  add: readonly Taint[],
  remove: readonly Taint[],
): boolean {
  const timeAdded = api.timestamp(ctx);
  const added = add.map((taint): Taint => ({ ...taint, timeAdded }));
  return addOrUpdateTaintOnNode(api, ctx, node, added) && removeTaintOffNode(api, ctx, node, remove);
}

/** @see pkg/controller/controller_utils.go AddOrUpdateTaintOnNode */
function addOrUpdateTaintOnNode(api: ApiServer, ctx: Context, node: Node, taints: readonly Taint[]): boolean {
  return patchTaints(api, ctx, node, (old) => {
    const kept = old.map((taint) => taints.find((other) => matches(other, taint)) ?? taint);
    return [...kept, ...taints.filter((taint) => !old.some((other) => matches(other, taint)))];
  });
}

/** @see pkg/controller/controller_utils.go RemoveTaintOffNode */
export function removeTaintOffNode(api: ApiServer, ctx: Context, node: Node, taints: readonly Taint[]): boolean {
  if (!taints.some((taint) => hasTaint(node, taint))) return true;
  return patchTaints(api, ctx, node, (old) => old.filter((taint) => !taints.some((other) => matches(other, taint))));
}

/** Changes the taints as they are now; a list that stays the same is no write. */
function patchTaints(
  api: ApiServer,
  ctx: Context,
  { metadata: { name } }: Node,
  change: (taints: readonly Taint[]) => readonly Taint[],
): boolean {
  const live = ctx.live<Node>(NODES, name);
  if (!live) return false;
  const { taints: old = [], ...spec } = live.spec ?? {};
  const taints = change(old);
  const next = { ...live, spec: taints.length > 0 ? { ...spec, taints } : spec };
  return !(attempt(() => api.update<Node>(ctx, next)) instanceof StatusError);
}
