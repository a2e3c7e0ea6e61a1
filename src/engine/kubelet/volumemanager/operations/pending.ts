import { type EventType, recordEvent } from '../../../api/events.ts';
import type { Pod } from '../../../api/object.ts';
import { blockedUntil, operationFailed, operationSucceeded } from '../../../sim/backoff.ts';
import type { Json } from '../../../sim/types.ts';
import type { PluginError, PluginStep } from '../../../volumes/plugin.ts';
import { type Kubelet, QUEUE, wakePodWorker } from '../../kubelet.ts';
import { type ActualVolume, actual, type Operation, operations, without } from '../world.ts';

/** Whether an operation is running that keeps another on the volume, for a pod or ('') for all, from starting. */
export function isOperationPending(kl: Kubelet, volume: string, key: string): boolean {
  const running = operations(kl).get(volume);
  if (!running) return false;
  return key === '' ? Object.keys(running).length > 0 : running[key] !== undefined || running[''] !== undefined;
}

const backoffKey = ({ volume, key }: Operation): string => `${volume} ${key}`;

/**
 * Takes the operation's key, unless one is running there or the same one is in back-off.
 * @see pkg/volume/util/nestedpendingoperations/nestedpendingoperations.go Run
 */
export function begin(kl: Kubelet, operation: Operation): boolean {
  if (isOperationPending(kl, operation.volume, operation.key)) return false;
  const until = blockedUntil(kl.ctx, backoffKey(operation), operation.name);
  if (until > kl.ctx.now) {
    kl.ctx.enqueue(QUEUE.reconciler, '', until - kl.ctx.now);
    return false;
  }
  note(kl, operation);
  return true;
}

function note(kl: Kubelet, operation: Operation): void {
  const { volume, key } = operation;
  operations(kl).set(volume, { ...operations(kl).get(volume), [key]: operation });
}

/** Frees the key; what failed may be begun again after its back-off. */
export function finish(kl: Kubelet, operation: Operation, ok: boolean): void {
  const { ctx } = kl;
  const { volume, key, name, podUid } = operation;
  const rest = without(operations(kl).get(volume) ?? {}, key);
  if (Object.keys(rest).length === 0) operations(kl).delete(volume);
  else operations(kl).set(volume, rest);
  if (ok) {
    operationSucceeded(ctx, backoffKey(operation));
    ctx.enqueue(QUEUE.reconciler, '');
  } else ctx.enqueue(QUEUE.reconciler, '', operationFailed(ctx, backoffKey(operation), name) - ctx.now);
  if (podUid !== undefined) wakePodWorker(kl, podUid);
}

/** How an operation goes on after a step that went well, or failed. */
export type Settle = (
  kl: Kubelet,
  operation: Operation,
  error: PluginError | undefined,
  response?: Json | undefined,
) => void;

/** Goes on from what a step came to: waits for its call, or takes its result. */
export function advance(kl: Kubelet, operation: Operation, step: PluginStep, settle: Settle): void {
  if (!('call' in step)) return settle(kl, operation, 'error' in step ? step : undefined);
  note(kl, operation);
  kl.ctx.call({ ...step.call, data: { volume: operation.volume, key: operation.key } });
}

/** Changes a volume of the actual state of world. */
export function update(kl: Kubelet, volume: string, change: (entry: ActualVolume) => ActualVolume): void {
  const entry = actual(kl).get(volume);
  if (entry) actual(kl).set(volume, change(entry));
}

export function podEvent(
  { api, ctx, node }: Kubelet,
  about: Pod | undefined,
  type: EventType,
  reason: string,
  message: string,
): void {
  if (about) recordEvent(api, ctx, { source: 'kubelet', host: node, about, type, reason, message });
}
