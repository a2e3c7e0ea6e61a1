import { attempt, StatusError } from '../../api/errors.ts';
import { recordEvent } from '../../api/events.ts';
import { keyOf } from '../../api/kind.ts';
import type { PersistentVolumeClaim, Pod, Volume } from '../../api/object.ts';
import { type ApiServer, controllerRef } from '../../api/server.ts';
import { PERSISTENT_VOLUME_CLAIMS, PODS } from '../../api/tables.ts';
import type { ComponentType } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { claimNameOf, volumeIsForPod } from '../../volumes/ephemeral.ts';

const QUEUE = 'pods';
const SOURCE = 'ephemeral_volume';

/**
 * Creates the claims of pods' generic ephemeral volumes; they go with their pods.
 * @see pkg/controller/volume/ephemeral/controller.go
 */
export function ephemeralVolume(api: ApiServer): ComponentType {
  return {
    type: 'ephemeral-volume-controller',
    queues: { [QUEUE]: { sync: (ctx, key) => sync(api, ctx, key), workers: 5 } },
    watches: [
      { table: PODS, on: (ctx, { before, after }: WatchEvent<Pod>) => before || !after || enqueuePod(ctx, after) },
      { table: PERSISTENT_VOLUME_CLAIMS, on: onClaim },
    ],
  };
}

function enqueuePod(ctx: Context, { metadata, spec }: Pod): void {
  if (metadata.deletionTimestamp === undefined && spec.volumes?.some(({ ephemeral }) => ephemeral))
    ctx.enqueue(QUEUE, keyOf(metadata.namespace, metadata.name));
}

/** A claim that somebody deleted is made again for the pods that name it. @see onPVCDelete */
function onClaim(ctx: Context, { key, after }: WatchEvent<PersistentVolumeClaim>): void {
  if (after) return;
  for (const name of ctx.bucket(PODS, 'byClaim', key)) {
    const pod = ctx.get<Pod>(PODS, name);
    if (pod) enqueuePod(ctx, pod);
  }
}

function sync(api: ApiServer, ctx: Context, key: string): void {
  if (syncHandler(api, ctx, key)) ctx.forget(QUEUE, key);
  else ctx.enqueueRateLimited(QUEUE, key);
}

/** The first volume that fails ends the pod's sync. Returns whether all is well. */
function syncHandler(api: ApiServer, ctx: Context, key: string): boolean {
  const pod = ctx.get<Pod>(PODS, key);
  if (!pod || pod.metadata.deletionTimestamp !== undefined) return true;
  for (const volume of pod.spec.volumes ?? []) {
    const fault = handleVolume(api, ctx, pod, volume);
    if (fault === undefined) continue;
    const message = `ephemeral volume ${volume.name}: ${fault}`;
    recordEvent(api, ctx, { source: SOURCE, about: pod, type: 'Warning', reason: 'FailedBinding', message });
    return false;
  }
  return true;
}

/** Creates the claim of a volume unless it is there. Returns what went wrong. */
function handleVolume(api: ApiServer, ctx: Context, pod: Pod, volume: Volume): string | undefined {
  const name = claimNameOf(pod, volume);
  if (!volume.ephemeral || name === undefined) return undefined;
  const { namespace = 'default' } = pod.metadata;
  const claim = ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, keyOf(namespace, name));
  if (claim) return volumeIsForPod(pod, claim);
  const { metadata: { labels, annotations } = {}, spec } = volume.ephemeral.volumeClaimTemplate ?? {};
  const created = attempt(() =>
    api.create<PersistentVolumeClaim>(ctx, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name,
        namespace,
        ...(labels && { labels }),
        ...(annotations && { annotations }),
        ownerReferences: [controllerRef(pod)],
      },
      spec: spec ?? {},
    }),
  );
  return created instanceof StatusError ? `create PVC ${name}: ${created.message}` : undefined;
}
