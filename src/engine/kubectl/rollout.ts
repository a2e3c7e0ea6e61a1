import { deepEqual } from '../api/diff.ts';
import { notFound } from '../api/errors.ts';
import type { KubeObject, ObjectMeta, PodTemplateSpec } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { describeTemplate } from './describe/template.ts';
import { DescriptionWriter } from './describe/writer.ts';
import { type Arguments, type Flag, parseArguments } from './flags.ts';
import { FIELD_MANAGER_FLAG } from './printer.ts';
import { listObjects, qualifiedKind, resourceName } from './resources.ts';
import { CommandError, Output, refusalText } from './result.ts';
import { rolloutStatus } from './rolloutstatus.ts';
import { layOut } from './tabwriter.ts';
import { type Chosen, FILE_TARGET_FLAGS, forEachObject } from './targets.ts';
import { leavingOf } from './wait.ts';
import { durationFlag, isLate, type Leaving, type Waiting } from './waiting.ts';

export const ROLLOUT_FLAGS: readonly Flag[] = [
  ...FILE_TARGET_FLAGS,
  { name: 'revision', takes: 'text' },
  { name: 'to-revision', takes: 'text' },
  { name: 'timeout', takes: 'text' },
  FIELD_MANAGER_FLAG,
  { name: 'watch', short: 'w', takes: 'bool' },
];
const WORKLOADS: readonly string[] = ['Deployment', 'DaemonSet', 'StatefulSet'];
const CHANGE_CAUSE = 'kubernetes.io/change-cause';
const REVISION = 'deployment.kubernetes.io/revision';

interface Workload extends KubeObject {
  readonly spec: { readonly paused?: boolean; readonly template: PodTemplateSpec };
}

type Action = (api: ApiServer, ctx: Context, args: Arguments, chosen: Chosen, output: Output) => void;

/** @see staging/src/k8s.io/kubectl/pkg/cmd/rollout/rollout.go */
export function rollout(server: ApiServer, ctx: Context, words: readonly string[]): Output {
  const output = new Output();
  const api = output.hearing(server);
  const args = parseArguments('rollout', words, ROLLOUT_FLAGS);
  const [name = '', ...targets] = args.words;
  if (name === 'status') {
    startStatus(api, ctx, args, targets, output);
    return output;
  }
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (!action) throw new CommandError(`unknown command "${name}" for "kubectl rollout"`);
  if (targets.length === 0) throw new CommandError('required resource not specified');
  forEachObject(api, ctx, args, targets, `rollout ${name}`, output, (chosen) => action(api, ctx, args, chosen, output));
  return output;
}

const nameOf = ({ definition, ref }: Chosen): string => `${qualifiedKind(definition)}/${ref.name}`;

/** What `rollout` can do. */
export const ROLLOUT_ACTIONS: readonly string[] = ['history', 'pause', 'restart', 'resume', 'status', 'undo'];

const ACTIONS: Readonly<Record<string, Action>> = {
  history,
  pause: pauseOrResume(true),
  restart,
  resume: pauseOrResume(false),
  undo,
};

/** A new annotation in the template makes its controller replace all pods. @see objectrestarter.go */
function restart(api: ApiServer, ctx: Context, _args: Arguments, chosen: Chosen, output: Output): void {
  const { definition, object, ref } = chosen;
  const refuse = (why: string): never => {
    throw new CommandError(`${resourceName(definition)} "${ref.name}" ${why}`);
  };
  if (!WORKLOADS.includes(definition.kind)) refuse('restarting is not supported');
  if ((object as Workload).spec.paused) refuse("can't restart paused deployment (run rollout resume first)");
  const annotations = { 'kubectl.kubernetes.io/restartedAt': api.timestamp(ctx) };
  api.patch(ctx, ref, { type: 'merge', patch: { spec: { template: { metadata: { annotations } } } } });
  output.line(`${nameOf(chosen)} restarted`);
}

/** @see objectpauser.go, objectresumer.go */
function pauseOrResume(paused: boolean): Action {
  return (api, ctx, _args, chosen, output) => {
    const { definition, object, ref } = chosen;
    const refuse = (why: string): never => {
      throw new CommandError(`${resourceName(definition)} "${ref.name}" ${why}`);
    };
    if (definition.kind !== 'Deployment') refuse(`${paused ? 'pausing' : 'resuming'} is not supported`);
    if (((object as Workload).spec.paused ?? false) === paused) refuse(paused ? 'is already paused' : 'is not paused');
    api.patch(ctx, ref, { type: 'merge', patch: { spec: { paused: paused ? true : null } } });
    output.line(`${nameOf(chosen)} ${paused ? 'paused' : 'resumed'}`);
  };
}

// ---- revisions -----------------------------------------------------------------------------------------------------

interface Revision {
  readonly number: number;
  readonly cause: string;
  readonly template: PodTemplateSpec;
  readonly metadata: ObjectMeta;
}

/** What a workload has been: the ReplicaSets of a Deployment, the ControllerRevisions of the others. */
function revisionsOf(api: ApiServer, ctx: Context, { definition, object }: Chosen): readonly Revision[] {
  const isDeployment = definition.kind === 'Deployment';
  const kind = isDeployment ? 'ReplicaSet' : 'ControllerRevision';
  const history = api.registry.byVersionKind('apps/v1', kind);
  if (!WORKLOADS.includes(definition.kind))
    throw new CommandError(`no history viewer has been implemented for "${definition.kind}.${definition.group}"`);
  if (!history) return [];
  return listObjects(ctx, history, object.metadata.namespace)
    .filter(({ metadata }) =>
      metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === object.metadata.uid),
    )
    .map((entry) => (isDeployment ? fromReplicaSet(entry as Workload) : fromControllerRevision(entry)))
    .sort((a, b) => a.number - b.number);
}

function fromReplicaSet({ metadata, spec }: Workload): Revision {
  const { annotations = {} } = metadata;
  const cause = annotations[CHANGE_CAUSE] || '<none>';
  return { number: Number(annotations[REVISION] ?? 0), cause, template: spec.template, metadata };
}

function fromControllerRevision(object: KubeObject): Revision {
  const { metadata, revision, data } = object as KubeObject & {
    readonly revision?: number;
    readonly data?: { readonly spec?: { readonly template?: PodTemplateSpec } };
  };
  const cause = metadata.annotations?.[CHANGE_CAUSE] || '<none>';
  const template = data?.spec?.template ?? { spec: { containers: [] } };
  return { number: revision ?? 0, cause, template, metadata };
}

/** @see staging/src/k8s.io/kubectl/pkg/polymorphichelpers/history.go ViewHistory */
function history(api: ApiServer, ctx: Context, args: Arguments, chosen: Chosen, output: Output): void {
  const wanted = revisionFlag(args, 'revision');
  const revisions = revisionsOf(api, ctx, chosen);
  if (revisions.length === 0) {
    output.line(`${nameOf(chosen)} ${wanted > 0 ? `with revision #${wanted}` : ''}\nNo rollout history found.`);
    return;
  }
  if (wanted > 0) {
    const found = revisions.find(({ number }) => number === wanted);
    if (!found) throw new CommandError('unable to find the specified revision');
    const w = new DescriptionWriter();
    describeTemplate(w, found.template, 0);
    output.line(`${nameOf(chosen)} with revision #${wanted}\n${w.raw}`);
    return;
  }
  const rows = revisions.map(({ number, cause }) => [String(number), cause]);
  output.line(`${nameOf(chosen)} \n${layOut([['REVISION', 'CHANGE-CAUSE'], ...rows], { minWidth: 0, padding: 2 })}`);
}

function revisionFlag(args: Arguments, name: string): number {
  const revision = Number(args.text(name) ?? 0);
  if (!(revision >= 0)) throw new CommandError(`revision must be a positive integer: ${args.text(name)}`);
  return revision;
}

/** @see staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollback.go Rollback */
function undo(api: ApiServer, ctx: Context, args: Arguments, chosen: Chosen, output: Output): void {
  const wanted = revisionFlag(args, 'to-revision');
  const revisions = revisionsOf(api, ctx, chosen);
  const { definition, ref } = chosen;
  const object = chosen.object as Workload;
  const isDeployment = definition.kind === 'Deployment';
  const target = wanted > 0 ? revisions.find(({ number }) => number === wanted) : revisions.at(-2);
  if (!target) {
    throw new CommandError(
      wanted > 0
        ? `unable to find specified revision ${wanted} in history`
        : isDeployment
          ? `no rollout history found for deployment "${ref.name}"`
          : 'no last revision to roll back to',
    );
  }
  if (isDeployment && object.spec.paused) {
    throw new CommandError(
      "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
    );
  }
  const template = withoutHash(target.template);
  if (deepEqual(template, withoutHash(object.spec.template))) {
    output.line(`${nameOf(chosen)} skipped rollback (current template already matches revision ${wanted})`);
    return;
  }
  const patch = [
    { op: 'replace', path: '/spec/template', value: template },
    ...(isDeployment ? [{ op: 'add', path: '/metadata/annotations', value: annotationsOf(object, target) }] : []),
  ];
  api.patch(ctx, ref, { type: 'json', patch } as Parameters<ApiServer['patch']>[2]);
  output.line(`${nameOf(chosen)} rolled back`);
}

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { 'pod-template-hash': _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

const OWN_ANNOTATIONS: readonly string[] = [
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
];

function annotationsOf({ metadata }: KubeObject, target: Revision): Readonly<Record<string, string>> {
  const kept = Object.entries(metadata.annotations ?? {}).filter(([key]) => OWN_ANNOTATIONS.includes(key));
  const old = Object.entries(target.metadata.annotations ?? {}).filter(([key]) => !OWN_ANNOTATIONS.includes(key));
  return Object.fromEntries([...kept, ...old]);
}

// ---- status --------------------------------------------------------------------------------------------------------

type StatusWaiting = Extract<Waiting, { readonly command: 'rollout status' }>;

function startStatus(api: ApiServer, ctx: Context, args: Arguments, targets: readonly string[], output: Output): void {
  if (targets.length === 0) throw new CommandError('required resource not specified');
  const revision = revisionFlag(args, 'revision');
  const timeout = durationFlag(args, 'timeout', '0s');
  const objects: Leaving[] = [];
  forEachObject(api, ctx, args, targets, 'rollout status', output, ({ definition, object }) => {
    if (!WORKLOADS.includes(definition.kind)) {
      const kind = definition.group === '' ? definition.kind : `${definition.kind}.${definition.group}`;
      throw new CommandError(`no status viewer has been implemented for ${kind}`);
    }
    objects.push(leavingOf(definition.plural, object));
  });
  const waiting: StatusWaiting = {
    command: 'rollout status',
    objects,
    revision,
    seen: '',
    ...(timeout > 0 && { deadline: ctx.now + timeout }),
  };
  continueStatus(api, ctx, waiting, output, args.text('watch') !== 'false');
}

/** Prints what has changed since it last looked, and waits for the first workload that is not rolled out. */
export function continueStatus(
  api: ApiServer,
  ctx: Context,
  waiting: StatusWaiting,
  output: Output,
  watch = true,
): void {
  let { objects, seen } = waiting;
  for (;;) {
    const [first] = objects;
    if (!first) return;
    const object = api.find<Workload>(ctx, first.ref);
    if (object?.metadata.uid !== first.uid) {
      const gone = notFound(api.definition(first.ref.apiVersion, first.ref.kind), first.ref.name);
      output.fail(seen === '' ? refusalText(gone, first.ref) : 'error: object has been deleted');
      return;
    }
    const isNew = object.metadata.resourceVersion !== seen;
    const { text, done } = isNew ? rolloutStatus(object, waiting.revision) : { text: '', done: false };
    output.out += text;
    if (done || !watch) {
      objects = objects.slice(1);
      seen = '';
      continue;
    }
    if (isLate(ctx, waiting)) output.fail('error: timed out waiting for the condition');
    else output.waits = { ...waiting, objects, seen: object.metadata.resourceVersion };
    return;
  }
}
