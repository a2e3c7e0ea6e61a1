import { LAST_APPLIED, sortedJson } from '../api/apply.ts';
import { deepEqual } from '../api/diff.ts';
import type { KubeObject, ObjectInput } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import type { Arguments } from './flags.ts';
import { type Files, forEachManifest, type Mapped, mapManifest, parseNoted, readFiles, refTo } from './manifests.ts';
import { dryRunOf, ResultPrinter } from './printer.ts';
import { CommandError, type Output } from './result.ts';
import { indentedJson, toYaml } from './serialize.ts';
import { type Chosen, forEachObject } from './targets.ts';

type Subcommand = (
  api: ApiServer,
  ctx: Context,
  args: Arguments,
  words: readonly string[],
  files: Files,
  output: Output,
) => void;

/**
 * `kubectl apply view-last-applied`: what client-side apply noted of each object.
 * @see staging/src/k8s.io/kubectl/pkg/cmd/apply/apply_view_last_applied.go
 */
export const viewLastApplied: Subcommand = (api, ctx, args, words, files, output) => {
  const format = args.text('output') ?? 'yaml';
  if (format !== 'yaml' && format !== 'json') {
    const text = `Unexpected -o output mode: ${format}, the flag 'output' must be one of yaml|json`;
    throw new CommandError(`${text}\nSee 'kubectl apply view-last-applied -h' for help and examples`);
  }
  const show = ({ metadata: { name, annotations } }: KubeObject, source: string): void => {
    const noted = annotations?.[LAST_APPLIED];
    if (noted !== undefined) {
      const value: unknown = parseNoted(noted);
      output.out += format === 'yaml' ? toYaml(value) : `${indentedJson(value, '  ')}\n`;
    } else if (source !== '') {
      const what = `no last-applied-configuration annotation found on resource: ${name}`;
      throw new CommandError(`error when ${what}\n "${source}": <nil>`);
    }
  };
  if (args.list('filename').length > 0) {
    for (const mapped of mappedFiles(api, args, files, output))
      show(api.get<KubeObject>(ctx, refTo(mapped)), mapped.source);
  } else
    forEachObject(api, ctx, args, words, 'apply view-last-applied', output, ({ object }: Chosen) => show(object, ''));
};

const mappedFiles = (api: ApiServer, args: Arguments, files: Files, output: Output): readonly Mapped[] =>
  readFiles(args, files, output).map((manifest) => mapManifest(api, manifest, args.text('namespace')));

/**
 * `kubectl apply set-last-applied`: notes a manifest as if it had been applied.
 * @see staging/src/k8s.io/kubectl/pkg/cmd/apply/apply_set_last_applied.go
 */
export const setLastApplied: Subcommand = (api, ctx, args, _words, files, output) => {
  const printer = new ResultPrinter(args, output);
  const dryRun = dryRunOf(args);
  const manifests = readFiles(args, files, output);
  forEachManifest(
    api,
    manifests,
    args.text('namespace'),
    output,
    (mapped) => {
      const { definition, name, namespace, value } = mapped;
      const live = api.get<KubeObject>(ctx, refTo(mapped));
      const noted = live.metadata.annotations?.[LAST_APPLIED];
      if (noted === undefined && !args.is('create-annotation')) {
        const text = `no last-applied-configuration annotation found on resource: ${name}`;
        throw new CommandError(`${text}, to create the annotation, run the command with --create-annotation`);
      }
      const { metadata } = value as unknown as ObjectInput;
      const given = { ...value, metadata: { ...metadata, ...(namespace !== undefined && { namespace }) } };
      if (noted !== undefined && deepEqual(parseNoted(noted), given)) {
        output.line(`set-last-applied ${name}: no changes required.`);
        return;
      }
      const patch = { metadata: { annotations: { [LAST_APPLIED]: sortedJson(given) } } };
      const object =
        dryRun === 'client'
          ? live
          : api.patch<KubeObject>(ctx, refTo(mapped), { type: 'merge', patch }, 'main', {
              dryRun: dryRun === 'server',
            });
      printer.print(definition, name, object, 'configured');
    },
    '',
  );
};

/** `kubectl apply edit-last-applied` opens an editor, which the console does not have. */
export const editLastApplied: Subcommand = () => {
  throw new CommandError(
    'there is no editor in this console: write the manifest to a file and use "kubectl apply set-last-applied -f"',
  );
};
