import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { apply } from './apply.ts';
import { cordon, uncordon } from './cordon.ts';
import { create } from './create.ts';
import { deleteCommand } from './delete.ts';
import { describe } from './describe/index.ts';
import { events } from './events.ts';
import { COMMON_FLAGS } from './flags.ts';
import { get } from './get.ts';
import { annotate, label } from './label.ts';
import type { Files } from './manifests.ts';
import { patchCommand } from './patch.ts';
import { CommandError, type CommandResult, Output } from './result.ts';
import { rollout, scale } from './scale.ts';
import { splitWords } from './words.ts';

export type { CommandResult } from './result.ts';

type Command = (api: ApiServer, ctx: Context, words: readonly string[], files: Files) => Output;

const COMMANDS: Readonly<Record<string, Command>> = {
  annotate,
  apply,
  cordon,
  create,
  delete: deleteCommand,
  describe,
  events,
  get,
  label,
  patch: patchCommand,
  rollout,
  scale,
  uncordon,
};

/** Commands of kubectl that are not simulated: named, so that a typing error is told from them. */
const OTHERS: readonly string[] = [
  'api-resources',
  'api-versions',
  'attach',
  'auth',
  'autoscale',
  'certificate',
  'cluster-info',
  'completion',
  'config',
  'cp',
  'debug',
  'diff',
  'drain',
  'edit',
  'exec',
  'explain',
  'expose',
  'kustomize',
  'logs',
  'options',
  'plugin',
  'port-forward',
  'proxy',
  'replace',
  'run',
  'set',
  'taint',
  'top',
  'version',
  'wait',
];

/**
 * Runs one command line of kubectl at the present moment. What it refuses or does not know it says on standard error.
 * @see staging/src/k8s.io/kubectl/pkg/cmd/cmd.go
 */
export function runKubectl(api: ApiServer, ctx: Context, command: string, files: Files): CommandResult {
  const output = new Output();
  try {
    return run(api, ctx, command, files).result;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    output.fail(`error: ${error.message}`);
    return output.result;
  }
}

function run(api: ApiServer, ctx: Context, command: string, files: Files): Output {
  const words = splitWords(command);
  if (!words) throw new CommandError('the command line ends inside quotes');
  const [name, ...rest] = commandFirst(words[0] === 'kubectl' ? words.slice(1) : words);
  if (name === undefined) throw new CommandError('kubectl takes a command, such as: kubectl get pods');
  const act = COMMANDS[name];
  if (act) return act(api, ctx, rest, files);
  if (OTHERS.includes(name)) throw new CommandError(`the command "kubectl ${name}" is not simulated`);
  throw new CommandError(`unknown command "${name}" for "kubectl"`);
}

/** Flags that every command has may stand before it: `kubectl -n kube-system get pods`. */
function commandFirst(words: readonly string[]): readonly string[] {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) return [word, ...words.slice(0, at), ...words.slice(at + 1)];
    const takesNext = COMMON_FLAGS.some(({ name, short }) => word === `--${name}` || word === `-${short ?? ''}`);
    if (takesNext) at += 1;
  }
  return words;
}
