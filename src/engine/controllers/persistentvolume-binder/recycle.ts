import { attempt, StatusError } from '../../api/errors.ts';
import { keyOf } from '../../api/kind.ts';
import type { EventObject, PersistentVolume, Pod } from '../../api/object.ts';
import { quantityValue } from '../../api/quantity.ts';
import type { ApiServer } from '../../api/server.ts';
import { EVENTS, PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, PODS } from '../../api/tables.ts';
import type { CallRecord } from '../../sim/calls.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { isPodTerminated } from '../../volumes/pods.ts';
import { unbindVolume, updateVolumePhaseWithEvent } from './bind.ts';
import { emit, RECYCLER_EVENTS } from './names.ts';
import { advance, finish, type Operation, runningOperation } from './operations.ts';
import { findRecyclablePluginBySpec, type VolumePlugin } from './plugins.ts';
import { isVolumeReleased } from './reclaim.ts';

const NAMESPACE = 'default';
const PREFIX = 'recycler-for-';
const GI = 1n << 30n;
/** Seconds for each whole GiB. */
const TIMEOUT_INCREMENT = 30n;

/** Running operations by the name of their recycler pod. */
const recyclers = (ctx: Context) => ctx.mem<string>('recyclers');

/**
 * Scrubs a volume with a pod and makes it available again. Has no back-off: the next sync tries again.
 * @see pkg/controller/volume/persistentvolume/pv_controller.go recycleVolumeOperation
 */
export function runRecycle(api: ApiServer, ctx: Context, name: string, operation: Operation): void {
  if (operation.stage === 'ended') {
    onRecyclerEnded(api, ctx, name, operation.object, operation.error);
    return;
  }
  const volume = ctx.live<PersistentVolume>(PERSISTENT_VOLUMES, operation.object);
  if (!volume || !isVolumeReleased(ctx, volume)) {
    finish(ctx, name, 'succeeded');
    return;
  }
  const claimKey = keyOf(volume.spec.claimRef?.namespace, volume.spec.claimRef?.name ?? '');
  const pods = ctx.bucket(PODS, 'byClaim', claimKey).filter((key) => {
    const pod = ctx.get<Pod>(PODS, key);
    return pod !== undefined && !isPodTerminated(pod);
  });
  // Pods of another claim of the same name use that claim's volume.
  if (pods.length > 0 && ctx.get(PERSISTENT_VOLUME_CLAIMS, claimKey) === undefined) {
    emit(api, ctx, volume, 'Normal', 'VolumeFailedRecycle', `Volume is used by pods: ${pods.join(',')}`);
    finish(ctx, name, 'succeeded');
    return;
  }
  const plugin = findRecyclablePluginBySpec(volume.spec);
  if (!plugin) {
    recyclingFailed(api, ctx, name, operation.object, 'No recycler plugin found for the volume!');
    return;
  }
  advance(ctx, name, { stage: 'call' });
  const { hostPath, nfs } = volume.spec;
  const request = {
    pvName: operation.object,
    ...(hostPath && { path: hostPath.path }),
    ...(nfs && { server: nfs.server, path: nfs.path }),
  };
  ctx.call({ target: plugin.name, method: 'Recycle', request, data: { operation: name } });
}

/**
 * The plugin recycles: it starts a pod and waits for its end.
 * @see pkg/volume/util/recyclerclient/recycler_client.go RecycleVolumeByWatchingPodUntilCompletion
 */
export function onRecycled(api: ApiServer, ctx: Context, name: string, operation: Operation, call: CallRecord): void {
  const fail = (message: string): void =>
    recyclingFailed(api, ctx, name, operation.object, `Recycle failed: ${message}`);
  const volume = ctx.live<PersistentVolume>(PERSISTENT_VOLUMES, operation.object);
  const plugin = volume && findRecyclablePluginBySpec(volume.spec);
  if (!volume || !plugin || call.code !== 'OK') {
    fail(call.message ?? '');
    return;
  }
  const created = attempt(() => api.create(ctx, recyclerPod(volume, plugin)));
  const podName = PREFIX + operation.object;
  if (!(created instanceof StatusError)) {
    recyclers(ctx).set(podName, name);
    advance(ctx, name, { stage: 'pod' });
  } else if (created.reason === 'AlreadyExists') {
    const deleted = deletePod(api, ctx, podName);
    if (deleted) fail(`failed to delete old recycler pod ${NAMESPACE}/${podName}: ${deleted.message}`);
    else fail('old recycler pod found, will retry later');
  } else {
    fail(`unexpected error creating recycler pod:  ${created.message}`);
  }
}

/** @see pkg/volume/plugins.go NewPersistentVolumeRecyclerPodTemplate */
function recyclerPod({ metadata: { name }, spec }: PersistentVolume, { recyclerMinimumTimeout = 0 }: VolumePlugin) {
  const { hostPath, nfs } = spec;
  const script = 'test -e /scrub && find /scrub -mindepth 1 -delete && test -z "$(ls -A /scrub)" || exit 1';
  const timeout = Number((quantityValue(spec.capacity?.['storage']) / GI) * TIMEOUT_INCREMENT);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: PREFIX + name, namespace: NAMESPACE },
    spec: {
      activeDeadlineSeconds: Math.max(recyclerMinimumTimeout, timeout),
      restartPolicy: 'Never',
      volumes: [
        {
          name: 'vol',
          ...(hostPath && { hostPath: { path: hostPath.path } }),
          ...(nfs && { nfs: { server: nfs.server, path: nfs.path } }),
        },
      ],
      containers: [
        {
          name: 'pv-recycler',
          image: 'registry.k8s.io/build-image/debian-base:bookworm-v1.0.6',
          command: ['/bin/sh'],
          args: ['-c', script],
          volumeMounts: [{ name: 'vol', mountPath: '/scrub' }],
        },
      ],
    },
  };
}

/**
 * Follows the recycler pods: the first end that is seen counts.
 * @see pkg/volume/util/recyclerclient/recycler_client.go waitForPod
 */
export function onPod(ctx: Context, { key, after }: WatchEvent<Pod>): void {
  if (!key.startsWith(`${NAMESPACE}/${PREFIX}`)) return;
  const name = recyclers(ctx).get(key.slice(NAMESPACE.length + 1));
  if (name === undefined || runningOperation(ctx, name)?.stage !== 'pod') return;
  const { phase, message } = after?.status ?? {};
  if (!after) advance(ctx, name, { stage: 'ended', error: 'recycler pod was deleted' }, 0);
  else if (phase === 'Succeeded') advance(ctx, name, { stage: 'ended' }, 0);
  else if (phase === 'Failed')
    advance(ctx, name, { stage: 'ended', error: message || 'pod failed, pod.Status.Message unknown' }, 0);
}

/** Notes a new Event of a recycler pod. */
export function onEvent(ctx: Context, { key, before, after }: WatchEvent<EventObject>): void {
  const { name = '' } = after?.involvedObject ?? {};
  if (!after || before || !name.startsWith(PREFIX) || after.metadata.namespace !== NAMESPACE) return;
  if (recyclers(ctx).has(name)) ctx.enqueue(RECYCLER_EVENTS, key);
}

/** Repeats an Event of a recycler pod on the volume. */
export function repeatEvent(api: ApiServer, ctx: Context, key: string): void {
  const event = ctx.get<EventObject>(EVENTS, key);
  const volume =
    event && ctx.get<PersistentVolume>(PERSISTENT_VOLUMES, (event.involvedObject.name ?? '').slice(PREFIX.length));
  if (volume)
    emit(
      api,
      ctx,
      volume,
      event.type === 'Warning' ? 'Warning' : 'Normal',
      'RecyclerPod',
      `Recycler pod: ${event.message}`,
    );
}

function onRecyclerEnded(
  api: ApiServer,
  ctx: Context,
  name: string,
  volumeName: string,
  error: string | undefined,
): void {
  recyclers(ctx).delete(PREFIX + volumeName);
  const undeleted = deletePod(api, ctx, PREFIX + volumeName);
  if (error !== undefined) {
    recyclingFailed(api, ctx, name, volumeName, `Recycle failed: failed to recycle volume: ${error}`);
  } else if (undeleted) {
    recyclingFailed(api, ctx, name, volumeName, `Recycle failed: failed to delete recycler pod: ${undeleted.message}`);
  } else {
    const volume = ctx.live<PersistentVolume>(PERSISTENT_VOLUMES, volumeName);
    if (volume) {
      emit(api, ctx, volume, 'Normal', 'VolumeRecycled', 'Volume recycled');
      // If this fails the volume is recycled once more.
      attempt(() => unbindVolume(api, ctx, volume));
    }
    finish(ctx, name, 'succeeded');
  }
}

/** @returns the error, if there was one */
function deletePod(api: ApiServer, ctx: Context, name: string): StatusError | undefined {
  return attempt(() => api.remove(ctx, { kind: 'Pod', namespace: NAMESPACE, name })) ?? undefined;
}

function recyclingFailed(api: ApiServer, ctx: Context, name: string, volumeName: string, message: string): void {
  const volume = ctx.live<PersistentVolume>(PERSISTENT_VOLUMES, volumeName);
  if (volume) attempt(() => updateVolumePhaseWithEvent(api, ctx, volume, 'Failed', 'VolumeFailedRecycle', message));
  finish(ctx, name, 'succeeded');
}
