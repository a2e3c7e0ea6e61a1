import type { Node } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { parseArguments } from './flags.ts';
import { CommandError, Output } from './result.ts';
import { forEachObject, TARGET_FLAGS } from './targets.ts';

/** @see staging/src/k8s.io/kubectl/pkg/cmd/drain/drain.go RunCordonOrUncordon */
function cordonOrUncordon(
  api: ApiServer,
  ctx: Context,
  words: readonly string[],
  command: 'cordon' | 'uncordon',
): Output {
  const output = new Output();
  const args = parseArguments(command, words, TARGET_FLAGS);
  if (args.words.length === 0 && args.text('selector') === undefined) {
    throw new CommandError(`USAGE: ${command} NODE [flags]\nSee 'kubectl ${command} -h' for help and examples`);
  }
  const wanted = command === 'cordon';
  const targets = args.words.some((word) => word.includes('/')) ? args.words : ['nodes', ...args.words];
  forEachObject(api, ctx, args, targets, command, output, ({ object, ref }) => {
    if (((object as Node).spec?.unschedulable ?? false) === wanted) {
      output.line(`node/${ref.name} already ${command}ed`);
      return;
    }
    api.patch(ctx, ref, { type: 'merge', patch: { spec: { unschedulable: wanted ? true : null } } });
    output.line(`node/${ref.name} ${command}ed`);
  });
  return output;
}

export const cordon = (api: ApiServer, ctx: Context, words: readonly string[]): Output =>
  cordonOrUncordon(api, ctx, words, 'cordon');

export const uncordon = (api: ApiServer, ctx: Context, words: readonly string[]): Output =>
  cordonOrUncordon(api, ctx, words, 'uncordon');
