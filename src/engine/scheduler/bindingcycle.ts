import { attempt, StatusError } from '../api/errors.ts';
import { recordSchedulerEvent } from '../api/events.ts';
import { keyOf } from '../api/kind.ts';
import type { Pod } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import { PODS } from '../api/tables.ts';
import type { Context } from '../sim/context.ts';
import type { VirtualTime } from '../sim/types.ts';
import type { States } from './cycle.ts';
import { handleSchedulingFailure, patchPodStatus } from './failure.ts';
import type { Cycle, Plugin } from './framework.ts';
import { PLUGINS } from './plugins/index.ts';
import type { Attempts } from './queue.ts';
import { moveAllToActiveOrBackoffQueue } from './requeue.ts';
import { assumePod, forgetPod } from './snapshot.ts';

export const BIND_VOLUMES = 'bindVolumes';

const POLL_PERIOD = 1_000;
/** @see pkg/scheduler/apis/config/v1/defaults.go BindTimeoutSeconds */
const BIND_TIMEOUT = 600_000;

/** A pod between the choice of its node and its binding, in memory table `bindings` under the pod's key. */
interface Binding {
  readonly pod: Pod;
  readonly node: string;
  readonly since: VirtualTime;
  readonly plugin: string;
  readonly work: unknown;
  readonly attempts: Attempts;
}

const bindings = (ctx: Context) => ctx.mem<Binding>('bindings');

const pluginOf = ({ plugin }: Binding): Plugin | undefined => PLUGINS.find(({ name }) => name === plugin);

/**
 * Binds a pod to its node, after the plugins have done what it needs there; that may take until long after this step.
 * @see pkg/scheduler/schedule_one.go assumeAndReserve, bindingCycle
 */
export function bindingCycle(cycle: Cycle, node: string, states: States, attempts: Attempts): void {
  const { api, ctx, pod } = cycle;
  const key = keyOf(pod.metadata.namespace, pod.metadata.name);
  for (const [plugin, state] of states) {
    const work: unknown = plugin.reserving?.reserve(cycle, node, state);
    if (work === undefined) continue;
    const binding: Binding = { pod, node, since: ctx.now, plugin: plugin.name, work, attempts };
    assumePod(ctx, key, pod, node);
    patchPodStatus(api, ctx, pod, (status) => ({ ...status, nominatedNodeName: node }));
    const refused = plugin.reserving?.preBind(api, ctx, work);
    if (refused) {
      handleBindingCycleError(api, ctx, binding, preBindError(binding, refused.message));
      return;
    }
    bindings(ctx).set(key, binding);
    ctx.enqueue(BIND_VOLUMES, key, POLL_PERIOD);
    return;
  }
  bind(api, ctx, { pod, node, attempts });
}

const preBindError = ({ plugin }: Binding, message: string): string =>
  `running PreBind plugin ${JSON.stringify(plugin)}: ${message}`;

/** One look of PreBind's wait: each second, here only after something changed, and at the end of its patience. */
export function pollBinding(api: ApiServer, ctx: Context, key: string): void {
  const binding = bindings(ctx).get(key);
  if (!binding) return;
  const { pod, node, since, work } = binding;
  const done = pluginOf(binding)?.reserving?.isDone(ctx, pod, node, work) ?? true;
  const expired = ctx.now - since >= BIND_TIMEOUT;
  if (done === false && !expired) {
    ctx.enqueue(BIND_VOLUMES, key, since + BIND_TIMEOUT - ctx.now);
    return;
  }
  bindings(ctx).delete(key);
  if (done === true) bind(api, ctx, binding);
  else
    handleBindingCycleError(
      api,
      ctx,
      binding,
      preBindError(binding, `binding volumes: ${done === false ? 'context deadline exceeded' : done}`),
    );
}

/** Something changed that a waiting pod looks at: it will see it at its next full second. */
export function wakeBinding(ctx: Context, key: string): void {
  if (bindings(ctx).size === 0) return;
  const binding = bindings(ctx).get(key);
  if (!binding) return;
  const elapsed = ctx.now - binding.since;
  ctx.enqueue(BIND_VOLUMES, key, POLL_PERIOD - (elapsed % POLL_PERIOD));
}

/** A node changed: all pods that wait on it look again. */
export function wakeBindingsOn(ctx: Context, node: string): void {
  if (bindings(ctx).size === 0) return;
  for (const key of bindings(ctx).keys()) if (bindings(ctx).get(key)?.node === node) wakeBinding(ctx, key);
}

/** @see pkg/scheduler/schedule_one.go bind, finishBinding */
function bind(api: ApiServer, ctx: Context, binding: Pick<Binding, 'pod' | 'node' | 'attempts'>): void {
  const { pod, node } = binding;
  const { namespace = '', name } = pod.metadata;
  const refused = attempt(() => api.bind(ctx, namespace, name, node));
  if (refused instanceof StatusError) {
    handleBindingCycleError(api, ctx, binding, `running Bind plugin "DefaultBinder": ${refused.message}`);
    return;
  }
  const message = `Successfully assigned ${namespace}/${name} to ${node}`;
  recordSchedulerEvent(api, ctx, { about: pod, type: 'Normal', reason: 'Scheduled', action: 'Binding', message });
}

/** @see pkg/scheduler/schedule_one.go handleBindingCycleError */
function handleBindingCycleError(
  api: ApiServer,
  ctx: Context,
  binding: Pick<Binding, 'pod' | 'node' | 'attempts'> & Partial<Binding>,
  message: string,
): void {
  const { pod, node, attempts, plugin, work } = binding;
  const key = keyOf(pod.metadata.namespace, pod.metadata.name);
  PLUGINS.find(({ name }) => name === plugin)?.reserving?.unreserve(ctx, work);
  forgetPod(ctx, key);
  // What the pod had taken in memory is free again, as if it had been deleted.
  moveAllToActiveOrBackoffQueue(ctx, {
    table: PODS,
    key,
    before: { ...pod, spec: { ...pod.spec, nodeName: node } },
    after: undefined,
  });
  handleSchedulingFailure(api, ctx, pod, {
    reason: 'SchedulerError',
    message,
    refusal: { plugins: [], topics: [] },
    attempts,
    clearNominatedNode: true,
  });
}
