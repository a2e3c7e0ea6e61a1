import type { AggregateSpec, IndexSpec } from '../../sim/types.ts';
import { parseTime } from '../duration.ts';
import { type Column, defineKind } from '../kind.ts';
import type { ContainerStatus, Pod } from '../object.ts';
import {
  ageColumn,
  byController,
  byNamespace,
  byText,
  nameColumn,
  orphans,
  since,
  unique,
  validateObjectMeta,
} from './metadata.ts';
import { defaultPod, withoutDisabledSources } from './poddefaults.ts';
import { isFinished, podUsage, qosClass } from './podrequests.ts';
import { validatePodUpdate } from './podupdate.ts';
import { validatePod } from './podvalidation.ts';
import { podWarnings } from './podwarnings.ts';

const NONE: readonly string[] = [];
const UNSCHEDULED: readonly string[] = ['all'];

/** Pods by every claim that they use, `namespace/name`; that of a generic ephemeral volume is named after pod and volume. */
const byClaim: IndexSpec<Pod> = {
  of: ({ metadata, spec }) => {
    let keys: string[] | undefined;
    for (const { name, persistentVolumeClaim, ephemeral } of spec.volumes ?? []) {
      const claim = persistentVolumeClaim?.claimName ?? (ephemeral ? `${metadata.name}-${name}` : undefined);
      if (claim === undefined) continue;
      keys ??= [];
      keys.push(`${metadata.namespace ?? ''}/${claim}`);
    }
    return keys ? unique(keys) : NONE;
  },
};

/** Pods that wait for a node. */
const unscheduled: IndexSpec<Pod> = { of: (pod) => (pod.spec.nodeName || isFinished(pod) ? NONE : UNSCHEDULED) };

const ENDING: readonly (readonly string[])[] = [NONE, ['finished'], ['terminating'], ['finished', 'terminating']];

/** Pods that are `finished`, and pods that are `terminating`: on their way out of the API. */
const ending: IndexSpec<Pod> = {
  of: (pod) => ENDING[(isFinished(pod) ? 1 : 0) + (pod.metadata.deletionTimestamp === undefined ? 0 : 2)] ?? NONE,
};

/** What the unfinished pods of a node ask of it: cpu in thousandths, memory in bytes; see `podUsage`. Their number is the count. */
const usageByNode: AggregateSpec<Pod> = {
  of: (pod) => {
    const { nodeName } = pod.spec;
    if (!nodeName || isFinished(pod)) return undefined;
    return { bucket: nodeName, amounts: podUsage(pod.spec) };
  },
};

/** Set of a pod's labels as a key: equal sets give equal texts. */
const labelSets = new WeakMap<object, string>();
const NO_LABELS = '[]';

export function labelSet(labels: Pod['metadata']['labels']): string {
  if (!labels) return NO_LABELS;
  const known = labelSets.get(labels);
  if (known !== undefined) return known;
  const text = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  labelSets.set(labels, text);
  return text;
}

const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;

/**
 * How many unfinished pods each controller has: `active|<labels>`, of which `ready|<labels>` are ready, and
 * `terminating|<labels>`, by set of labels, so that a controller knows without a look at the pods which of them it selects.
 */
const byControllerState: AggregateSpec<Pod> = {
  of: (pod) => {
    const uid = pod.metadata.ownerReferences?.find(({ controller }) => controller)?.uid;
    if (uid === undefined || isFinished(pod)) return undefined;
    const labels = labelSet(pod.metadata.labels);
    if (pod.metadata.deletionTimestamp !== undefined) return { bucket: uid, amounts: { [`terminating|${labels}`]: 1 } };
    return { bucket: uid, amounts: { [`active|${labels}`]: 1, ...(isReady(pod) && { [`ready|${labels}`]: 1 }) } };
  },
};

/** How many unfinished pods each node has, by namespace and labels: `<namespace>|<-, when terminating>|<labels>`. */
const labelsByNode: AggregateSpec<Pod> = {
  of: (pod) => {
    const { nodeName } = pod.spec;
    if (!nodeName || isFinished(pod)) return undefined;
    return { bucket: nodeName, amounts: { [populationKey(pod.metadata)]: 1 } };
  },
};

/** Key of a pod in `labelsByNode`. */
export const populationKey = ({ namespace = '', deletionTimestamp, labels }: Pod['metadata']): string =>
  `${namespace}|${deletionTimestamp === undefined ? '' : '-'}|${labelSet(labels)}`;

const affinityOf = ({ spec }: Pod, kind: string): Readonly<Record<string, unknown>> | undefined =>
  spec.affinity?.[kind] as Readonly<Record<string, unknown>> | undefined;
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

/** Unfinished pods with a node that keep others away (`anti`), and those with any say about their neighbours (`any`). */
export const withAffinity: IndexSpec<Pod> = {
  of: (pod) => {
    if (!pod.spec.affinity || !pod.spec.nodeName || isFinished(pod)) return NONE;
    const [affinity, anti] = [affinityOf(pod, 'podAffinity'), affinityOf(pod, 'podAntiAffinity')];
    if (!affinity && !anti) return NONE;
    return anti?.[REQUIRED] === undefined ? ['any'] : ['any', 'anti'];
  },
};

interface Printed {
  readonly ready: string;
  readonly status: string;
  readonly restarts: string;
}

const terminatedText = ({ reason, exitCode, signal }: { reason?: string; exitCode: number; signal?: number }): string =>
  reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);

type Status = ContainerStatus & { readonly lastState?: ContainerStatus['state'] };

/** Later of two times of a container's last end. */
const laterEnd = (last: string | undefined, { lastState }: Status): string | undefined => {
  const end = lastState?.terminated?.finishedAt;
  if (end === undefined) return last;
  return last === undefined || (parseTime(end) ?? 0) > (parseTime(last) ?? 0) ? end : last;
};

/** @see pkg/printers/internalversion/printers.go printPod */
function printPod({ metadata, spec, status = {} }: Pod, now: number): Printed {
  const sidecars = new Set(
    (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  );
  const total = (spec.containers ?? []).length + sidecars.size;
  let reason = status.reason || status.phase || '';
  if (
    status.conditions?.some((condition) => condition.type === 'PodScheduled' && condition.reason === 'SchedulingGated')
  )
    reason = 'SchedulingGated';
  let ready = 0;
  let restarts = 0;
  let last: string | undefined;
  let sidecarRestarts = 0;
  let sidecarLast: string | undefined;
  let initializing = false;
  for (const [i, container] of (status.initContainerStatuses ?? []).entries()) {
    const { state = {}, name, started } = container;
    restarts += container.restartCount ?? 0;
    last = laterEnd(last, container);
    if (sidecars.has(name)) {
      sidecarRestarts += container.restartCount ?? 0;
      sidecarLast = laterEnd(sidecarLast, container);
    }
    if (state.terminated?.exitCode === 0) continue;
    if (sidecars.has(name) && started) {
      if (container.ready) ready += 1;
      continue;
    }
    const waiting = state.waiting?.reason;
    if (state.terminated) reason = `Init:${terminatedText(state.terminated)}`;
    else if (waiting && waiting !== 'PodInitializing') reason = `Init:${waiting}`;
    else reason = `Init:${i}/${spec.initContainers?.length ?? 0}`;
    initializing = true;
    break;
  }
  const initialized = status.conditions?.some(
    (condition) => condition.type === 'Initialized' && condition.status === 'True',
  );
  if (!initializing || initialized) {
    restarts = sidecarRestarts;
    last = sidecarLast;
    let running = false;
    let failed = '';
    for (const container of [...(status.containerStatuses ?? [])].reverse()) {
      const { state = {} } = container;
      restarts += container.restartCount ?? 0;
      last = laterEnd(last, container);
      if (state.waiting?.reason) reason = state.waiting.reason;
      else if (state.terminated) {
        reason = terminatedText(state.terminated);
        if (state.terminated.exitCode !== 0) failed = reason;
      } else if (container.ready && state.running) {
        running = true;
        ready += 1;
      }
    }
    if (reason === 'Completed') {
      const podReady = status.conditions?.some(
        (condition) => condition.type === 'Ready' && condition.status === 'True',
      );
      if (running && podReady) reason = 'Running';
      else if (failed !== '') reason = failed;
      else if (running) reason = 'NotReady';
    }
  }
  if (metadata.deletionTimestamp !== undefined) {
    if (status.reason === 'NodeLost') reason = 'Unknown';
    else if (status.phase !== 'Succeeded' && status.phase !== 'Failed') reason = 'Terminating';
  }
  const ago = restarts !== 0 && last !== undefined ? ` (${since(last, now)} ago)` : '';
  return { ready: `${ready}/${total}`, status: reason, restarts: `${restarts}${ago}` };
}

function readinessGates({ spec, status }: Pod): string {
  const gates = (spec['readinessGates'] as readonly { readonly conditionType: string }[] | undefined) ?? [];
  if (gates.length === 0) return '<none>';
  const open = gates.filter(
    ({ conditionType }) => status?.conditions?.find(({ type }) => type === conditionType)?.status === 'True',
  );
  return `${open.length}/${gates.length}`;
}

const podIP = ({ status }: Pod): string =>
  (status as { readonly podIPs?: readonly { readonly ip: string }[] } | undefined)?.podIPs?.[0]?.ip ||
  status?.podIP ||
  '<none>';

const columns: readonly Column<Pod>[] = [
  nameColumn,
  { name: 'Ready', cell: (pod, now) => printPod(pod, now).ready },
  { name: 'Status', cell: (pod, now) => printPod(pod, now).status },
  { name: 'Restarts', cell: (pod, now) => printPod(pod, now).restarts },
  ageColumn,
  { name: 'IP', priority: 1, cell: podIP },
  { name: 'Node', priority: 1, cell: ({ spec }) => spec.nodeName || '<none>' },
  { name: 'Nominated Node', priority: 1, cell: ({ status }) => status?.nominatedNodeName || '<none>' },
  { name: 'Readiness Gates', priority: 1, cell: readinessGates },
];

const GATED = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
} as const;

export const pod = defineKind<Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  namespaced: true,
  all: true,
  statusSubresource: true,
  generationOf: ['spec'],
  indices: {
    byNamespace,
    byOwner: byController,
    byNode: byText(({ spec }) => spec.nodeName),
    byClaim,
    unscheduled,
    ending,
    orphans,
    withAffinity,
  },
  aggregates: { usageByNode, byControllerState, labelsByNode },
  columns,
  defaults: (object) => ({ ...object, spec: defaultPod(object.spec ?? { containers: [] }) }),
  /** @see pkg/registry/core/pod/strategy.go PrepareForCreate */
  prepareForCreate: (object, { timestamp }) => {
    const gated = (object.spec.schedulingGates ?? []).length > 0;
    const conditions = gated ? { conditions: [{ ...GATED, lastTransitionTime: timestamp }] } : {};
    const spec = withoutDisabledSources(object.spec);
    return { ...object, spec, status: { phase: 'Pending', ...conditions, qosClass: qosClass(spec) } };
  },
  validate: (object) => [...validateObjectMeta(object.metadata, true), ...validatePod(object)],
  validateUpdate: validatePodUpdate,
  warnings: podWarnings,
  prepareForStatusUpdate: (object, old) => {
    const kept = object.status?.qosClass ?? old.status?.qosClass;
    return { ...object, status: { ...object.status, ...(kept !== undefined && { qosClass: kept }) } };
  },
  /** @see pkg/registry/core/pod/strategy.go CheckGracefulDelete */
  gracePeriod: (object, { gracePeriodSeconds }) => {
    if (!object.spec.nodeName || isFinished(object)) return 0;
    const period = gracePeriodSeconds ?? object.spec.terminationGracePeriodSeconds ?? 0;
    return period < 0 ? 1 : period;
  },
});
