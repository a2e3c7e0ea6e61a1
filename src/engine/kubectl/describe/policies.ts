import type { LimitRange } from '../../api/kinds/limitrange.ts';
import type { PodDisruptionBudget } from '../../api/kinds/poddisruptionbudget.ts';
import type { PriorityClass } from '../../api/kinds/priorityclass.ts';
import type { ResourceQuota } from '../../api/kinds/resourcequota.ts';
import type { VolumeAttributesClass } from '../../api/kinds/volumeattributesclass.ts';
import { labelsText, selectorText } from '../../api/kinds/workload.ts';
import type { KubeObject, Namespace, ResourceList } from '../../api/object.ts';
import { canonicalQuantity, isQuantityError, newQuantity, parseQuantity, quantityValue } from '../../api/quantity.ts';
import type { Context } from '../../sim/context.ts';
import { printAnnotations, printLabels, printName, rfc1123 } from './common.ts';
import type { DescriptionWriter } from './writer.ts';

/** @see helpTextForResourceQuotaScope */
const SCOPE_HELP: Readonly<Record<string, string>> = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort:
    'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
};

const amount = (list: ResourceList | undefined, name: string, missing: string): string =>
  list?.[name] === undefined ? missing : canonicalQuantity(list[name]);

function printScopes(w: DescriptionWriter, level: number, mark: string, { spec }: ResourceQuota): void {
  const scopes = [...(spec?.scopes ?? [])].sort();
  if (scopes.length === 0) return;
  w.line(level, `Scopes:\t${scopes.join(', ')}`);
  for (const scope of scopes) if (SCOPE_HELP[scope] !== undefined) w.line(level, `${mark}${SCOPE_HELP[scope]}`);
}

function printUsage(
  w: DescriptionWriter,
  level: number,
  rule: string,
  { status }: ResourceQuota,
  usedAs: (used: string, hard: string) => string = (used) => used,
): void {
  w.line(level, 'Resource\tUsed\tHard');
  w.line(level, `--------\t${rule}\t${rule}`);
  for (const name of Object.keys(status?.hard ?? {}).sort()) {
    const hard = amount(status?.hard, name, '0');
    w.line(level, `${name}\t${usedAs(amount(status?.used, name, '0'), hard)}\t${hard}`);
  }
}

/** What is used, in the notation of the limit. */
function inFormatOf(used: string, hard: string): string {
  const [amountUsed, limit] = [parseQuantity(used), parseQuantity(hard)];
  if (isQuantityError(amountUsed) || isQuantityError(limit) || amountUsed.format === limit.format) return used;
  return newQuantity(quantityValue(used), limit.format);
}

/** @see staging/src/k8s.io/kubectl/pkg/describe/describe.go describeQuota */
export function describeQuota(w: DescriptionWriter, quota: ResourceQuota): void {
  printName(w, quota);
  printScopes(w, 0, ' * ', quota);
  printUsage(w, 0, '----', quota, inFormatOf);
}

const RANGE_COLUMNS = 'Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio';
const RANGE_RULE = '----\t--------\t---\t---\t---------------\t-------------\t-----------------------';

/** @see describeLimitRangeSpec, which prints the resources of an item in random order */
function printLimits(w: DescriptionWriter, prefix: string, { spec }: LimitRange): void {
  for (const { type, max, min, default: limit, defaultRequest, maxLimitRequestRatio } of spec?.limits ?? []) {
    const lists = [min, max, defaultRequest, limit, maxLimitRequestRatio];
    const names = new Set(lists.flatMap((list) => Object.keys(list ?? {})));
    for (const name of [...names].sort())
      w.line(0, `${prefix}${[type, name, ...lists.map((list) => amount(list, name, '-'))].join('\t')}`);
  }
}

/** @see describeLimitRange */
export function describeLimitRange(w: DescriptionWriter, range: LimitRange): void {
  printName(w, range);
  w.line(0, RANGE_COLUMNS);
  w.line(0, RANGE_RULE);
  printLimits(w, '', range);
}

/** @see describeNamespace */
export function describeNamespace(w: DescriptionWriter, { metadata, status }: Namespace, ctx: Context): void {
  w.line(0, `Name:\t${metadata.name}`);
  printLabels(w, 'Labels', metadata.labels);
  printAnnotations(w, 'Annotations', metadata.annotations);
  w.line(0, `Status:\t${status?.phase ?? ''}`);
  if (status?.conditions?.length) {
    w.line(0, 'Conditions:');
    w.line(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage');
    w.line(1, '----\t------\t------------------\t------\t-------');
    for (const { type, status: value, lastTransitionTime, reason = '', message = '' } of status.conditions)
      w.line(1, [type, value, rfc1123(lastTransitionTime), reason, message].join('\t'));
  }
  w.line(0, '');
  const quotas = objectsIn<ResourceQuota>(ctx, 'resourcequotas', metadata.name);
  w.line(0, quotas.length === 0 ? 'No resource quota.' : 'Resource Quotas');
  for (const quota of quotas) {
    w.line(1, `Name:\t${quota.metadata.name}`);
    printScopes(w, 1, '* ', quota);
    printUsage(w, 1, '---', quota);
  }
  w.line(0, '');
  const ranges = objectsIn<LimitRange>(ctx, 'limitranges', metadata.name);
  if (ranges.length === 0) {
    w.line(0, 'No LimitRange resource.');
    return;
  }
  w.line(0, 'Resource Limits');
  w.line(0, ` ${RANGE_COLUMNS}`);
  w.line(0, ` ${RANGE_RULE}`);
  for (const range of ranges) printLimits(w, ' ', range);
}

const objectsIn = <T extends KubeObject>(ctx: Context, table: string, namespace: string): readonly T[] =>
  ctx
    .liveKeys(table)
    .filter((key) => key.startsWith(`${namespace}/`))
    .map((key) => ctx.live<T>(table, key))
    .filter((object) => object !== undefined);

/** @see describePodDisruptionBudgetV1 */
export function describeBudget(w: DescriptionWriter, budget: PodDisruptionBudget): void {
  const { spec = {}, status } = budget;
  printName(w, budget);
  if (spec.minAvailable !== undefined) w.line(0, `Min available:\t${spec.minAvailable}`);
  else if (spec.maxUnavailable !== undefined) w.line(0, `Max unavailable:\t${spec.maxUnavailable}`);
  w.line(0, `Selector:\t${spec.selector ? selectorText(spec.selector) : '<unset>'}`);
  w.line(0, 'Status:');
  w.line(2, `Allowed disruptions:\t${status?.disruptionsAllowed ?? 0}`);
  w.line(2, `Current:\t${status?.currentHealthy ?? 0}`);
  w.line(2, `Desired:\t${status?.desiredHealthy ?? 0}`);
  w.line(2, `Total:\t${status?.expectedPods ?? 0}`);
}

/** @see describePriorityClass */
export function describePriorityClass(w: DescriptionWriter, priority: PriorityClass): void {
  w.line(0, `Name:\t${priority.metadata.name}`);
  w.line(0, `Value:\t${priority.value ?? 0}`);
  w.line(0, `GlobalDefault:\t${priority.globalDefault ?? false}`);
  w.line(0, `PreemptionPolicy:\t${priority.preemptionPolicy ?? ''}`);
  w.line(0, `Description:\t${priority.description ?? ''}`);
  w.line(0, `Annotations:\t${labelsText(priority.metadata.annotations)}`);
}

/** @see describeVolumeAttributesClass */
export function describeAttributesClass(w: DescriptionWriter, object: VolumeAttributesClass): void {
  w.line(0, `Name:\t${object.metadata.name}`);
  w.line(0, `Annotations:\t${labelsText(object.metadata.annotations)}`);
  w.line(0, `DriverName:\t${object.driverName}`);
  w.line(0, `Parameters:\t${labelsText(object.parameters)}`);
}
