import type { PersistentVolume, Pod } from '../../api/object.ts';
import { PERSISTENT_VOLUMES, PODS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { isPodTerminated } from '../../volumes/pods.ts';
import { attachablePlugin, deletePod, processPodVolumes } from './desired.ts';
import { desiredState } from './state.ts';

/** Item of a sweep that is about a driver; all others are uids of pods. */
export const DRIVER_PREFIX = 'driver ';

/**
 * Takes out of the desired state what no event took out: a pod that went without its claim or volume being known any more,
 * or volumes whose driver no longer attaches.
 * @see pkg/controller/volume/attachdetach/populator/desired_state_of_world_populator.go findAndRemoveDeletedPods
 */
export function findAndRemoveDeletedPods(ctx: Context, item: string): void {
  const desired = desiredState(ctx);
  if (item.startsWith(DRIVER_PREFIX)) {
    for (const key of [...desired.keys()]) {
      const wanted = desired.get(key);
      if (wanted && !attachablePlugin(ctx, wanted.spec)) for (const { uid } of wanted.pods) deletePod(ctx, key, uid);
    }
    return;
  }
  for (const key of [...desired.bucket('byPod', item)]) {
    const pod = desired.get(key)?.pods.find(({ uid }) => uid === item);
    const found = pod && ctx.get<Pod>(PODS, `${pod.namespace}/${pod.name}`);
    if (found?.metadata.uid !== item || isPodTerminated(found)) deletePod(ctx, key, item);
  }
}

/**
 * Adds the pods that were passed over when their node was not the controller's yet, or their driver did not attach.
 * @see pkg/controller/volume/attachdetach/populator/desired_state_of_world_populator.go findAndAddActivePods
 */
export function findAndAddActivePods(ctx: Context, item: string): void {
  const pods = item.startsWith(DRIVER_PREFIX)
    ? podsOfDriver(ctx, item.slice(DRIVER_PREFIX.length))
    : ctx.bucket(PODS, 'byNode', item);
  for (const key of [...pods]) {
    const pod = ctx.get<Pod>(PODS, key);
    if (pod && !isPodTerminated(pod)) processPodVolumes(ctx, pod, true);
  }
}

function podsOfDriver(ctx: Context, driver: string): readonly string[] {
  return ctx.bucket(PERSISTENT_VOLUMES, 'byProvisioner', driver).flatMap((name) => {
    const { claimRef } = ctx.get<PersistentVolume>(PERSISTENT_VOLUMES, name)?.spec ?? {};
    return claimRef ? ctx.bucket(PODS, 'byClaim', `${claimRef.namespace}/${claimRef.name}`) : [];
  });
}
