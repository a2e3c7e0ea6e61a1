import { StatusError } from '../api/errors.ts';
import type { KubeObject } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { type Arguments, type Flag, parseArguments } from './flags.ts';
import type { Files } from './manifests.ts';
import { DRY_RUN_FLAG, dryRunOf, PRINT_FLAGS, ResultPrinter } from './printer.ts';
import { CommandError, Output } from './result.ts';
import { FILE_TARGET_FLAGS, forEachObject } from './targets.ts';

export const SCALE_FLAGS: readonly Flag[] = [
  ...FILE_TARGET_FLAGS,
  ...PRINT_FLAGS,
  DRY_RUN_FLAG,
  { name: 'current-replicas', takes: 'text' },
  { name: 'replicas', takes: 'text' },
  { name: 'timeout', takes: 'text' },
];

const SCALABLE: readonly string[] = ['Deployment', 'ReplicaSet', 'StatefulSet'];

type Scalable = KubeObject & { readonly spec: { readonly replicas?: number } };

/** @see staging/src/k8s.io/kubectl/pkg/cmd/scale/scale.go */
export function scale(server: ApiServer, ctx: Context, words: readonly string[], files: Files): Output {
  const output = new Output();
  const api = output.hearing(server);
  const args = parseArguments('scale', words, SCALE_FLAGS);
  const printer = new ResultPrinter(args, output);
  const replicas = integer(args, 'replicas');
  if (replicas === undefined || replicas < 0)
    throw new CommandError('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
  const expected = integer(args, 'current-replicas') ?? -1;
  if (expected < -1) throw new CommandError('The --current-replicas must specify an integer of -1 or greater');
  const dryRun = dryRunOf(args);
  forEachObject(
    api,
    ctx,
    args,
    args.words,
    'scale',
    output,
    ({ definition, object, ref }) => {
      if (!SCALABLE.includes(definition.kind))
        throw new StatusError('NotFound', 'the server could not find the requested resource');
      const { spec } = object as Scalable;
      const current = spec.replicas ?? 1;
      if (dryRun !== 'client' && expected >= 0 && expected !== current)
        throw new CommandError(`Expected replicas to be ${expected}, was ${current}`);
      if (dryRun !== 'client')
        api.patch(ctx, ref, { type: 'merge', patch: { spec: { replicas } } }, 'main', { dryRun: dryRun === 'server' });
      printer.print(definition, ref.name, { ...object, spec: { ...spec, replicas } }, 'scaled');
    },
    files,
  );
  return output;
}

function integer(args: Arguments, flag: string): number | undefined {
  const text = args.text(flag);
  if (text === undefined) return undefined;
  if (/^[-+]?\d+$/.test(text)) return Number(text);
  const why = `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw new CommandError(`invalid argument ${JSON.stringify(text)} for "--${flag}" flag: ${why}`);
}
