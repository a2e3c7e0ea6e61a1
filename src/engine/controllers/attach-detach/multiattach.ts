import type { ApiServer } from '../../api/server.ts';
import type { Context } from '../../sim/context.ts';
import { recordPodEvent } from './events.ts';
import { attachmentKey, desiredState, type ScheduledPod, type VolumeToAttach } from './state.ts';

/**
 * Tells the pods that wait for a volume who has it. Names of pods are shown within a namespace only.
 * @see pkg/controller/volume/attachdetach/reconciler/reconciler.go reportMultiAttachError
 */
export function reportMultiAttachError(
  api: ApiServer,
  ctx: Context,
  key: string,
  wanted: VolumeToAttach,
  nodes: readonly string[],
): void {
  const holders = nodes.flatMap((node) => desiredState(ctx).get(attachmentKey(node, wanted.volume))?.pods ?? []);
  for (const pod of wanted.pods) {
    const message = `Multi-Attach error for volume "${wanted.spec.name}" ${usedBy(pod, holders)}`;
    ctx.decide({
      about: `Pod/${pod.namespace}/${pod.name}`,
      by: 'isMultiAttachForbidden',
      outcome: 'multiAttach',
      facts: {
        volume: wanted.spec.name,
        node: wanted.node,
        attachedTo: nodes,
        accessModes: wanted.spec.persistentVolume?.spec.accessModes ?? [],
        usedBy: holders.map(({ namespace, name }) => `${namespace}/${name}`),
      },
    });
    recordPodEvent(api, ctx, pod, 'Warning', 'FailedAttachVolume', message);
  }
  desiredState(ctx).set(key, { ...wanted, multiAttachErrorReported: true });
}

function usedBy(waiting: ScheduledPod, holders: readonly ScheduledPod[]): string {
  if (holders.length === 0)
    return "Volume is already exclusively attached to one node and can't be attached to another";
  const local = holders.filter(({ namespace }) => namespace === waiting.namespace).map(({ name }) => name);
  const others = holders.length - local.length;
  if (local.length === 0) return `Volume is already used by ${others} pod(s) in different namespaces`;
  const more = others > 0 ? ` and ${others} pod(s) in different namespaces` : '';
  return `Volume is already used by pod(s) ${local.join(', ')}${more}`;
}
