import type { Node } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import type { Context, Memory } from '../../sim/context.ts';
import { numberFlag } from '../flags.ts';
import { forgiveSilence } from './health.ts';
import { markNodeAsReachable, openZone, swapLimiter } from './tainter.ts';

export type ZoneState = 'Initial' | 'Normal' | 'PartialDisruption' | 'FullDisruption';

/** Share of a zone's nodes, and number of nodes, from which on a zone counts as disrupted. */
const UNHEALTHY_ZONE_THRESHOLD = 0.55;
const MORE_THAN = 2;
/** Nodes tainted in a second, as a rule and in a large zone that is disrupted; larger is one with more nodes than this. */
const EVICTION_RATE = 0.1;
const SECONDARY_EVICTION_RATE = 0.01;
const LARGE_CLUSTER_SIZE = 50;

const zoneStates = (ctx: Context): Memory<ZoneState> => ctx.mem('zones');

const evictionRate = (ctx: Context): number => numberFlag(ctx, 'node-eviction-rate', EVICTION_RATE);

/** @see pkg/controller/nodelifecycle/node_lifecycle_controller.go addPodEvictorForNewZone */
export function addPodEvictorForNewZone(ctx: Context, zone: string): void {
  if (zoneStates(ctx).has(zone)) return;
  zoneStates(ctx).set(zone, 'Initial');
  openZone(ctx, zone, evictionRate(ctx));
}

/** Statuses of a zone's nodes' Ready conditions, undefined where there is none. */
export type ZoneConditions = ReadonlyMap<string, readonly (string | undefined)[]>;

/**
 * Sets the pace of evictions by how many nodes of each zone are lost. When all are, the network or this side of it is the
 * likelier cause, so evictions stop and the NoExecute taints are taken off.
 * @see pkg/controller/nodelifecycle/node_lifecycle_controller.go handleDisruption
 */
export function handleDisruption(
  api: ApiServer,
  ctx: Context,
  conditions: ZoneConditions,
  nodes: readonly Node[],
): void {
  const states = zoneStates(ctx);
  const found = [...conditions].map(([zone, all]) => ({ zone, size: all.length, state: computeZoneState(ctx, all) }));
  for (const { zone } of found) if (!states.has(zone)) states.set(zone, 'Initial');
  for (const zone of [...states.keys()]) if (!conditions.has(zone)) states.delete(zone);
  const areAllLost = found.every(({ state }) => state === 'FullDisruption');
  const wereAllLost = states.keys().every((zone) => states.get(zone) === 'FullDisruption');
  if (areAllLost && wereAllLost) return;
  if (areAllLost) {
    for (const node of nodes) {
      markNodeAsReachable(api, ctx, node);
      const facts = { nodes: nodes.length };
      ctx.decide({ about: `Node/${node.metadata.name}`, by: 'handleDisruption', outcome: 'allNodesLost', facts });
    }
    for (const { zone } of found) {
      swapLimiter(ctx, zone, 0);
      states.set(zone, 'FullDisruption');
    }
    return;
  }
  if (wereAllLost) forgiveSilence(ctx);
  for (const { zone, size, state } of found) {
    if (!wereAllLost && states.get(zone) === state) continue;
    swapLimiter(ctx, zone, rateIn(ctx, size, state));
    states.set(zone, state);
  }
}

/** @see pkg/controller/nodelifecycle/node_lifecycle_controller.go ComputeZoneState */
function computeZoneState(ctx: Context, conditions: readonly (string | undefined)[]): ZoneState {
  const ready = conditions.filter((status) => status === 'True').length;
  const lost = conditions.length - ready;
  if (ready === 0 && lost > 0) return 'FullDisruption';
  const threshold = numberFlag(ctx, 'unhealthy-zone-threshold', UNHEALTHY_ZONE_THRESHOLD);
  return lost > MORE_THAN && lost / conditions.length >= threshold ? 'PartialDisruption' : 'Normal';
}

/** @see setLimiterInZone, ReducedQPSFunc, HealthyQPSFunc */
function rateIn(ctx: Context, size: number, state: ZoneState): number {
  if (state !== 'PartialDisruption') return evictionRate(ctx);
  const isLarge = size > numberFlag(ctx, 'large-cluster-size-threshold', LARGE_CLUSTER_SIZE);
  return isLarge ? numberFlag(ctx, 'secondary-node-eviction-rate', SECONDARY_EVICTION_RATE) : 0;
}
