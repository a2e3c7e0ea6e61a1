import type { KindDefinition } from '../api/kind.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import type { Flag } from './flags.ts';
import { COMMAND_NAMES, flagsOf } from './index.ts';
import { listObjects, resourceName } from './resources.ts';
import { ROLLOUT_ACTIONS } from './rollout.ts';
import { SHELL_COMMANDS } from './shell.ts';
import { readTokens, type Token } from './words.ts';

/** What may stand in place of the text from `start` to the cursor; a candidate that is whole ends in a space. */
export interface Completion {
  readonly start: number;
  readonly candidates: readonly string[];
}

const MAX_CANDIDATES = 100;
const ENDS: readonly string[] = ['|', ';', '&&', '||', '\n'];

/** Commands that name one kind of objects without saying so. */
const NODE_COMMANDS: readonly string[] = ['cordon', 'drain', 'uncordon'];
/** Commands that take a kind and names. */
const KIND_COMMANDS: readonly string[] = [
  'annotate',
  'delete',
  'describe',
  'edit',
  'explain',
  'get',
  'label',
  'patch',
  'scale',
  'wait',
];
/** Which kinds a command can act on, where not on all. */
const KINDS_OF: Readonly<Record<string, readonly string[]>> = {
  rollout: ['Deployment', 'DaemonSet', 'StatefulSet'],
  scale: ['Deployment', 'ReplicaSet', 'StatefulSet'],
  taint: ['Node'],
};
const VALUES: Readonly<Record<string, readonly string[]>> = {
  cascade: ['background', 'foreground', 'orphan'],
  'dry-run': ['client', 'server'],
  for: ['condition=', 'create', 'delete', 'jsonpath='],
  output: ['custom-columns=', 'json', 'jsonpath=', 'name', 'wide', 'yaml'],
  'sort-by': ['.metadata.creationTimestamp', '.metadata.name', '.spec.capacity.storage'],
  subresource: ['status'],
  type: ['json', 'merge', 'strategic'],
  types: ['Normal', 'Warning'],
};
const CREATED: readonly string[] = ['configmap', 'namespace', 'secret'];

/** The words of a command up to the cursor, taken apart. */
interface Begun {
  readonly command: string;
  /** Words that are neither flags nor their values. */
  readonly words: readonly string[];
  readonly namespace: string;
  /** The flag whose value is being written. */
  readonly flag: Flag | undefined;
}

/** Completes the word that ends at the cursor: verbs, kinds, names, namespaces, flags and their values. */
export function complete(line: string, cursor: number, api: ApiServer, ctx: Context): Completion {
  const before = line.slice(0, cursor);
  const tokens = readTokens(before);
  if ('fault' in tokens) return { start: cursor, candidates: [] };
  const word = /\s$/.test(before) || before === '' ? '' : lastWord(tokens);
  const typed = wordsOfStage(tokens, word !== '');
  const found = candidatesOf(api, ctx, typed, word);
  // Of `pvc,pv` and `--output=wi` only the last part is completed.
  const cut = found.from;
  const prefix = word.slice(cut);
  const candidates = [...new Set(found.values)].filter((value) => value.startsWith(prefix)).sort();
  return { start: cursor - prefix.length, candidates: candidates.slice(0, MAX_CANDIDATES).map(ended) };
}

const ended = (candidate: string): string => (/[=/]$/.test(candidate) ? candidate : `${candidate} `);

function lastWord(tokens: readonly Token[]): string {
  const last = tokens.at(-1);
  return last?.type === 'word' ? last.text : '';
}

/** Words of the command in which the cursor stands, without the one that is being written. */
function wordsOfStage(tokens: readonly Token[], isWriting: boolean): readonly string[] {
  const end = tokens.findLastIndex((token) => token.type === 'sign' && ENDS.includes(token.sign));
  const words = tokens.slice(end + 1).flatMap((token) => (token.type === 'word' ? [token.text] : []));
  return isWriting ? words.slice(0, -1) : words;
}

interface Found {
  readonly values: readonly string[];
  /** How much of the word stays as it is. */
  readonly from: number;
}

function candidatesOf(api: ApiServer, ctx: Context, typed: readonly string[], word: string): Found {
  const whole = (values: readonly string[]): Found => ({ values, from: 0 });
  const [shell, ...rest] = typed;
  if (shell === undefined) return whole(['kubectl', ...SHELL_COMMANDS]);
  if (shell !== 'kubectl' && shell !== 'k') return whole([]);
  const begun = takeApart(rest);
  const flags = flagsOf(begun.command);
  if (begun.flag) return whole(valuesOf(api, ctx, begun.flag, begun.command));
  const [, name, given] = /^--([^=]+)=(.*)$/s.exec(word) ?? [];
  if (name !== undefined) {
    const flag = flags.find((entry) => entry.name === name);
    return { values: flag ? valuesOf(api, ctx, flag, begun.command) : [], from: word.length - (given ?? '').length };
  }
  if (word.startsWith('-')) return whole(flags.map((flag) => `--${flag.name}${isValued(flag) ? '=' : ''}`));
  if (begun.command === '') return whole(COMMAND_NAMES);
  return positional(api, ctx, begun, word);
}

const isValued = ({ takes, alone }: Flag): boolean => takes === 'text' && alone === undefined;

function takeApart(given: readonly string[]): Begun {
  const command = given.find((word, i) => !word.startsWith('-') && !isValueOf(given[i - 1], '')) ?? '';
  const flags = flagsOf(command);
  const words: string[] = [];
  let namespace = 'default';
  let flag: Flag | undefined;
  for (const word of given) {
    if (flag) {
      if (flag.name === 'namespace') namespace = word;
      flag = undefined;
    } else if (word.startsWith('-')) {
      const [, long, value] = /^--?([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
      const found = flags.find(({ name, short }) => (word.startsWith('--') ? name === long : short === long));
      if (found?.name === 'namespace' && value !== undefined) namespace = value;
      if (found && isValued(found) && value === undefined) flag = found;
    } else words.push(word);
  }
  return { command, words: words.slice(1), namespace, flag };
}

/** Whether a word is the value of the flag before it. */
function isValueOf(flag: string | undefined, command: string): boolean {
  if (flag === undefined || !flag.startsWith('-') || flag.includes('=')) return false;
  return flagsOf(command).some(
    (entry) => isValued(entry) && (flag === `--${entry.name}` || flag === `-${entry.short ?? ''}`),
  );
}

function valuesOf(api: ApiServer, ctx: Context, flag: Flag, command: string): readonly string[] {
  if (flag.name === 'namespace') return namesOf(api, ctx, 'namespaces', 'default');
  if (flag.name === 'for' && command === 'events') return kindNames(api.registry.kinds).map((name) => `${name}/`);
  return Object.hasOwn(VALUES, flag.name) ? (VALUES[flag.name] ?? []) : [];
}

/** Words behind the command that are no flags: kinds, names, subcommands. */
function positional(api: ApiServer, ctx: Context, { command, words, namespace }: Begun, word: string): Found {
  const whole = (values: readonly string[]): Found => ({ values, from: 0 });
  if (NODE_COMMANDS.includes(command))
    return whole(namesOf(api, ctx, 'nodes', namespace).filter((name) => !words.includes(name)));
  if (command === 'create') return whole(words.length === 0 ? CREATED : []);
  if (command === 'rollout' && words.length === 0) return whole(ROLLOUT_ACTIONS);
  const targets = command === 'rollout' ? words.slice(1) : words;
  const allowed = Object.hasOwn(KINDS_OF, command) ? KINDS_OF[command] : undefined;
  if (!KIND_COMMANDS.includes(command) && allowed === undefined) return whole([]);
  const kinds = kindNames(api.registry.kinds.filter(({ kind }) => allowed === undefined || allowed.includes(kind)));
  const [type] = targets;
  if (word.includes('/') || type?.includes('/')) return slashed(api, ctx, word, kinds, namespace);
  if (type === undefined) return { values: kinds, from: word.lastIndexOf(',') + 1 };
  if (command === 'explain') return whole([]);
  return whole(namesOf(api, ctx, type, namespace).filter((name) => !targets.includes(name)));
}

function slashed(api: ApiServer, ctx: Context, word: string, kinds: readonly string[], namespace: string): Found {
  const [type = ''] = word.split('/');
  if (!word.includes('/')) return { values: kinds.map((kind) => `${kind}/`), from: 0 };
  return { values: namesOf(api, ctx, type, namespace), from: type.length + 1 };
}

/** Plural and short names; the plural with its group where another kind has the same. */
function kindNames(kinds: readonly KindDefinition[]): readonly string[] {
  return kinds.flatMap((kind) => {
    const isShared = kinds.some((other) => other !== kind && other.plural === kind.plural);
    return [isShared ? resourceName(kind) : kind.plural, ...kind.shortNames];
  });
}

function namesOf(api: ApiServer, ctx: Context, type: string, namespace: string): readonly string[] {
  const definition = api.registry.byName(type);
  return definition ? listObjects(ctx, definition, namespace).map(({ metadata }) => metadata.name) : [];
}
