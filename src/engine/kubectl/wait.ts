import { notFound } from '../api/errors.ts';
import type { KubeObject, Condition as StatusCondition } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { type Arguments, type Flag, parseArguments } from './flags.ts';
import { valuesAt } from './jsonpath.ts';
import { type Files, mapManifest, readFiles } from './manifests.ts';
import { findObject, qualifiedKind } from './resources.ts';
import { CommandError, Output, refusalText } from './result.ts';
import { FILE_TARGET_FLAGS, forEachObject } from './targets.ts';
import { type Condition, durationFlag, hasGone, isLate, type Leaving, timedOut, type Waiting } from './waiting.ts';

export const WAIT_FLAGS: readonly Flag[] = [
  ...FILE_TARGET_FLAGS,
  { name: 'for', takes: 'text' },
  { name: 'timeout', takes: 'text' },
  { name: 'output', short: 'o', takes: 'text' },
];
const WEEK = 168 * 3_600_000;

type WaitWaiting = Extract<Waiting, { readonly command: 'wait' }>;

/** @see staging/src/k8s.io/kubectl/pkg/cmd/wait/wait.go */
export function wait(api: ApiServer, ctx: Context, words: readonly string[], files: Files): Output {
  const output = new Output();
  const args = parseArguments('wait', words, WAIT_FLAGS);
  const conditions = conditionsOf(args.list('for'));
  const timeout = durationFlag(args, 'timeout', '30s');
  const deadline = ctx.now + (timeout < 0 ? WEEK : timeout);
  const isCreate = conditions.some(({ is }) => is === 'create');
  const waiting: WaitWaiting = {
    command: 'wait',
    objects: [],
    conditions,
    met: 0,
    deadline,
    ...(isCreate && { words }),
  };
  if (isCreate) continueWait(api, ctx, waiting, files, output);
  else {
    const objects = objectsOf(api, ctx, args, files, output, conditions);
    if (objects.length > 0) meet(api, ctx, { ...waiting, objects }, output, timeout === 0);
  }
  return output;
}

/** Looks again at what a `wait` waits for. */
export function continueWait(api: ApiServer, ctx: Context, waiting: WaitWaiting, files: Files, output: Output): void {
  const { words, ...rest } = waiting;
  if (words === undefined) {
    meet(api, ctx, waiting, output, false);
    return;
  }
  const found = new Output();
  const objects = objectsOf(api, ctx, parseArguments('wait', words, WAIT_FLAGS), files, found, waiting.conditions);
  if (objects.length > 0 && found.exit === 0) meet(api, ctx, { ...rest, objects }, output, false);
  else if (isLate(ctx, waiting)) output.fail('error: timed out waiting for the condition');
  else output.waits = waiting;
}

function objectsOf(
  api: ApiServer,
  ctx: Context,
  args: Arguments,
  files: Files,
  output: Output,
  conditions: readonly Condition[],
): readonly Leaving[] {
  const objects: Leaving[] = [];
  const mayMiss = conditions.some(({ is }) => is === 'delete');
  const found = new Output();
  if (args.list('filename').length > 0) {
    for (const manifest of readFiles(args, files, output)) {
      const mapped = mapManifest(api, manifest, args.text('namespace'));
      const object = findObject(ctx, mapped.definition, mapped.namespace ?? '', mapped.name);
      if (object) objects.push(leavingOf(mapped.definition.plural, object));
      else
        found.fail(refusalText(notFound(mapped.definition, mapped.name), { ...mapped.definition, name: mapped.name }));
    }
  } else {
    if (args.words.length === 0)
      throw new CommandError('You must provide one or more resources by argument or filename.');
    forEachObject(api, ctx, args, args.words, 'wait', found, ({ definition, object }) => {
      objects.push(leavingOf(definition.plural, object));
    });
  }
  if (mayMiss) return objects;
  output.absorb(found);
  if (objects.length === 0 && output.exit === 0) output.fail('error: no matching resources found');
  return output.exit === 0 ? objects : [];
}

export const leavingOf = (plural: string, { apiVersion, kind, metadata }: KubeObject): Leaving => {
  const { name, namespace, uid } = metadata;
  return { ref: { apiVersion, kind, name, ...(namespace !== undefined && { namespace }) }, plural, uid };
};

/** Looks at one object after the other, and for each at one condition after the other. */
function meet(api: ApiServer, ctx: Context, waiting: WaitWaiting, output: Output, once: boolean): void {
  let { objects, met } = waiting;
  for (;;) {
    const [first] = objects;
    if (!first) return;
    const condition = waiting.conditions[met];
    if (condition === undefined) {
      objects = objects.slice(1);
      met = 0;
      continue;
    }
    const definition = api.definition(first.ref.apiVersion, first.ref.kind);
    const object = api.find<KubeObject>(ctx, first.ref);
    if (condition.is === 'delete' ? hasGone(api, ctx, first) : object !== undefined && holds(condition, object)) {
      output.line(`${qualifiedKind(definition)}/${first.ref.name} condition met`);
      met += 1;
      continue;
    }
    if (!object && condition.is !== 'delete')
      output.fail(refusalText(notFound(definition, first.ref.name), { kind: definition.kind, name: first.ref.name }));
    else if (once) output.fail(`error: condition not met for ${first.plural}/${first.ref.name}`);
    else if (isLate(ctx, waiting)) output.fail(timedOut(first));
    else output.waits = { ...waiting, objects, met };
    return;
  }
}

// ---- conditions ----------------------------------------------------------------------------------------------------

function conditionsOf(texts: readonly string[]): readonly Condition[] {
  if (texts.length === 0) throw new CommandError('unrecognized condition: []');
  return texts.map(conditionOf);
}

/** @see conditionFuncsFor */
function conditionOf(text: string): Condition {
  const lower = text.toLowerCase();
  if (lower === 'delete' || lower === 'create') return { is: lower };
  if (text.startsWith('condition=')) {
    const [type = '', ...status] = text.slice('condition='.length).split('=');
    return { is: 'condition', type, status: status.length > 0 ? status.join('=') : 'true' };
  }
  if (text.startsWith('jsonpath=')) return jsonPathCondition(text.slice('jsonpath='.length));
  throw new CommandError(`unrecognized condition: ${JSON.stringify(text)}`);
}

/** @see processJSONPathInput, RelaxedJSONPathExpression */
function jsonPathCondition(text: string): Condition {
  const parts = text.split(/(?<!=)=(?!=)/);
  if (parts.length > 2) {
    throw new CommandError(
      "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'",
    );
  }
  const [expression = '', wanted] = parts;
  if (expression === '') throw new CommandError('jsonpath expression cannot be empty');
  const value = wanted?.replace(/^['"]+|['"]+$/g, '');
  if (value === '') {
    throw new CommandError(
      "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
    );
  }
  const [, inner] = /^\{?\.?(.*?)\}?$/s.exec(expression) ?? [];
  return { is: 'jsonpath', path: `{.${inner ?? ''}}`, value: value ?? '' };
}

interface Conditioned extends KubeObject {
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly (StatusCondition & { readonly observedGeneration?: number })[];
  };
}

function holds(condition: Condition, object: KubeObject): boolean {
  switch (condition.is) {
    case 'create':
      return true;
    case 'delete':
      return false;
    case 'condition':
      return checkCondition(object as Conditioned, condition.type, condition.status);
    case 'jsonpath':
      return checkJsonPath(object, condition.path, condition.value);
  }
}

/** @see ConditionalWait.checkCondition */
function checkCondition({ metadata, status }: Conditioned, type: string, wanted: string): boolean {
  const found = status?.conditions?.find((condition) => condition.type.toLowerCase() === type.toLowerCase());
  if (!found) return false;
  const observed = found.observedGeneration ?? status?.observedGeneration;
  if (metadata.generation !== undefined && observed !== undefined && observed < metadata.generation) return false;
  return found.status.toLowerCase() === wanted.toLowerCase();
}

/** @see JSONPathWait.checkCondition */
function checkJsonPath(object: KubeObject, path: string, wanted: string): boolean {
  const values = valuesAt(path, object);
  const [value] = values;
  if (value === undefined || value === null) return false;
  if (values.length > 1) throw new CommandError('given jsonpath expression matches more than one value');
  if (wanted === '') return true;
  if (typeof value === 'object')
    throw new CommandError('jsonpath leads to a nested object or list which is not supported');
  return String(value).trim() === wanted.trim();
}
