import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { API_RESOURCES_FLAGS, apiResources, apiVersions, VERSION_FLAGS, version } from './apiresources.ts';
import { APPLY_FLAGS, apply } from './apply.ts';
import { CORDON_FLAGS, cordon, uncordon } from './cordon.ts';
import { CREATE_FLAGS, create } from './create.ts';
import { awaitDeletion, DELETE_FLAGS, deleteCommand } from './delete.ts';
import { DESCRIBE_FLAGS, describe } from './describe/index.ts';
import { DIFF_FLAGS, diff } from './diff.ts';
import { continueDrain, DRAIN_FLAGS, drain } from './drain.ts';
import { EDIT_FLAGS, edit } from './edit.ts';
import { EVENTS_FLAGS, events } from './events.ts';
import { EXPLAIN_FLAGS, explain } from './explain.ts';
import { COMMON_FLAGS, type Flag } from './flags.ts';
import { GET_FLAGS } from './get.ts';
import { annotate, LABEL_FLAGS, label } from './label.ts';
import type { Files } from './manifests.ts';
import { PATCH_FLAGS, patchCommand } from './patch.ts';
import { createAnew, REPLACE_FLAGS, replace } from './replace.ts';
import { CommandError, type CommandResult, Output } from './result.ts';
import { continueStatus, ROLLOUT_FLAGS, rollout } from './rollout.ts';
import { RUN_FLAGS, run } from './run.ts';
import { SCALE_FLAGS, scale } from './scale.ts';
import { SET_FLAGS, set } from './set.ts';
import { TAINT_FLAGS, taint } from './taint.ts';
import { continueWait, WAIT_FLAGS, wait } from './wait.ts';
import type { Waiting } from './waiting.ts';
import { continueWatch, getOrWatch, WATCH_WORDS } from './watch.ts';

export type { CommandResult } from './result.ts';

type Act = (api: ApiServer, ctx: Context, words: readonly string[], files: Files) => Output;

interface Command {
  readonly act: Act;
  readonly flags: readonly Flag[];
  /** Only looks at the cluster, and takes no time; a list names the subcommands that do. */
  readonly reads?: true | readonly string[];
}

const COMMANDS: Readonly<Record<string, Command>> = {
  annotate: { act: annotate, flags: LABEL_FLAGS },
  'api-resources': { act: apiResources, flags: API_RESOURCES_FLAGS, reads: true },
  'api-versions': { act: apiVersions, flags: [], reads: true },
  apply: { act: apply, flags: APPLY_FLAGS },
  cordon: { act: cordon, flags: CORDON_FLAGS },
  create: { act: create, flags: CREATE_FLAGS },
  delete: { act: deleteCommand, flags: DELETE_FLAGS },
  describe: { act: describe, flags: DESCRIBE_FLAGS, reads: true },
  diff: { act: diff, flags: DIFF_FLAGS, reads: true },
  drain: { act: drain, flags: DRAIN_FLAGS },
  edit: { act: edit, flags: EDIT_FLAGS, reads: true },
  events: { act: events, flags: EVENTS_FLAGS, reads: true },
  explain: { act: explain, flags: EXPLAIN_FLAGS, reads: true },
  get: { act: getOrWatch, flags: GET_FLAGS, reads: true },
  label: { act: label, flags: LABEL_FLAGS },
  patch: { act: patchCommand, flags: PATCH_FLAGS },
  replace: { act: replace, flags: REPLACE_FLAGS },
  rollout: { act: rollout, flags: ROLLOUT_FLAGS, reads: ['history'] },
  run: { act: run, flags: RUN_FLAGS },
  scale: { act: scale, flags: SCALE_FLAGS },
  set: { act: set, flags: SET_FLAGS },
  taint: { act: taint, flags: TAINT_FLAGS },
  uncordon: { act: uncordon, flags: CORDON_FLAGS },
  version: { act: version, flags: VERSION_FLAGS, reads: true },
  wait: { act: wait, flags: WAIT_FLAGS },
};

/** The commands that this kubectl has. */
export const COMMAND_NAMES: readonly string[] = Object.keys(COMMANDS);

/** Flags of a command, those that every command has included. */
export const flagsOf = (name: string): readonly Flag[] =>
  Object.hasOwn(COMMANDS, name) ? [...(COMMANDS[name]?.flags ?? []), ...COMMON_FLAGS] : COMMON_FLAGS;

/** Commands of kubectl that are not simulated, and what to do instead. */
const OTHERS: Readonly<Record<string, string>> = {
  alpha: '',
  attach: 'containers here run no programs of their own',
  auth: 'every request is made as the administrator',
  autoscale: 'use "kubectl scale"',
  certificate: '',
  'cluster-info': 'the cluster is described in the editor',
  completion: 'press Tab',
  config: 'there is one cluster and one user',
  cp: 'files in volumes cannot be reached from the console yet',
  debug: 'containers here run no programs of their own',
  exec: 'files in volumes cannot be reached from the console yet',
  expose: 'write the Service and apply it',
  kustomize: 'paste the manifests that it makes',
  logs: 'containers here write no logs; see "kubectl describe" and "kubectl events"',
  options: '',
  plugin: '',
  'port-forward': 'there is no network here',
  proxy: 'there is no network here',
  top: 'usage is not simulated',
};

/** Whether kubectl has a command of this name, simulated or not. */
export const isKubectlCommand = (name: string): boolean => Object.hasOwn(COMMANDS, name) || Object.hasOwn(OTHERS, name);

/** Whether the words of a command only look at the cluster. */
export function isReadingCommand(words: readonly string[]): boolean {
  const [name = '', ...rest] = commandFirst(words);
  if (name === 'get' && rest.some((word) => WATCH_WORDS.includes(word))) return false;
  const reads = Object.hasOwn(COMMANDS, name) ? COMMANDS[name]?.reads : true;
  return Array.isArray(reads) ? rest.some((word) => reads.includes(word)) : reads === true;
}

/**
 * Runs one command of kubectl, from the word behind `kubectl` on, at the present moment. What it refuses or does not know
 * it says on standard error.
 * @see staging/src/k8s.io/kubectl/pkg/cmd/cmd.go
 */
export function runKubectl(api: ApiServer, ctx: Context, words: readonly string[], files: Files): CommandResult {
  return answered(() => dispatch(api, ctx, words, files));
}

/** Looks again at what a command waits for. */
export function resumeKubectl(api: ApiServer, ctx: Context, waiting: Waiting, files: Files): CommandResult {
  return answered((output) => {
    switch (waiting.command) {
      case 'delete': {
        const isGone = awaitDeletion(api, ctx, waiting, output);
        if (isGone && waiting.replace) createAnew(api, ctx, waiting.replace, files, output);
        break;
      }
      case 'drain':
        continueDrain(api, ctx, waiting, output);
        break;
      case 'get':
        continueWatch(api, ctx, waiting, output);
        break;
      case 'rollout status':
        continueStatus(api, ctx, waiting, output);
        break;
      case 'wait':
        continueWait(api, ctx, waiting, files, output);
        break;
      case 'sleep':
        break;
    }
    return output;
  });
}

function answered(act: (output: Output) => Output): CommandResult {
  const output = new Output();
  try {
    return act(output).result;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    output.fail(`error: ${error.message}`);
    return output.result;
  }
}

function dispatch(api: ApiServer, ctx: Context, words: readonly string[], files: Files): Output {
  const [name, ...rest] = commandFirst(words);
  if (name === undefined) throw new CommandError('kubectl takes a command, such as: kubectl get pods');
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return command.act(api, ctx, rest, files);
  const instead = Object.hasOwn(OTHERS, name) ? OTHERS[name] : undefined;
  if (instead !== undefined)
    throw new CommandError(`the command "kubectl ${name}" is not simulated${instead === '' ? '' : `: ${instead}`}`);
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
