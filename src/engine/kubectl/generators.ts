import { toBase64 } from '../api/kinds/secret.ts';
import { isConfigMapKey } from '../api/names.ts';
import type { ObjectInput } from '../api/object.ts';
import { quantityError } from '../api/quantity.ts';
import type { Arguments, Flag } from './flags.ts';
import type { Files } from './manifests.ts';
import { CommandError } from './result.ts';

/** Flags of the subcommands of `kubectl create`. */
export const GENERATOR_FLAGS: readonly Flag[] = [
  { name: 'description', takes: 'text' },
  { name: 'from-env-file', takes: 'text' },
  { name: 'from-file', takes: 'text' },
  { name: 'from-literal', takes: 'text' },
  { name: 'global-default', takes: 'bool' },
  { name: 'hard', takes: 'text' },
  { name: 'image', takes: 'text' },
  { name: 'max-unavailable', takes: 'text' },
  { name: 'min-available', takes: 'text' },
  { name: 'port', takes: 'text' },
  { name: 'preemption-policy', takes: 'text' },
  { name: 'replicas', short: 'r', takes: 'text' },
  { name: 'restart', takes: 'text' },
  { name: 'schedule', takes: 'text' },
  { name: 'scopes', takes: 'text' },
  { name: 'selector', takes: 'text' },
  { name: 'type', takes: 'text' },
  { name: 'value', takes: 'text' },
];

/** What a subcommand makes an object of. */
export interface Given {
  readonly name: string;
  /** The words behind `--`. */
  readonly command: readonly string[];
  readonly args: Arguments;
  readonly files: Files;
  /** Five letters at random. */
  readonly suffix: () => string;
}

/** A subcommand of `kubectl create`. */
interface Generator {
  readonly names: readonly string[];
  /** What stands before a refusal of the API server; without it the refusal stands alone. */
  readonly failure?: string;
  readonly make: (given: Given) => ObjectInput;
}

const list = (args: Arguments, flag: string): readonly string[] => args.list(flag).flatMap((text) => text.split(','));

export function integer(args: Arguments, flag: string, fallback: number): number {
  const text = args.text(flag);
  if (text === undefined) return fallback;
  if (/^[-+]?\d+$/.test(text)) return Number(text);
  const why = `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw new CommandError(`invalid argument ${JSON.stringify(text)} for "--${flag}" flag: ${why}`);
}

/** @see staging/src/k8s.io/kubectl/pkg/util/util.go ParseLiteralSource */
function parseLiteral(source: string): readonly [key: string, value: string] {
  const equals = source.indexOf('=');
  if (equals <= 0) throw new CommandError(`invalid literal source ${source}, expected key=value`);
  return [source.slice(0, equals), source.slice(equals + 1).replaceAll(/^["']+|["']+$/g, '')];
}

/** @see staging/src/k8s.io/kubectl/pkg/util/util.go ParseFileSource */
function readSource(source: string, files: Files): readonly [key: string, text: string] {
  const [first = '', ...rest] = source.split('=');
  if (rest.length > 1) throw new CommandError("key names or file paths cannot contain '='");
  const path = rest[0] ?? first;
  if (path === '') throw new CommandError(`file path for key name ${first} missing`);
  if (rest.length > 0 && first === '') throw new CommandError(`key name for file path ${path} missing`);
  return [rest.length > 0 ? first : path.slice(path.lastIndexOf('/') + 1), readText(path, files)];
}

function readText(path: string, files: Files): string {
  const content = Object.hasOwn(files, path) ? files[path] : undefined;
  if (content === undefined) throw new CommandError(`error reading ${path}: no such file or directory`);
  return typeof content === 'string' ? content : JSON.stringify(content);
}

/** Lines `KEY=value` of an environment file. @see staging/src/k8s.io/kubectl/pkg/cmd/util/env_file.go */
const readEnvironment = (text: string): readonly (readonly [key: string, value: string])[] =>
  text
    .split('\n')
    .map((line) => line.trimStart())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const equals = line.indexOf('=');
      return equals < 0 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1)];
    });

/** Keys and texts of the flags `--from-…`. */
function sources({ args, files }: Given, refuse: (key: string, isTaken: boolean) => void): Record<string, string> {
  const environments = args.list('from-env-file');
  const given = [...args.list('from-file'), ...args.list('from-literal')];
  if (environments.length > 0 && given.length > 0)
    throw new CommandError('from-env-file cannot be combined with from-file or from-literal');
  const data: Record<string, string> = {};
  const pairs = [
    ...args.list('from-file').map((source) => readSource(source, files)),
    ...args.list('from-literal').map(parseLiteral),
    ...environments.flatMap((path) => readEnvironment(readText(path, files))),
  ];
  for (const [key, value] of pairs) {
    refuse(key, Object.hasOwn(data, key));
    data[key] = value;
  }
  return data;
}

function configMap(given: Given): ObjectInput {
  const data = sources(given, (key, isTaken) => {
    const errors = isConfigMapKey(key);
    if (errors.length > 0)
      throw new CommandError(`${JSON.stringify(key)} is not a valid key name for a ConfigMap: ${errors.join(',')}`);
    const taken = `another key by that name already exists in Data for ConfigMap ${JSON.stringify(given.name)}`;
    if (isTaken) throw new CommandError(`cannot add key ${JSON.stringify(key)}, ${taken}`);
  });
  return {
    apiVersion: 'v1',
    ...(Object.keys(data).length > 0 && { data }),
    kind: 'ConfigMap',
    metadata: { name: given.name },
  };
}

function secret(given: Given): ObjectInput {
  const texts = sources(given, (key, isTaken) => {
    const errors = isConfigMapKey(key);
    if (errors.length > 0)
      throw new CommandError(`${JSON.stringify(key)} is not valid key name for a Secret ${errors.join(';')}`);
    if (isTaken) throw new CommandError(`cannot add key ${key}, another key by that name already exists`);
  });
  const data = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, toBase64(text)]));
  const type = given.args.text('type') ?? '';
  return {
    apiVersion: 'v1',
    ...(Object.keys(data).length > 0 && { data }),
    kind: 'Secret',
    metadata: { name: given.name },
    ...(type !== '' && { type }),
  };
}

function quota({ name, args }: Given): ObjectInput {
  const hard: Record<string, string> = {};
  for (const statement of (args.text('hard') ?? '').split(',').filter((text) => text !== '')) {
    const [resource = '', amount, ...more] = statement.split('=');
    if (amount === undefined || more.length > 0)
      throw new CommandError(`Invalid argument syntax ${statement}, expected <resource>=<value>`);
    const fault = quantityError(amount);
    if (fault !== undefined) throw new CommandError(fault);
    hard[resource] = amount;
  }
  const scopes = (args.text('scopes') ?? '').split(',');
  const isScoped = args.text('scopes');
  if (isScoped && scopes.includes('')) throw new CommandError('invalid resource quota scope ""');
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name },
    spec: { ...(Object.keys(hard).length > 0 && { hard }), ...(isScoped && { scopes }) },
    status: {},
  };
}

/** The name of a container: that of its image, without registry, tag and hash. @see sanitizeAndUniquify */
function containerName(image: string, suffix: () => string): string {
  const [name = ''] = image.slice(image.lastIndexOf('/') + 1).split(/[:@]/);
  return /[_.]/.test(name) ? `${name.replaceAll(/[_.]/g, '-')}-${suffix()}` : name;
}

function deployment({ name, args, command, suffix }: Given): ObjectInput {
  const images = list(args, 'image');
  if (images.length === 0) throw new CommandError('required flag(s) "image" not set');
  if (images.length > 1 && command.length > 0)
    throw new CommandError('cannot specify multiple --image options and command');
  const labels = { app: name };
  const port = integer(args, 'port', -1);
  const containers = images.map((image, at) => ({
    ...(command.length > 0 && { command }),
    image,
    name: containerName(image, suffix),
    ...(port >= 0 && at === 0 && { ports: [{ containerPort: port }] }),
    resources: {},
  }));
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { labels, name },
    spec: {
      replicas: integer(args, 'replicas', 1),
      selector: { matchLabels: labels },
      strategy: {},
      template: { metadata: { labels }, spec: { containers } },
    },
    status: {},
  };
}

function podOf({ name, args, command }: Given, restartPolicy: string): object {
  const image = args.text('image') ?? '';
  const container = { ...(command.length > 0 && { command }), image, name, resources: {} };
  return { metadata: {}, spec: { containers: [container], restartPolicy } };
}

function job(given: Given): ObjectInput {
  if (!given.args.text('image')) throw new CommandError('either --image or --from must be specified');
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: given.name },
    spec: { template: podOf(given, 'Never') },
    status: {},
  };
}

function cronJob(given: Given): ObjectInput {
  const { name, args } = given;
  const missing = ['image', 'schedule'].filter((flag) => !args.text(flag)).map((flag) => `"${flag}"`);
  if (missing.length > 0) throw new CommandError(`required flag(s) ${missing.join(', ')} not set`);
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name },
    spec: {
      jobTemplate: { metadata: { name }, spec: { template: podOf(given, args.text('restart') || 'OnFailure') } },
      schedule: args.text('schedule'),
    },
    status: {},
  };
}

const priorityClass = ({ name, args }: Given): ObjectInput => ({
  apiVersion: 'scheduling.k8s.io/v1',
  ...(args.text('description') && { description: args.text('description') }),
  ...(args.is('global-default') && { globalDefault: true }),
  kind: 'PriorityClass',
  metadata: { name },
  preemptionPolicy: args.text('preemption-policy') ?? 'PreemptLowerPriority',
  value: integer(args, 'value', 0),
});

const AMOUNT = /^[0-9]+%?$/;

function disruptionBudget({ name, args }: Given): ObjectInput {
  const [selector, least, most] = [args.text('selector'), args.text('min-available'), args.text('max-unavailable')];
  if (!selector) throw new CommandError('a selector must be specified');
  if (!least && !most) throw new CommandError('one of min-available or max-unavailable must be specified');
  if (least && most) throw new CommandError('min-available and max-unavailable cannot be both specified');
  if (least && !AMOUNT.test(least)) throw new CommandError('invalid format specified for min-available');
  if (most && !AMOUNT.test(most)) throw new CommandError('invalid format specified for max-unavailable');
  const amount = (text: string): string | number => (text.endsWith('%') ? text : Number(text));
  const pairs = selector.split(',').map((pair) => /^([^=!]+)==?([^=]*)$/.exec(pair));
  if (pairs.includes(null)) throw new CommandError(`the selector ${selector} is not simulated: write label=value`);
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name },
    spec: {
      ...(least && { minAvailable: amount(least) }),
      ...(most && { maxUnavailable: amount(most) }),
      selector: { matchLabels: Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? ''])) },
    },
    status: {},
  };
}

const bare =
  (kind: string, more: object = {}): Generator['make'] =>
  ({ name }) => ({ apiVersion: 'v1', kind, metadata: { name }, ...more });

/** @see staging/src/k8s.io/kubectl/pkg/cmd/create */
export const GENERATORS: readonly Generator[] = [
  { names: ['configmap', 'cm'], failure: 'failed to create configmap: ', make: configMap },
  { names: ['cronjob', 'cj'], failure: 'failed to create cronjob: ', make: cronJob },
  { names: ['deployment', 'deploy'], failure: 'failed to create deployment: ', make: deployment },
  { names: ['job'], failure: 'failed to create job: ', make: job },
  { names: ['namespace', 'ns'], make: bare('Namespace', { spec: {}, status: {} }) },
  {
    names: ['poddisruptionbudget', 'pdb'],
    failure: 'failed to create poddisruptionbudgets: ',
    make: disruptionBudget,
  },
  { names: ['priorityclass', 'pc'], failure: 'failed to create priorityclass: ', make: priorityClass },
  { names: ['quota', 'resourcequota'], failure: 'failed to create quota: ', make: quota },
  { names: ['secret generic'], failure: 'failed to create secret ', make: secret },
  { names: ['serviceaccount', 'sa'], failure: 'failed to create serviceaccount: ', make: bare('ServiceAccount') },
];

/** Subcommands that kubectl has besides. */
export const OTHER_GENERATORS: readonly string[] = [
  'clusterrole',
  'clusterrolebinding',
  'ingress',
  'role',
  'rolebinding',
  'secret docker-registry',
  'secret tls',
  'service',
  'token',
];
