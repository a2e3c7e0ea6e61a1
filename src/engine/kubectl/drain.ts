import { formatDuration } from '../api/duration.ts';
import { StatusError } from '../api/errors.ts';
import type { DeleteOptions, KindDefinition } from '../api/kind.ts';
import { isFinished } from '../api/kinds/podrequests.ts';
import type { Node, Pod } from '../api/object.ts';
import { isSelectorError, matchesRequirements, parseLabelSelector } from '../api/selectors.ts';
import type { ApiServer } from '../api/server.ts';
import { PODS } from '../api/tables.ts';
import type { Context } from '../sim/context.ts';
import { writeUnschedulable } from './cordon.ts';
import { evict } from './eviction.ts';
import { type Arguments, type Flag, parseArguments } from './flags.ts';
import { dryRunSuffix } from './printer.ts';
import { CommandError, Output, refusalText } from './result.ts';
import { forEachObject, TARGET_FLAGS } from './targets.ts';
import { leavingOf } from './wait.ts';
import { durationFlag, type Evicted, hasGone, isLate, type Waiting } from './waiting.ts';

export const DRAIN_FLAGS: readonly Flag[] = [
  ...TARGET_FLAGS,
  { name: 'chunk-size', takes: 'text' },
  { name: 'delete-emptydir-data', takes: 'bool' },
  { name: 'disable-eviction', takes: 'bool' },
  { name: 'dry-run', takes: 'text', alone: 'unchanged' },
  { name: 'force', takes: 'bool' },
  { name: 'grace-period', takes: 'text' },
  { name: 'ignore-daemonsets', takes: 'bool' },
  { name: 'pod-selector', takes: 'text' },
  { name: 'timeout', takes: 'text' },
];

/** How long a refused eviction waits, and how often the pods are looked for. @see drain.go */
const RETRY = 5000;
const POLL = 1000;

type DrainWaiting = Extract<Waiting, { readonly command: 'drain' }>;

/** @see staging/src/k8s.io/kubectl/pkg/cmd/drain/drain.go RunDrain */
export function drain(api: ApiServer, ctx: Context, words: readonly string[]): Output {
  const output = new Output();
  const args = parseArguments('drain', words, DRAIN_FLAGS);
  if (args.words.length === 0 && args.text('selector') === undefined)
    throw new CommandError("USAGE: drain NODE [flags]\nSee 'kubectl drain -h' for help and examples");
  const timeout = durationFlag(args, 'timeout', '0s');
  const nodes: string[] = [];
  const targets = args.words.some((word) => word.includes('/')) ? args.words : ['nodes', ...args.words];
  const dryRun = dryRunSuffix(args);
  forEachObject(api, ctx, args, targets, 'drain', output, ({ object, ref }) => {
    writeUnschedulable(api, ctx, object as Node, true, dryRun, output);
    nodes.push(ref.name);
  });
  if (output.exit !== 0) return output;
  const waiting: DrainWaiting = {
    command: 'drain',
    words,
    nodes,
    pods: [],
    failed: [],
    ...(timeout > 0 && { deadline: ctx.now + timeout }),
  };
  beginNode(api, ctx, args, waiting, output);
  return output;
}

/** Looks again at the pods of the node in work, and goes on with the next one when they have gone. */
export function continueDrain(api: ApiServer, ctx: Context, waiting: DrainWaiting, output: Output): void {
  const args = parseArguments('drain', waiting.words, DRAIN_FLAGS);
  const pods: Evicted[] = [];
  const errors: string[] = [];
  for (const pod of waiting.pods) {
    if (pod.retryAt !== undefined && ctx.now >= pod.retryAt) {
      const { retryAt: _, ...again } = pod;
      evictOne(api, ctx, args, again, output, pods, errors);
    } else if (!hasGone(api, ctx, pod)) pods.push(pod);
    else if (pod.retryAt === undefined)
      output.line(`pod/${pod.ref.name} ${args.is('disable-eviction') ? 'deleted' : 'evicted'}`);
  }
  settleNode(api, ctx, args, { ...waiting, pods }, errors, output);
}

function beginNode(api: ApiServer, ctx: Context, args: Arguments, waiting: DrainWaiting, output: Output): void {
  const [node] = waiting.nodes;
  if (node === undefined) {
    finish(waiting, output);
    return;
  }
  const list = filterPods(api, ctx, args, node);
  if (list.errors.length > 0) {
    failNode(api, ctx, args, waiting, joined(list.errors), output);
    return;
  }
  if (list.warnings !== '') output.warn(list.warnings);
  const dryRun = dryRunSuffix(args);
  const pods: Evicted[] = [];
  const errors: string[] = [];
  for (const pod of list.pods) {
    const evicted = leavingOf('pods', pod);
    if (dryRun === '') evictOne(api, ctx, args, evicted, output, pods, errors);
    else output.line(`evicting pod ${pod.metadata.namespace}/${pod.metadata.name}${dryRun}`);
  }
  settleNode(api, ctx, args, { ...waiting, pods }, errors, output);
}

/** The node in work is drained, has failed, or waits for its pods. */
function settleNode(
  api: ApiServer,
  ctx: Context,
  args: Arguments,
  waiting: DrainWaiting,
  errors: readonly string[],
  output: Output,
): void {
  const { again: _, ...rest } = waiting;
  const { nodes, pods } = waiting;
  const timeout = formatDuration(durationFlag(args, 'timeout', '0s'));
  const late = isLate(ctx, waiting) ? pods.map((pod) => timeoutText(pod, timeout)) : [];
  if (errors.length + late.length > 0 && (pods.length === 0 || late.length > 0)) {
    const reason = joined([...errors, ...late]);
    if (pods.length > 0) {
      output.errorLine(`There are pending pods in node "${nodes[0]}" when an error occurred: ${reason}`);
      for (const { ref } of pods) output.errorLine(`pod/${ref.name}`);
    }
    failNode(api, ctx, args, rest, reason, output);
  } else if (pods.length === 0) {
    output.line(`node/${nodes[0]} drained${dryRunSuffix(args)}`);
    beginNode(api, ctx, args, { ...rest, nodes: nodes.slice(1) }, output);
  } else {
    const retries = pods.flatMap(({ retryAt }) => (retryAt === undefined ? [] : [retryAt]));
    const poll = pods.some(({ retryAt }) => retryAt === undefined) ? [ctx.now + POLL] : [];
    output.waits = { ...rest, again: Math.min(...retries, ...poll) };
  }
}

const timeoutText = ({ ref, retryAt }: Evicted, timeout: string): string =>
  retryAt === undefined
    ? `error when waiting for pod "${ref.name}" in namespace "${ref.namespace}" to terminate: context deadline exceeded`
    : `error when evicting pods/"${ref.name}" -n "${ref.namespace}": global timeout reached: ${timeout}`;

function failNode(
  api: ApiServer,
  ctx: Context,
  args: Arguments,
  waiting: DrainWaiting,
  reason: string,
  output: Output,
): void {
  const [node = ''] = waiting.nodes;
  output.errorLine(`error: unable to drain node "${node}" due to error: ${reason}, continuing command...`);
  const failed = [...waiting.failed, { node, reason }];
  beginNode(api, ctx, args, { ...waiting, nodes: waiting.nodes.slice(1), pods: [], failed }, output);
}

function finish({ failed }: DrainWaiting, output: Output): void {
  if (failed.length === 0) return;
  output.errorLine('There are pending nodes to be drained:');
  for (const { node } of failed) output.errorLine(` ${node}`);
  for (const { reason } of failed) output.fail(reason);
}

/** Several errors as one. @see k8s.io/apimachinery/pkg/util/errors NewAggregate */
const joined = (errors: readonly string[]): string =>
  errors.length === 1 ? (errors[0] ?? '') : `[${[...errors].sort().join(', ')}]`;

/** @see staging/src/k8s.io/kubectl/pkg/drain/drain.go evictPods */
function evictOne(
  api: ApiServer,
  ctx: Context,
  args: Arguments,
  pod: Evicted,
  output: Output,
  pods: Evicted[],
  errors: string[],
): void {
  const { name, namespace = '' } = pod.ref;
  const isEviction = !args.is('disable-eviction');
  if (isEviction) output.line(`evicting pod ${namespace}/${name}`);
  try {
    if (isEviction) evict(api, ctx, pod.ref, optionsOf(args));
    else api.remove(ctx, pod.ref, optionsOf(args));
    pods.push(pod);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.reason === 'NotFound') return;
    const doing = `error when evicting pods/"${name}" -n "${namespace}"`;
    if (error.reason === 'TooManyRequests') {
      output.errorLine(`${doing} (will retry after ${formatDuration(RETRY)}): ${error.message}`);
      pods.push({ ...pod, retryAt: ctx.now + RETRY });
    } else errors.push(`${doing}: ${isEviction ? error.message : refusalText(error, { kind: 'Pod', name })}`);
  }
}

function optionsOf(args: Arguments): DeleteOptions {
  const grace = Number(args.text('grace-period') ?? -1);
  return grace >= 0 ? { gracePeriodSeconds: grace } : {};
}

// ---- which pods go -------------------------------------------------------------------------------------------------

type Verdict = { readonly goes: boolean; readonly warning?: string } | { readonly goes: false; readonly error: string };

/** @see staging/src/k8s.io/kubectl/pkg/drain/filters.go */
const FILTERS: readonly ((pod: Pod, args: Arguments, daemonSet: (pod: Pod) => boolean) => Verdict)[] = [
  (pod, args, hasDaemonSet) => {
    const owner = controllerOf(pod);
    if (owner?.kind !== 'DaemonSet' || isFinished(pod)) return { goes: true };
    if (!hasDaemonSet(pod)) {
      const text = `daemonsets.apps "${owner.name}" not found`;
      return args.is('force') ? { goes: true, warning: text } : { goes: false, error: text };
    }
    return args.is('ignore-daemonsets')
      ? { goes: false, warning: 'ignoring DaemonSet-managed Pods' }
      : { goes: false, error: 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)' };
  },
  ({ metadata }) => ({ goes: metadata.annotations?.['kubernetes.io/config.mirror'] === undefined }),
  (pod, args) => {
    if (!pod.spec.volumes?.some(({ emptyDir }) => emptyDir !== undefined) || isFinished(pod)) return { goes: true };
    return args.is('delete-emptydir-data')
      ? { goes: true, warning: 'deleting Pods with local storage' }
      : { goes: false, error: 'Pods with local storage (use --delete-emptydir-data to override)' };
  },
  (pod, args) => {
    if (isFinished(pod) || controllerOf(pod)) return { goes: true };
    return args.is('force')
      ? { goes: true, warning: 'deleting Pods that declare no controller' }
      : { goes: false, error: 'Pods that declare no controller (use --force to override)' };
  },
];

const controllerOf = ({ metadata }: Pod) => metadata.ownerReferences?.find(({ controller }) => controller);

interface PodList {
  readonly pods: readonly Pod[];
  readonly warnings: string;
  readonly errors: readonly string[];
}

/** The last filter's word on a pod counts, and the first that keeps it is the last that is asked. */
function filterPods(api: ApiServer, ctx: Context, args: Arguments, node: string): PodList {
  const daemonSets: KindDefinition | undefined = api.registry.byVersionKind('apps/v1', 'DaemonSet');
  const hasDaemonSet = (pod: Pod): boolean =>
    daemonSets !== undefined &&
    api.find(ctx, {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      namespace: pod.metadata.namespace ?? '',
      name: controllerOf(pod)?.name ?? '',
    }) !== undefined;
  const pods: Pod[] = [];
  const warnings = new Map<string, string[]>();
  const errors = new Map<string, string[]>();
  for (const pod of podsOn(ctx, args, node)) {
    let verdict: Verdict = { goes: true };
    for (const filter of FILTERS) {
      verdict = filter(pod, args, hasDaemonSet);
      if (!verdict.goes) break;
    }
    if (verdict.goes) pods.push(pod);
    const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
    if ('error' in verdict) note(errors, verdict.error, name);
    else if (verdict.warning !== undefined) note(warnings, verdict.warning, name);
  }
  return {
    pods,
    warnings: [...warnings]
      .map(([text, names]) => `${text}: ${names.join(', ')}`)
      .sort()
      .join('; '),
    errors: [...errors].map(([text, names]) => `cannot delete ${text}: ${names.join(', ')}`),
  };
}

const note = (list: Map<string, string[]>, text: string, name: string): void => {
  list.set(text, [...(list.get(text) ?? []), name]);
};

function podsOn(ctx: Context, args: Arguments, node: string): readonly Pod[] {
  const requirements = parseLabelSelector(args.text('pod-selector') ?? '');
  if (isSelectorError(requirements))
    throw new CommandError('--pod-selector=<pod_selector> must be a valid label selector');
  return ctx
    .liveBucket(PODS, 'byNode', node)
    .map((key) => ctx.live<Pod>(PODS, key))
    .filter((pod) => pod !== undefined)
    .filter(({ metadata }) => matchesRequirements(requirements, metadata.labels));
}
