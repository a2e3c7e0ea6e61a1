import type { ObjectInput, PersistentVolumeSpec } from '../../api/object.ts';
import { blockedUntil, operationFailed, operationSucceeded } from '../../sim/backoff.ts';
import type { Context } from '../../sim/context.ts';
import { OPERATIONS } from './names.ts';

/** A volume that a plugin made, before it is an object of the API. */
export type ProvisionedVolume = ObjectInput & { readonly spec: PersistentVolumeSpec };

/** How far a running operation has come; `start` has still to begin, `call` waits for a plugin's answer. */
export type Stage =
  | { readonly stage: 'start' | 'call' }
  /** The provisioned volume is to be saved, or its storage deleted again; attempts made so far. */
  | { readonly stage: 'save' | 'clean'; readonly volume: ProvisionedVolume; readonly attempts: number }
  /** The recycler pod runs. */
  | { readonly stage: 'pod' }
  /** The recycler pod has ended, well or with an error. */
  | { readonly stage: 'ended'; readonly error?: string };

/** An asynchronous operation on a claim or a volume, in the controller's memory under its name. */
export type Operation = Stage & {
  readonly kind: 'provision' | 'delete' | 'recycle';
  /** Key of the claim or name of the volume. */
  readonly object: string;
};

const running = (ctx: Context) => ctx.mem<Operation>('operations');

/** What is running under a name. */
export const runningOperation = (ctx: Context, name: string): Operation | undefined => running(ctx).get(name);

/**
 * Starts an operation unless one of its name runs or is in back-off after an error: then the request is dropped.
 * @see pkg/controller/volume/persistentvolume/pv_controller.go scheduleOperation
 */
export function scheduleOperation(ctx: Context, kind: Operation['kind'], object: string, uid: string): void {
  const name = `${kind}-${object}[${uid}]`;
  if (running(ctx).has(name) || blockedUntil(ctx, name, kind) > 0) return;
  running(ctx).set(name, { kind, object, stage: 'start' });
  ctx.enqueue(OPERATIONS, name);
}

/** Notes how far an operation has come; it goes on when it is called again, or after a while. */
export function advance(ctx: Context, name: string, stage: Stage, after?: number): void {
  const operation = running(ctx).get(name);
  if (!operation) return;
  running(ctx).set(name, { kind: operation.kind, object: operation.object, ...stage });
  if (after !== undefined) ctx.enqueue(OPERATIONS, name, after);
}

/** Ends an operation; after an error it may not be started again for a while. */
export function finish(ctx: Context, name: string, outcome: 'succeeded' | 'failed'): void {
  const operation = running(ctx).get(name);
  if (!operation) return;
  running(ctx).delete(name);
  if (outcome === 'failed') operationFailed(ctx, name, operation.kind);
  else operationSucceeded(ctx, name);
}
