import { StatusError } from '../api/errors.ts';
import type { KubeObject, ObjectInput, PodSpec } from '../api/object.ts';
import type { Patch } from '../api/patch.ts';
import { patchObject } from '../api/patch.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { type Flag, parseArguments } from './flags.ts';
import type { Files } from './manifests.ts';
import { DRY_RUN_FLAG, dryRunOf, FIELD_MANAGER_FLAG, PRINT_FLAGS, ResultPrinter } from './printer.ts';
import { CommandError, Output } from './result.ts';
import { type Chosen, FILE_TARGET_FLAGS, forEachObject } from './targets.ts';

export const SET_FLAGS: readonly Flag[] = [...FILE_TARGET_FLAGS, ...PRINT_FLAGS, DRY_RUN_FLAG, FIELD_MANAGER_FLAG];

const OTHERS: readonly string[] = ['env', 'resources', 'selector', 'serviceaccount', 'subject'];
/** Where a kind keeps the spec of its pods. @see polymorphichelpers/updatepodspec.go */
const POD_SPECS: Readonly<Record<string, readonly string[]>> = {
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  Deployment: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  Pod: ['spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
};

/**
 * `kubectl set image`: the images of containers by their name, or of all with `*`.
 * @see staging/src/k8s.io/kubectl/pkg/cmd/set/set_image.go
 */
export function set(server: ApiServer, ctx: Context, words: readonly string[], files: Files): Output {
  const output = new Output();
  const api = output.hearing(server);
  const args = parseArguments('set', words, SET_FLAGS);
  const [name = '', ...rest] = args.words;
  if (OTHERS.includes(name))
    throw new CommandError(`the command "kubectl set ${name}" is not simulated: use "kubectl patch"`);
  if (name !== 'image') throw new CommandError(`unknown command "${name}" for "kubectl set"`);
  const printer = new ResultPrinter(args, output);
  const firstPair = rest.findIndex(isPair);
  const targets = firstPair < 0 ? rest : rest.slice(0, firstPair);
  const images = imagesOf(firstPair < 0 ? [] : rest.slice(firstPair));
  if (targets.length === 0 && args.list('filename').length === 0)
    throw new CommandError('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  if (images.size === 0) throw new CommandError('at least one image update is required');
  if (images.size > 1 && images.has('*'))
    throw new CommandError(
      'all containers are already specified by *, but saw more than one container_name=container_image pairs',
    );
  const dryRun = dryRunOf(args);
  const change = (chosen: Chosen): void => {
    const patch = imagePatch(chosen, images, output);
    if (patch === undefined) return;
    const { definition, object, ref } = chosen;
    const changed =
      dryRun === 'client'
        ? locally(object, patch)
        : api.patch<KubeObject>(ctx, ref, patch, 'main', { dryRun: dryRun === 'server' });
    printer.print(definition, ref.name, changed, 'image updated');
  };
  forEachObject(api, ctx, args, targets, 'set image', output, change, files);
  return output;
}

const isPair = (word: string): boolean => word.indexOf('=') > 0 || (word.endsWith('-') && word !== '-');

function locally(object: KubeObject, patch: Patch): KubeObject {
  const patched = patchObject(object as unknown as ObjectInput, patch);
  if (patched instanceof StatusError) throw patched;
  return patched as unknown as KubeObject;
}

/** @see staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go GetResourcesAndPairs, ParsePairs */
function imagesOf(pairs: readonly string[]): ReadonlyMap<string, string> {
  const late = pairs.find((word) => !isPair(word));
  if (late !== undefined) throw new CommandError(`all resources must be specified before image changes: ${late}`);
  const wrong = pairs.filter((text) => text.indexOf('=') <= 0);
  if (wrong.length > 0) throw new CommandError(`invalid image format: ${wrong.join(', ')}`);
  return new Map(pairs.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]));
}

/** What changes the images, or nothing where they are as asked; a container that is not there is an error. */
function imagePatch(
  { definition, object, ref }: Chosen,
  images: ReadonlyMap<string, string>,
  output: Output,
): Patch | undefined {
  const path = Object.hasOwn(POD_SPECS, definition.kind) ? POD_SPECS[definition.kind] : undefined;
  if (!path) {
    output.fail(
      `error: ${definition.plural}/${ref.name} the object is not a pod or does not have a pod template: *${definition.version}.${definition.kind}`,
    );
    return undefined;
  }
  const spec = path.reduce<unknown>(
    (value, key) => (value as Readonly<Record<string, unknown>>)[key],
    object,
  ) as PodSpec;
  const changes = (containers: PodSpec['containers'] = []): readonly object[] =>
    containers.flatMap((container) => {
      const image = images.get('*') ?? images.get(container.name);
      return image === undefined || image === container.image ? [] : [{ name: container.name, image }];
    });
  const known = [...(spec.initContainers ?? []), ...spec.containers].map((container) => container.name);
  for (const name of images.keys())
    if (name !== '*' && !known.includes(name)) output.fail(`error: unable to find container named "${name}"`);
  const [init, main] = [changes(spec.initContainers), changes(spec.containers)];
  if (init.length + main.length === 0) return undefined;
  const containers = { ...(init.length > 0 && { initContainers: init }), ...(main.length > 0 && { containers: main }) };
  return {
    type: 'strategic',
    patch: path.reduceRight<object>((value, key) => ({ [key]: value }), containers) as Readonly<
      Record<string, unknown>
    >,
  };
}
