import type { Node } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { type Flag, parseArguments } from './flags.ts';
import { dryRunSuffix } from './printer.ts';
import { CommandError, Output } from './result.ts';
import { forEachObject, TARGET_FLAGS } from './targets.ts';

export const CORDON_FLAGS: readonly Flag[] = [...TARGET_FLAGS, { name: 'dry-run', takes: 'text', alone: 'unchanged' }];

/** @see staging/src/k8s.io/kubectl/pkg/cmd/drain/drain.go RunCordonOrUncordon */
export function writeUnschedulable(
  api: ApiServer,
  ctx: Context,
  { metadata: { name }, spec }: Node,
  wanted: boolean,
  dryRun: string,
  output: Output,
): void {
  const done = wanted ? 'cordoned' : 'uncordoned';
  if ((spec?.unschedulable ?? false) === wanted) {
    output.line(`node/${name} already ${done}${dryRun}`);
    return;
  }
  const patch = { spec: { unschedulable: wanted ? true : null } };
  api.patch(ctx, { kind: 'Node', name }, { type: 'merge', patch }, 'main', { dryRun: dryRun !== '' });
  output.line(`node/${name} ${done}${dryRun}`);
}

function cordonOrUncordon(
  server: ApiServer,
  ctx: Context,
  words: readonly string[],
  command: 'cordon' | 'uncordon',
): Output {
  const output = new Output();
  const api = output.hearing(server);
  const args = parseArguments(command, words, CORDON_FLAGS);
  if (args.words.length === 0 && args.text('selector') === undefined) {
    throw new CommandError(`USAGE: ${command} NODE [flags]\nSee 'kubectl ${command} -h' for help and examples`);
  }
  const targets = args.words.some((word) => word.includes('/')) ? args.words : ['nodes', ...args.words];
  const dryRun = dryRunSuffix(args);
  forEachObject(api, ctx, args, targets, command, output, ({ object }) =>
    writeUnschedulable(api, ctx, object as Node, command === 'cordon', dryRun, output),
  );
  return output;
}

export const cordon = (api: ApiServer, ctx: Context, words: readonly string[]): Output =>
  cordonOrUncordon(api, ctx, words, 'cordon');

export const uncordon = (api: ApiServer, ctx: Context, words: readonly string[]): Output =>
  cordonOrUncordon(api, ctx, words, 'uncordon');
