import { LAST_APPLIED } from '../api/apply.ts';
import type { DeleteOptions } from '../api/kind.ts';
import type { KubeObject, ObjectInput } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { awaitDeletion } from './delete.ts';
import { type Arguments, type Flag, parseArguments } from './flags.ts';
import {
  decode,
  FILE_FLAGS,
  type Files,
  forEachManifest,
  type Mapped,
  noteApplied,
  readFiles,
  refTo,
} from './manifests.ts';
import { DRY_RUN_FLAG, dryRunOf, FIELD_MANAGER_FLAG, PRINT_FLAGS, ResultPrinter } from './printer.ts';
import { qualifiedKind } from './resources.ts';
import { CommandError, Output } from './result.ts';
import { durationFlag, type Leaving, type Waiting } from './waiting.ts';

export const REPLACE_FLAGS: readonly Flag[] = [
  ...FILE_FLAGS,
  ...PRINT_FLAGS,
  { name: 'cascade', takes: 'text', alone: 'background' },
  DRY_RUN_FLAG,
  FIELD_MANAGER_FLAG,
  { name: 'force', takes: 'bool' },
  { name: 'grace-period', takes: 'text' },
  { name: 'save-config', takes: 'bool' },
  { name: 'timeout', takes: 'text' },
  { name: 'validate', takes: 'text', alone: 'true' },
  { name: 'wait', takes: 'bool' },
];
const FORCE_TIMEOUT = '5m';

/**
 * `kubectl replace -f`; with --force it deletes, waits, and creates anew.
 * @see staging/src/k8s.io/kubectl/pkg/cmd/replace/replace.go
 */
export function replace(server: ApiServer, ctx: Context, words: readonly string[], files: Files): Output {
  const output = new Output();
  const api = output.hearing(server);
  const args = parseArguments('replace', words, REPLACE_FLAGS);
  if (args.list('filename').length === 0) throw new CommandError('must specify --filename to replace');
  if (args.is('force')) {
    forceReplace(api, ctx, args, words, files, output);
    return output;
  }
  for (const flag of ['grace-period', 'timeout'])
    if (args.text(flag) !== undefined) throw new CommandError(`--${flag} must have --force specified`);
  const dryRun = dryRunOf(args);
  const printer = new ResultPrinter(args, output);
  forEachManifest(
    api,
    readFiles(args, files, output),
    args.text('namespace'),
    output,
    (mapped) => {
      const given = noted(mapped, args);
      const object = decode(api, given) as unknown as KubeObject;
      const replaced =
        dryRun === 'client'
          ? given.value
          : api.update(ctx, atVersion(object, api.get(ctx, refTo(mapped))), { dryRun: dryRun === 'server' });
      printer.print(mapped.definition, mapped.name, replaced, 'replaced');
    },
    'replacing',
  );
  return output;
}

/** The note of `kubectl apply` is kept up where there is one, or with --save-config. @see CreateOrUpdateAnnotation */
function noted(mapped: Mapped, args: Arguments): Mapped {
  const { annotations = {} } = (mapped.value['metadata'] ?? {}) as ObjectInput['metadata'];
  return args.is('save-config') || Object.hasOwn(annotations, LAST_APPLIED) ? noteApplied(mapped) : mapped;
}

/** What names no version replaces the one that is there. @see staging/src/k8s.io/cli-runtime/pkg/resource/helper.go Replace */
function atVersion(object: KubeObject, { metadata: { resourceVersion } }: KubeObject): KubeObject {
  return object.metadata.resourceVersion ? object : { ...object, metadata: { ...object.metadata, resourceVersion } };
}

/** Without the flag the objects' own grace; none at all becomes one second. @see ReplaceOptions.Complete */
function graceOf(args: Arguments): DeleteOptions {
  const grace = Number(args.text('grace-period') ?? -1);
  return grace < 0 ? {} : { gracePeriodSeconds: Math.max(1, grace) };
}

function forceReplace(
  api: ApiServer,
  ctx: Context,
  args: Arguments,
  words: readonly string[],
  files: Files,
  output: Output,
): void {
  if (dryRunOf(args) !== 'none') throw new CommandError('--dry-run can not be used when --force is set');
  const leaving: Leaving[] = [];
  const options: DeleteOptions = { propagationPolicy: 'Background', ...graceOf(args) };
  forEachManifest(api, readFiles(args, files, output), args.text('namespace'), output, (mapped) => {
    const ref = refTo(mapped);
    const live = api.find<KubeObject>(ctx, ref);
    if (!live) return;
    api.remove(ctx, ref, options);
    leaving.push({ ref, plural: mapped.definition.plural, uid: live.metadata.uid });
    const where = mapped.namespace === undefined ? '' : ` from ${mapped.namespace} namespace`;
    output.line(`${qualifiedKind(mapped.definition)} "${mapped.name}" deleted${where}`);
  });
  if (output.exit !== 0) return;
  const deadline = ctx.now + durationFlag(args, 'timeout', FORCE_TIMEOUT);
  const waiting: Extract<Waiting, { readonly command: 'delete' }> = {
    command: 'delete',
    leaving,
    deadline,
    replace: words,
  };
  if (awaitDeletion(api, ctx, waiting, output)) createAnew(api, ctx, words, files, output);
}

/** The second half of a `replace --force`, when the objects have gone. */
export function createAnew(
  server: ApiServer,
  ctx: Context,
  words: readonly string[],
  files: Files,
  output: Output,
): void {
  const api = output.hearing(server);
  const args = parseArguments('replace', words, REPLACE_FLAGS);
  const printer = new ResultPrinter(args, output);
  forEachManifest(api, readFiles(args, files, output), args.text('namespace'), output, (mapped) => {
    const created = api.create<KubeObject>(ctx, decode(api, noted(mapped, args)));
    printer.print(mapped.definition, mapped.name, created, 'replaced');
  });
}
