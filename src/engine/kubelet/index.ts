import type { Node, PersistentVolume, Pod } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import { NODES, PERSISTENT_VOLUMES, PODS } from '../api/tables.ts';
import type { ComponentType } from '../sim/component.ts';
import type { Context } from '../sim/context.ts';
import type { WatchEvent } from '../sim/types.ts';
import { findPluginBySpec } from '../volumes/registry.ts';
import { type Kubelet, kubeletOf, QUEUE } from './kubelet.ts';
import { registerNode, syncNodeStatus } from './nodeStatus.ts';
import { podChanged } from './podManager.ts';
import { resyncPod, syncPodWorker } from './podWorkers.ts';
import { cleanUpOrphanedPods } from './runtime.ts';
import { noteSize } from './volumemanager/operations/expand.ts';
import { operationAnswered } from './volumemanager/operations/index.ts';
import { reconcile, setVolumeManagerState, volumeManagerState } from './volumemanager/reconciler.ts';
import { reconstructVolumes } from './volumemanager/reconstruct.ts';
import { desired, WORLD_TABLES } from './volumemanager/world.ts';

const NOBODY: readonly string[] = [];

/** The kubelet of one node: process `kubelet/<node>` with parameter `node`. */
export function kubelet(api: ApiServer): ComponentType {
  const on = (act: (kl: Kubelet, item: string) => void) => (ctx: Context, item: string) =>
    act(kubeletOf(api, ctx), item);
  // Each write of a pod asks for its audience: the same list each time is found faster than a new one.
  const audiences = new Map<string, readonly string[]>();
  const audience = (node: string | undefined): readonly string[] => {
    if (!node) return NOBODY;
    const known = audiences.get(node) ?? [`kubelet/${node}`];
    audiences.set(node, known);
    return known;
  };
  return {
    type: 'kubelet',
    tables: WORLD_TABLES,
    queues: {
      [QUEUE.pods]: { workers: Number.POSITIVE_INFINITY, sync: on(syncPodWorker) },
      [QUEUE.reconciler]: { tick: 100, sync: on(volumeManagerTick) },
      [QUEUE.plugins]: { sync: on(({ ctx }) => ctx.enqueue(QUEUE.reconciler, '')) },
      [QUEUE.resync]: { workers: Number.POSITIVE_INFINITY, background: true, sync: on(resyncPod) },
      [QUEUE.nodeStatus]: { every: 10_000, settles: true, sync: on(syncNodeStatus) },
    },
    watches: [
      {
        table: PODS,
        route: ({ spec }: Pod) => audience(spec.nodeName),
        relist: (ctx) => ctx.bucket(PODS, 'byNode', ctx.params['node'] ?? ''),
        on: (ctx, event: WatchEvent<Pod>) => podChanged(kubeletOf(api, ctx), event),
      },
      {
        table: NODES,
        route: ({ metadata }: Node) => audience(metadata.name),
        relist: () => [],
        on: (ctx, event: WatchEvent<Node>) => nodeChanged(kubeletOf(api, ctx), event),
      },
      {
        table: PERSISTENT_VOLUMES,
        relist: () => [],
        on: (ctx, event: WatchEvent<PersistentVolume>) => {
          if (event.before && event.after && event.before.spec.capacity !== event.after.spec.capacity)
            volumeResized(kubeletOf(api, ctx), event.after);
        },
      },
    ],
    start: (ctx) => {
      const kl = kubeletOf(api, ctx);
      cleanUpOrphanedPods(kl);
      reconstructVolumes(kl);
      registerNode(kl);
      ctx.enqueue(QUEUE.reconciler, '');
    },
    onCall: (ctx, call) => operationAnswered(kubeletOf(api, ctx), call),
  };
}

/** The first tick has seen all pods and what was mounted before: from then on the node's status tells which volumes are in use. */
function volumeManagerTick(kl: Kubelet): void {
  reconcile(kl);
  const state = volumeManagerState(kl);
  if (state.synced) return;
  setVolumeManagerState(kl, { ...state, synced: true });
  syncNodeStatus(kl);
}

/** What the volume manager waits for in the Node is the list of volumes that are attached. */
function nodeChanged(kl: Kubelet, { before, after }: WatchEvent<Node>): void {
  if (before?.status?.volumesAttached === after?.status?.volumesAttached) return;
  if (desired(kl).keys().length > 0) kl.ctx.enqueue(QUEUE.reconciler, '');
}

/** A volume that is desired here and became larger is to grow here too, with the next tick. */
function volumeResized(kl: Kubelet, persistentVolume: PersistentVolume): void {
  const spec = { name: persistentVolume.metadata.name, persistentVolume, readOnly: false };
  const plugin = findPluginBySpec(spec);
  if (typeof plugin === 'string' || !plugin.volumeName) return;
  const volume = `${plugin.name}/${plugin.volumeName(spec)}`;
  if (!desired(kl).has(volume)) return;
  noteSize(kl, volume, spec);
  kl.ctx.enqueue(QUEUE.reconciler, '');
}
