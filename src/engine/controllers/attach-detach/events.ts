import { type EventType, recordEvent } from '../../api/events.ts';
import type { Pod } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { PODS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import type { ScheduledPod } from './state.ts';

const EVENT_SOURCE = 'attachdetach-controller';

/** Records an Event about a pod; it may be gone by now. */
export function recordPodEvent(
  api: ApiServer,
  ctx: Context,
  { namespace, name, uid }: ScheduledPod,
  type: EventType,
  reason: string,
  message: string,
): void {
  const found = ctx.get<Pod>(PODS, `${namespace}/${name}`);
  const gone = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, uid, resourceVersion: '', creationTimestamp: '' },
  };
  const about = found?.metadata.uid === uid ? found : gone;
  recordEvent(api, ctx, { source: EVENT_SOURCE, about, type, reason, message });
}
