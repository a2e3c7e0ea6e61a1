import { attempt, StatusError } from '../api/errors.ts';
import type { KubeObject, ObjectInput } from '../api/object.ts';
import { type ApiServer, generatedSuffix } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { type Arguments, type Flag, parseArguments } from './flags.ts';
import { GENERATOR_FLAGS, GENERATORS, OTHER_GENERATORS } from './generators.ts';
import {
  decode,
  FILE_FLAGS,
  type Files,
  forEachManifest,
  type Mapped,
  mapManifest,
  noteApplied,
  readFiles,
} from './manifests.ts';
import { DRY_RUN_FLAG, dryRunOf, FIELD_MANAGER_FLAG, PRINT_FLAGS, ResultPrinter } from './printer.ts';
import { CommandError, Output } from './result.ts';

export const CREATE_FLAGS: readonly Flag[] = [
  ...FILE_FLAGS,
  ...PRINT_FLAGS,
  ...GENERATOR_FLAGS,
  DRY_RUN_FLAG,
  FIELD_MANAGER_FLAG,
  { name: 'edit', takes: 'bool' },
  { name: 'save-config', takes: 'bool' },
  { name: 'validate', takes: 'text', alone: 'true' },
];

/**
 * `kubectl create -f`, and the subcommands that make an object of their flags.
 * @see staging/src/k8s.io/kubectl/pkg/cmd/create/create.go
 */
export function create(server: ApiServer, ctx: Context, words: readonly string[], files: Files): Output {
  const output = new Output();
  const api = output.hearing(server);
  const args = parseArguments('create', words, CREATE_FLAGS);
  const printer = new ResultPrinter(args, output);
  if (args.words.length > 0) {
    generate(api, ctx, args, files, printer, output);
    return output;
  }
  if (args.list('filename').length === 0 && args.text('kustomize') === undefined)
    throw new CommandError('must specify one of -f and -k');
  const manifests = readFiles(args, files, output);
  if (manifests.length === 0 && output.exit === 0) throw new CommandError('no objects passed to create');
  forEachManifest(api, manifests, args.text('namespace'), output, (mapped) => {
    const created = send(api, ctx, args, mapped);
    printer.print(mapped.definition, created.metadata.name, created, 'created');
  });
  return output;
}

/** Creates an object, unless kubectl by itself only tries to; the note for `kubectl apply` comes with --save-config. */
export function send(api: ApiServer, ctx: Context, args: Arguments, mapped: Mapped): KubeObject {
  const dryRun = dryRunOf(args);
  const given = args.is('save-config') ? noteApplied(mapped) : mapped;
  if (dryRun === 'client') return given.value as unknown as KubeObject;
  return api.create<KubeObject>(ctx, decode(api, given), { dryRun: dryRun === 'server' });
}

function generate(
  api: ApiServer,
  ctx: Context,
  args: Arguments,
  files: Files,
  printer: ResultPrinter,
  output: Output,
): void {
  const [first = '', second = ''] = args.words;
  const type = first === 'secret' ? `secret ${second}` : first;
  const generator = GENERATORS.find(({ names }) => names.includes(type));
  if (!generator) {
    if (OTHER_GENERATORS.includes(type) || first === 'secret')
      throw new CommandError(
        `the command "kubectl create ${type.trim()}" is not simulated: write the object and apply it`,
      );
    throw new CommandError(`Unexpected args: [${args.words.join(' ')}]\nSee 'kubectl create -h' for help and examples`);
  }
  const own = first === 'secret' ? 2 : 1;
  const dash = args.dash ?? args.words.length;
  if (dash - own !== 1) {
    const help = `See 'kubectl create ${generator.names[0] ?? type} -h' for help and examples`;
    throw new CommandError(`exactly one NAME is required, got ${Math.max(0, dash - own)}\n${help}`);
  }
  const name = args.words[own] ?? '';
  const value = generator.make({
    name,
    command: args.words.slice(dash),
    args,
    files,
    suffix: () => generatedSuffix(ctx),
  });
  const mapped = mapManifest(
    api,
    { source: '', value: inNamespace(value, args.text('namespace')) },
    args.text('namespace'),
  );
  const created = attempt(() => send(api, ctx, args, mapped));
  if (!(created instanceof StatusError)) printer.print(mapped.definition, name, created, 'created');
  else if (generator.failure === undefined) output.refuse(created, { kind: mapped.definition.kind, name });
  else output.fail(`error: ${generator.failure}${created.message}`);
}

/** An object that flags describe, in the namespace of the flag. */
export const inNamespace = (value: ObjectInput, namespace: string | undefined): ObjectInput =>
  namespace === undefined || value.kind === 'Namespace' || value.kind === 'PriorityClass'
    ? value
    : { ...value, metadata: { ...value.metadata, namespace } };
