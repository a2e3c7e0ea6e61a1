import { notFound, StatusError } from '../../api/errors.ts';
import { type EventType, recordEvent } from '../../api/events.ts';
import type { KubeObject } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import type { Context } from '../../sim/context.ts';

/** Queues of the controller. */
export const CLAIMS = 'claims';
export const VOLUMES = 'volumes';
export const OPERATIONS = 'operations';
export const RECYCLER_EVENTS = 'recycler events';

/** Records an Event of the controller about a claim or a volume. */
export function emit(
  api: ApiServer,
  ctx: Context,
  about: KubeObject,
  type: EventType,
  reason: string,
  message: string,
): void {
  recordEvent(api, ctx, { source: 'persistentvolume-controller', about, type, reason, message });
}

/** A sync that cannot go on; its key is tried again with the queue's back-off. */
export const syncError = (message: string): StatusError => new StatusError('InternalError', message);

/** How a lister says that it has no class of a name. */
export const classNotFound = (name: string): StatusError =>
  notFound({ plural: 'storageclass', group: 'storage.k8s.io', kind: 'StorageClass' }, name);

/** How a lister says that it has no node of a name. */
export const nodeNotFound = (name: string): StatusError => notFound({ plural: 'node', group: '', kind: 'Node' }, name);

/** A flag of kube-controller-manager. */
export const flag = (ctx: Context, name: string, otherwise: boolean): boolean =>
  String(ctx.setting<{ readonly [flag: string]: boolean | string }>('controllerManagerFlags')?.[name] ?? otherwise) ===
  'true';
