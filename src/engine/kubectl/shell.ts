import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { FILTERS, type Filtered } from './filters.ts';
import { isKubectlCommand, isReadingCommand, resumeKubectl, runKubectl } from './index.ts';
import type { Files } from './manifests.ts';
import type { CommandResult } from './result.ts';
import type { Waiting } from './waiting.ts';
import { readTokens, type ShellFault, type Token } from './words.ts';

/** One command of a pipeline, with what stands on its standard input, and where its output goes. */
interface Stage {
  readonly words: readonly string[];
  readonly input?: string;
  readonly errToOut?: boolean;
  readonly dropOut?: boolean;
  readonly dropErr?: boolean;
}

interface Pipeline {
  readonly stages: readonly Stage[];
  /** On which exit status of what came before it runs. */
  readonly when: 'always' | 'success' | 'failure';
}

/** Lines of the console on their way, as plain data. */
export interface ShellRun extends Omit<CommandResult, 'waits'> {
  /** What is still to run, the pipeline in work first. */
  readonly pipelines: readonly Pipeline[];
  /** Stage of the first pipeline that is next or waits. */
  readonly stage: number;
  /** Standard input of the stage in work. */
  readonly input: string;
  /** What the stage in work has printed so far. */
  readonly piped: string;
  readonly waits?: Waiting;
}

/** What the console has besides kubectl. */
export const SHELL_COMMANDS = ['sleep', ...Object.keys(FILTERS)].sort();
const NOTHING: ShellRun = { pipelines: [], stage: 0, input: '', piped: '', out: '', err: '', exit: 0 };

/** Reads lines of the console; what cannot be read is already over, with its error. */
export function readShell(source: string): ShellRun {
  // A prompt that was copied with the command.
  const tokens = readTokens(source.replace(/^[ \t]*\$ /gm, ''));
  const pipelines = 'fault' in tokens ? tokens : parse(tokens);
  if ('fault' in pipelines) return { ...NOTHING, err: `${pipelines.fault}\n`, exit: 2 };
  return { ...NOTHING, pipelines };
}

export const isOver = ({ pipelines }: ShellRun): boolean => pipelines.length === 0;

/** The command of a line that acts next, without what stands around it: what its step is labelled with. */
export function nextCommand({ pipelines, stage }: ShellRun, source: string): string {
  const words = pipelines[0]?.stages[stage]?.words ?? [];
  const isAlone = pipelines.length === 1 && pipelines[0]?.stages.length === 1 && !/[;&|\n]/.test(source);
  return isAlone ? source : words.map(quoted).join(' ');
}

const quoted = (word: string): string => (/^[\w@%+=:,./^-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** Whether a line only reads the cluster, so that it can be answered at any moment of the run. */
export function isReading(source: string): boolean {
  return readShell(source).pipelines.every(({ stages }) =>
    stages.every(({ words: [name = '', ...rest] }) => {
      if (name === 'sleep') return false;
      return Object.hasOwn(FILTERS, name) || isReadingCommand(isKubectl(name) ? rest : [name, ...rest]);
    }),
  );
}

const isKubectl = (name: string): boolean => name === 'kubectl' || name === 'k';

/**
 * Goes on until a command of the line has acted or waits: between two of these virtual time passes.
 * @see ShellRun.waits
 */
export function runShell(api: ApiServer, ctx: Context, run: ShellRun, files: Files): ShellRun {
  const [pipeline] = run.pipelines;
  const stage = pipeline?.stages[run.stage];
  if (!pipeline || !stage) return run;
  if (run.waits === undefined && run.stage === 0 && !mayRun(pipeline, run)) return next(run, run.exit);
  const input = stage.input ?? run.input;
  const all = { ...files, '-': input };
  const result = run.waits ? resumeStage(api, ctx, run.waits, all) : runStage(api, ctx, stage, all, input);
  const { out, err } = directed(stage, result);
  const { waits: _, ...base } = run;
  const rest: ShellRun = {
    ...base,
    err: run.err + err,
    piped: run.piped + out,
    ...(result.selects !== undefined && { selects: result.selects }),
  };
  if (result.waits) return { ...rest, waits: result.waits };
  if (run.stage + 1 < pipeline.stages.length) {
    const onward = { ...rest, stage: run.stage + 1, input: rest.piped, piped: '' };
    // A filter takes no time.
    return isFilter(pipeline.stages[onward.stage]) ? runShell(api, ctx, onward, files) : onward;
  }
  return next({ ...rest, out: run.out + rest.piped }, result.exit);
}

/** What is printed when nothing is left to happen that the command could wait for. */
export function interrupt(run: ShellRun): ShellRun {
  const text = 'Interrupted: nothing is left to happen in the cluster that this command could wait for.';
  const { waits: _, ...rest } = run;
  return { ...rest, pipelines: [], piped: '', out: run.out + run.piped, err: `${run.err}${text}\n`, exit: 130 };
}

const mayRun = ({ when }: Pipeline, { exit }: ShellRun): boolean =>
  when === 'always' || (when === 'success') === (exit === 0);

function next(run: ShellRun, exit: number): ShellRun {
  const { waits: _, ...rest } = run;
  return { ...rest, pipelines: run.pipelines.slice(1), stage: 0, input: '', piped: '', exit };
}

const isFilter = (stage: Stage | undefined): boolean => Object.hasOwn(FILTERS, stage?.words[0] ?? '');

function directed({ errToOut, dropOut, dropErr }: Stage, { out, err }: CommandResult): { out: string; err: string } {
  if (errToOut) return { out: dropOut ? '' : out + err, err: '' };
  return { out: dropOut ? '' : out, err: dropErr ? '' : err };
}

function resumeStage(api: ApiServer, ctx: Context, waits: Waiting, files: Files): CommandResult {
  return waits.command === 'sleep' ? { out: '', err: '', exit: 0 } : resumeKubectl(api, ctx, waits, files);
}

function runStage(
  api: ApiServer,
  ctx: Context,
  { words: [name = '', ...words] }: Stage,
  files: Files,
  input: string,
): CommandResult {
  if (isKubectl(name)) return runKubectl(api, ctx, words, files);
  if (name === 'sleep') return sleep(ctx, words);
  const filter = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
  if (filter) return filtered(filter(words, input));
  // The page of a tutorial often leaves the first word out.
  if (isKubectlCommand(name)) return runKubectl(api, ctx, [name, ...words], files);
  const known = ['kubectl', ...SHELL_COMMANDS].join(', ');
  return { out: '', err: `${name}: command not found. This console knows ${known}.\n`, exit: 127 };
}

const filtered = ({ out, err = '', exit = 0 }: Filtered): CommandResult => ({ out, err, exit });

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600 };

function sleep(ctx: Context, words: readonly string[]): CommandResult {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(words[0] ?? '') ?? [];
  if (amount === undefined || words.length > 1) {
    return { out: '', err: `sleep: invalid time interval '${words.join(' ')}'\n`, exit: 1 };
  }
  const deadline = ctx.now + Math.round(Number(amount) * (UNITS[unit] ?? 1) * 1000);
  return { out: '', err: '', exit: 0, waits: { command: 'sleep', deadline } };
}

// ---- grammar -------------------------------------------------------------------------------------------------------

const ENDS: Readonly<Record<string, Pipeline['when']>> = {
  ';': 'always',
  '\n': 'always',
  '&&': 'success',
  '||': 'failure',
};

function parse(tokens: readonly Token[]): readonly Pipeline[] | ShellFault {
  const pipelines: Pipeline[] = [];
  let stages: Stage[] = [];
  let stage: Stage = { words: [] };
  let when: Pipeline['when'] = 'always';
  const unexpected = (sign: string): ShellFault => ({
    fault: `error: syntax error near unexpected token \`${sign === '\n' ? 'newline' : sign}'`,
  });
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (!token) break;
    if (token.type === 'word') stage = { ...stage, words: [...stage.words, token.text] };
    else if (token.type === 'document') stage = { ...stage, input: token.text };
    else if (token.sign === '|') {
      if (stage.words.length === 0) return unexpected(token.sign);
      stages.push(stage);
      stage = { words: [] };
    } else if (Object.hasOwn(ENDS, token.sign)) {
      const isOpen = stages.length > 0 || when !== 'always';
      if (stage.words.length === 0) {
        // A line may end behind a sign that needs more.
        if (token.sign === '\n') continue;
        if (isOpen || token.sign !== ';' || pipelines.length === 0) return unexpected(token.sign);
      } else pipelines.push({ stages: [...stages, stage], when });
      stages = [];
      stage = { words: [] };
      when = ENDS[token.sign] ?? 'always';
    } else {
      const directed = redirect(stage, token.sign, tokens.slice(at + 1, at + 3));
      if ('fault' in directed) return directed;
      stage = directed.stage;
      at += directed.taken;
    }
  }
  if (stage.words.length > 0) pipelines.push({ stages: [...stages, stage], when });
  else if (stages.length > 0 || when === 'success' || when === 'failure') return unexpected('\n');
  return pipelines;
}

function redirect(
  stage: Stage,
  sign: string,
  [target, behind]: readonly Token[],
): { readonly stage: Stage; readonly taken: number } | ShellFault {
  if (sign === '2>&1') return { stage: { ...stage, errToOut: true }, taken: 0 };
  if (sign === '&') return { fault: 'error: commands in the background are not simulated' };
  const name = target?.type === 'word' ? target.text : '';
  if (sign === '<') {
    const isPlaceholder = behind?.type === 'sign' && behind.sign.startsWith('>');
    return {
      fault: isPlaceholder
        ? `error: <${name}> stands for a name: write one in its place, without the angle brackets`
        : `error: ${name}: No such file or directory`,
    };
  }
  if (name !== '/dev/null') return { fault: `error: ${name}: this console has no files to write to` };
  const out = sign === '>' || sign === '>>' || sign === '&>';
  const err = sign.startsWith('2') || sign === '&>';
  return { stage: { ...stage, ...(out && { dropOut: true }), ...(err && { dropErr: true }) }, taken: 1 };
}
