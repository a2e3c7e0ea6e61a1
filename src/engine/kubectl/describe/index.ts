import { notFound } from '../../api/errors.ts';
import type { CronJob } from '../../api/kinds/cronjob.ts';
import type { Job } from '../../api/kinds/job.ts';
import type { EventObject, KubeObject, PersistentVolume, PersistentVolumeClaim, Pod } from '../../api/object.ts';
import { isSelectorError, matchesRequirements, parseLabelSelector } from '../../api/selectors.ts';
import type { ApiServer } from '../../api/server.ts';
import { describeRef } from '../../api/server.ts';
import { EVENTS, PODS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { type Arguments, type Flag, parseArguments } from '../flags.ts';
import { FILE_FLAGS, type Files, forEachManifest, type Mapped, readFiles, refTo } from '../manifests.ts';
import { findObject, listObjects, parseTargets } from '../resources.ts';
import { CommandError, Output } from '../result.ts';
import { describeEvents } from './common.ts';
import { describeConfigMap, describeSecret, describeServiceAccount } from './configuration.ts';
import { describeEndpointSlice, describeEndpoints, describeService } from './discovery.ts';
import { describeGeneric } from './generic.ts';
import { describeCSINode, describeNode } from './node.ts';
import { describePod } from './pod.ts';
import {
  describeAttributesClass,
  describeBudget,
  describeLimitRange,
  describeNamespace,
  describePriorityClass,
  describeQuota,
} from './policies.ts';
import { describeClaim, describeStorageClass, describeVolume } from './storage.ts';
import {
  describeCronJob,
  describeDaemonSet,
  describeDeployment,
  describeJob,
  describeReplicaSet,
  describeStatefulSet,
} from './workloads.ts';
import { DescriptionWriter } from './writer.ts';

export const DESCRIBE_FLAGS: readonly Flag[] = [
  ...FILE_FLAGS,
  { name: 'chunk-size', takes: 'text' },
  { name: 'all-namespaces', short: 'A', takes: 'bool' },
  { name: 'selector', short: 'l', takes: 'text' },
  { name: 'show-events', takes: 'bool' },
];

type Describer = (w: DescriptionWriter, object: KubeObject, ctx: Context, now: number) => void;

/** Keeps a description's own object type while it is named here. */
const of =
  <T extends KubeObject>(describer: (w: DescriptionWriter, object: T, ctx: Context, now: number) => void): Describer =>
  (w, object, ctx, now) =>
    describer(w, object as T, ctx, now);

const DESCRIBERS: Readonly<Record<string, Describer>> = {
  ConfigMap: of(describeConfigMap),
  CronJob: of<CronJob>((w, cronJob, _ctx, now) => describeCronJob(w, cronJob, now)),
  CSINode: of(describeCSINode),
  DaemonSet: of(describeDaemonSet),
  Deployment: of(describeDeployment),
  EndpointSlice: of(describeEndpointSlice),
  Endpoints: of(describeEndpoints),
  Job: of<Job>((w, job, _ctx, now) => describeJob(w, job, now)),
  LimitRange: of(describeLimitRange),
  Namespace: of(describeNamespace),
  Node: of(describeNode),
  PersistentVolume: of<PersistentVolume>((w, volume, _ctx, now) => describeVolume(w, volume, now)),
  PersistentVolumeClaim: of<PersistentVolumeClaim>((w, claim, ctx, now) =>
    describeClaim(w, claim, podsOf(ctx, claim), now),
  ),
  Pod: of<Pod>((w, pod, _ctx, now) => describePod(w, pod, now)),
  PodDisruptionBudget: of(describeBudget),
  PriorityClass: of(describePriorityClass),
  ReplicaSet: of(describeReplicaSet),
  ResourceQuota: of(describeQuota),
  Secret: of(describeSecret),
  Service: of(describeService),
  ServiceAccount: of(describeServiceAccount),
  StatefulSet: of(describeStatefulSet),
  StorageClass: of(describeStorageClass),
  VolumeAttributesClass: of(describeAttributesClass),
};

/** Kinds whose description never shows Events. */
const WITHOUT_EVENTS: readonly string[] = ['LimitRange', 'Namespace', 'ResourceQuota', 'Secret'];

/** Pods that name a claim, once for each of their volumes that does, and pods that own it. @see getPodsForPVC */
function podsOf(ctx: Context, { metadata }: KubeObject): readonly Pod[] {
  const pods = ctx
    .liveBucket(PODS, 'byClaim', `${metadata.namespace ?? ''}/${metadata.name}`)
    .map((key) => ctx.live<Pod>(PODS, key))
    .filter((pod) => pod !== undefined);
  return pods.flatMap((pod) => {
    const volumes = pod.spec.volumes ?? [];
    const naming = volumes.filter(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === metadata.name);
    const isOwner = metadata.ownerReferences?.some(({ kind, uid }) => kind === 'Pod' && uid === pod.metadata.uid);
    return naming.length === 0 && isOwner ? [pod] : naming.map(() => pod);
  });
}

/** Events about exactly this object, not about an earlier one of its name; a kubelet gives its node's name as the uid. */
const eventsOf = (ctx: Context, object: KubeObject): readonly EventObject[] =>
  ctx
    .liveBucket(EVENTS, 'byObject', describeRef(object))
    .map((key) => ctx.live<EventObject>(EVENTS, key))
    .filter((event) => event !== undefined)
    .filter(
      ({ involvedObject: { uid } }) =>
        uid === object.metadata.uid || (object.kind === 'Node' && uid === object.metadata.name),
    );

/**
 * `kubectl describe`; the Events of an object are shown when it is the only one. A name that nothing has is tried as the
 * beginning of names.
 * @see staging/src/k8s.io/kubectl/pkg/cmd/describe/describe.go
 */
export function describe(api: ApiServer, ctx: Context, words: readonly string[], files: Files): Output {
  const output = new Output();
  const args = parseArguments('describe', words, DESCRIBE_FLAGS);
  const isByFile = args.list('filename').length > 0;
  if (args.words.length === 0 && !isByFile) {
    throw new CommandError(
      'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
    );
  }
  const objects = isByFile ? objectsOfFiles(api, ctx, args, files, output) : objectsOfWords(api, ctx, args, output);
  const now = api.epochMillis(ctx);
  const explicit = args.text('show-events') !== undefined;
  const events = explicit ? args.is('show-events') : objects.length === 1 && output.exit === 0;
  const similar = output.exit !== 0 && args.words.length === 2 ? withPrefix(api, ctx, args) : [];
  if (similar.length > 0) {
    const found = new Output();
    for (const object of similar) found.line(description(object, ctx, now, explicit && events));
    return found;
  }
  output.out = objects.map((object) => description(object, ctx, now, events)).join('\n\n');
  if (objects.length === 0 && output.exit === 0) {
    const space = args.text('namespace') || 'default';
    output.errorLine(args.is('all-namespaces') ? 'No resources found' : `No resources found in ${space} namespace.`);
  }
  return output;
}

function description(object: KubeObject, ctx: Context, now: number, events: boolean): string {
  const w = new DescriptionWriter();
  const describer = Object.hasOwn(DESCRIBERS, object.kind) ? DESCRIBERS[object.kind] : undefined;
  (describer ?? describeGeneric)(w, object, ctx, now);
  if (events && !WITHOUT_EVENTS.includes(object.kind)) describeEvents(w, eventsOf(ctx, object), now);
  return w.text;
}

function objectsOfWords(api: ApiServer, ctx: Context, args: Arguments, output: Output): readonly KubeObject[] {
  const space = args.text('namespace') || 'default';
  const selector = args.text('selector');
  const requirements = selector === undefined ? undefined : parseLabelSelector(selector);
  if (requirements && isSelectorError(requirements)) throw new CommandError(requirements.error);
  const objects: KubeObject[] = [];
  for (const { definition, names } of parseTargets(api, args.words, 'describe')) {
    const found = names
      ? names.map((name) => findObject(ctx, definition, space, name) ?? name)
      : listObjects(ctx, definition, args.is('all-namespaces') ? undefined : space).filter(
          ({ metadata }) => !requirements || matchesRequirements(requirements, metadata.labels),
        );
    for (const object of found) {
      if (typeof object === 'string') output.refuse(notFound(definition, object), { ...definition, name: object });
      else objects.push(object);
    }
  }
  return objects;
}

function objectsOfFiles(
  api: ApiServer,
  ctx: Context,
  args: Arguments,
  files: Files,
  output: Output,
): readonly KubeObject[] {
  const objects: KubeObject[] = [];
  const manifests = readFiles(args, files, output);
  const add = (mapped: Mapped): void => {
    objects.push(api.get<KubeObject>(ctx, refTo(mapped)));
  };
  forEachManifest(api, manifests, args.text('namespace'), output, add, '');
  return objects;
}

/** Objects whose names begin with what was given as a name. @see DescribeMatchingResources */
function withPrefix(api: ApiServer, ctx: Context, args: Arguments): readonly KubeObject[] {
  const [type = '', prefix = ''] = args.words;
  const [target, ...more] = parseTargets(api, [type], 'describe');
  if (!target || more.length > 0) return [];
  return listObjects(ctx, target.definition, args.text('namespace') || 'default').filter(({ metadata }) =>
    metadata.name.startsWith(prefix),
  );
}
