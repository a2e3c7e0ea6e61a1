import { StatusError } from '../api/errors.ts';
import { isEnvVarName } from '../api/names.ts';
import type { ObjectInput } from '../api/object.ts';
import { type Patch, patchObject } from '../api/patch.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { inNamespace, send } from './create.ts';
import { type Arguments, type Flag, parseArguments } from './flags.ts';
import { integer } from './generators.ts';
import { mapManifest } from './manifests.ts';
import { DRY_RUN_FLAG, FIELD_MANAGER_FLAG, PRINT_FLAGS, ResultPrinter } from './printer.ts';
import { CommandError, Output } from './result.ts';

export const RUN_FLAGS: readonly Flag[] = [
  ...PRINT_FLAGS,
  DRY_RUN_FLAG,
  FIELD_MANAGER_FLAG,
  { name: 'annotations', takes: 'text' },
  { name: 'attach', takes: 'bool' },
  { name: 'command', takes: 'bool' },
  { name: 'env', takes: 'text' },
  { name: 'expose', takes: 'bool' },
  { name: 'image', takes: 'text' },
  { name: 'image-pull-policy', takes: 'text' },
  { name: 'labels', short: 'l', takes: 'text' },
  { name: 'override-type', takes: 'text' },
  { name: 'overrides', takes: 'text' },
  { name: 'port', takes: 'text' },
  { name: 'privileged', takes: 'bool' },
  { name: 'quiet', short: 'q', takes: 'bool' },
  { name: 'restart', takes: 'text' },
  { name: 'rm', takes: 'bool' },
  { name: 'save-config', takes: 'bool' },
  { name: 'stdin', short: 'i', takes: 'bool' },
  { name: 'tty', short: 't', takes: 'bool' },
];

const RESTART_POLICIES: readonly string[] = ['Always', 'OnFailure', 'Never'];
const PULL_POLICIES: readonly string[] = ['', 'Always', 'IfNotPresent', 'Never'];

/**
 * `kubectl run NAME --image=…`: a pod of one container.
 * @see staging/src/k8s.io/kubectl/pkg/cmd/run/run.go
 */
export function run(server: ApiServer, ctx: Context, words: readonly string[]): Output {
  const output = new Output();
  const api = output.hearing(server);
  const args = parseArguments('run', words, RUN_FLAGS);
  const printer = new ResultPrinter(args, output);
  refuse(args);
  const name = args.words[0] ?? '';
  const value = inNamespace(overridden(pod(name, args), args), args.text('namespace'));
  const mapped = mapManifest(api, { source: '', value }, args.text('namespace'));
  try {
    const created = send(api, ctx, args, mapped);
    printer.print(mapped.definition, created.metadata.name, created, 'created');
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    output.refuse(error, { kind: 'Pod', name });
  }
  return output;
}

function misused(text: string): never {
  throw new CommandError(`${text}\nSee 'kubectl run -h' for help and examples`);
}

/** @see RunOptions.Run */
function refuse(args: Arguments): void {
  if (args.text('image') === undefined) throw new CommandError('required flag(s) "image" not set');
  if (args.words.length === 0 || args.dash === 0) misused('NAME is required for run');
  if (args.text('image') === '') throw new CommandError('--image is required');
  for (const flag of ['attach', 'stdin', 'tty', 'rm'])
    if (args.is(flag))
      throw new CommandError(`--${flag} is not simulated: containers here run no programs of their own`);
  if (args.is('expose')) throw new CommandError('--expose is not simulated: write the Service and apply it');
  if (!RESTART_POLICIES.includes(args.text('restart') || 'Always'))
    misused(`invalid restart policy: ${args.text('restart') ?? ''}`);
  if (!PULL_POLICIES.includes(args.text('image-pull-policy') ?? ''))
    misused(`invalid image pull policy: ${args.text('image-pull-policy') ?? ''}`);
}

/** @see staging/src/k8s.io/kubectl/pkg/generate/versioned/run.go BasicPod */
function pod(name: string, args: Arguments): ObjectInput {
  const command = args.words.slice(1);
  const port = args.text('port') ? integer(args, 'port', 0) : undefined;
  const env = args.list('env').map(environment);
  const pull = args.text('image-pull-policy');
  const annotations = annotationsOf(args.list('annotations'));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(Object.keys(annotations).length > 0 && { annotations }),
      labels: args.text('labels') ? labelsOf(args.text('labels') ?? '') : { run: name },
      name,
    },
    spec: {
      containers: [
        {
          ...(command.length > 0 && { [args.is('command') ? 'command' : 'args']: command }),
          ...(env.length > 0 && { env }),
          image: args.text('image'),
          ...(pull && { imagePullPolicy: pull }),
          name,
          ...(port !== undefined && { ports: [{ containerPort: port }] }),
          resources: {},
          ...(args.is('privileged') && { securityContext: { privileged: true } }),
        },
      ],
      dnsPolicy: 'ClusterFirst',
      restartPolicy: args.text('restart') || 'Always',
    },
    status: {},
  };
}

/** @see staging/src/k8s.io/kubectl/pkg/generate/generate.go ParseLabels */
function labelsOf(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(',').map((part) => {
    const [key = '', value, ...more] = part.split('=');
    if (value === undefined || more.length > 0) throw new CommandError(`unexpected label spec: ${part}`);
    if (key === '') throw new CommandError('unexpected empty label key');
    return [key, value] as const;
  });
  return Object.fromEntries(pairs);
}

/** @see parseEnvs */
function environment(text: string): { readonly name: string; readonly value: string } {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(0, at));
  if (name === '' || isEnvVarName(name).length > 0) throw new CommandError(`invalid env: ${text}`);
  return { name, value: text.slice(at + 1) };
}

/** @see staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go ParsePairs */
function annotationsOf(texts: readonly string[]): Readonly<Record<string, string>> {
  const wrong = texts.filter((text) => text.indexOf('=') <= 0);
  if (wrong.length > 0) throw new CommandError(`invalid annotations format: ${wrong.join(', ')}`);
  return Object.fromEntries(texts.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]));
}

/** What `--overrides` patches in what the flags made. @see staging/src/k8s.io/kubectl/pkg/cmd/util/override_options.go */
function overridden(given: ObjectInput, args: Arguments): ObjectInput {
  const text = args.text('overrides');
  if (!text) return given;
  const type = args.text('override-type') || 'merge';
  if (type !== 'json' && type !== 'merge' && type !== 'strategic')
    throw new CommandError(`invalid override type: ${type}`);
  const patched = patchObject(given, { type, patch: parsed(text) } as Patch);
  if (patched instanceof StatusError) throw new CommandError(patched.message);
  return patched;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandError('Invalid JSON Patch');
  }
}
