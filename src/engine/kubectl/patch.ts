import { deepEqual } from '../api/diff.ts';
import { StatusError } from '../api/errors.ts';
import type { KubeObject, ObjectInput } from '../api/object.ts';
import { type Patch, patchObject } from '../api/patch.ts';
import type { ApiServer, Ref } from '../api/server.ts';
import { readManifests } from '../api/yaml.ts';
import type { Context } from '../sim/context.ts';
import { type Arguments, type Flag, parseArguments } from './flags.ts';
import { FILE_FLAGS, type Files } from './manifests.ts';
import { DRY_RUN_FLAG, dryRunOf, FIELD_MANAGER_FLAG, PRINT_FLAGS, ResultPrinter } from './printer.ts';
import { CommandError, Output } from './result.ts';
import { type Chosen, forEachObject } from './targets.ts';

export const PATCH_FLAGS: readonly Flag[] = [
  ...FILE_FLAGS,
  ...PRINT_FLAGS,
  DRY_RUN_FLAG,
  FIELD_MANAGER_FLAG,
  { name: 'local', takes: 'bool' },
  { name: 'patch', short: 'p', takes: 'text' },
  { name: 'patch-file', takes: 'text' },
  { name: 'subresource', takes: 'text' },
  { name: 'type', takes: 'text' },
];

const TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

const isType = (text: string): text is keyof typeof TYPES => Object.hasOwn(TYPES, text);

/** @see staging/src/k8s.io/kubectl/pkg/cmd/patch/patch.go */
export function patchCommand(server: ApiServer, ctx: Context, words: readonly string[], files: Files): Output {
  const output = new Output();
  const api = output.hearing(server);
  const args = parseArguments('patch', words, PATCH_FLAGS);
  const printer = new ResultPrinter(args, output);
  const patch = patchOf(args, files);
  const dryRun = dryRunOf(args);
  const act = ({ definition, object, ref }: Chosen): void => {
    const patched = dryRun === 'client' || args.is('local') ? locally(object, patch) : send(api, ctx, ref, patch, args);
    const done = deepEqual(patched, object) ? 'patched (no change)' : 'patched';
    printer.print(definition, ref.name, patched, done);
  };
  forEachObject(api, ctx, args, args.words, 'patch', output, act, files);
  return output;
}

/** The patch that the flags give. @throws CommandError where they contradict each other, or it is no JSON and no YAML */
function patchOf(args: Arguments, files: Files): Patch {
  const [given = '', file = ''] = [args.text('patch'), args.text('patch-file')];
  if (given !== '' && file !== '') throw new CommandError('cannot specify --patch and --patch-file together');
  if (given === '' && file === '')
    throw new CommandError('must specify --patch or --patch-file containing the contents of the patch');
  if (args.is('local') && args.words.length > 0) throw new CommandError('cannot specify --local and server resources');
  const wanted = args.text('type') || 'strategic';
  const type = wanted.toLowerCase();
  if (!isType(type)) throw new CommandError(`--type must be one of [${Object.keys(TYPES).join(' ')}], not "${wanted}"`);
  const content = file !== '' && Object.hasOwn(files, file) ? files[file] : undefined;
  if (file !== '' && content === undefined)
    throw new CommandError(`unable to read patch file: open ${file}: no such file or directory`);
  const patch = content === undefined ? parsePatch(given) : typeof content === 'string' ? parsePatch(content) : content;
  return { type, patch } as Patch;
}

function locally(object: KubeObject, patch: Patch): KubeObject {
  const patched = patchObject(object as unknown as ObjectInput, patch);
  if (patched instanceof StatusError) throw new CommandError(patched.message);
  return patched as unknown as KubeObject;
}

function send(api: ApiServer, ctx: Context, ref: Ref, patch: Patch, args: Arguments): KubeObject {
  const subresource = args.text('subresource') ?? '';
  const options = { dryRun: dryRunOf(args) === 'server' };
  if (subresource !== '' && subresource !== 'status')
    throw new StatusError('NotFound', 'the server could not find the requested resource');
  try {
    return api.patch<KubeObject>(ctx, ref, patch, subresource === 'status' ? 'status' : 'main', options);
  } catch (error) {
    if (!(error instanceof StatusError) || error.reason !== 'UnsupportedMediaType') throw error;
    const version = ref.apiVersion?.includes('/') ? ref.apiVersion : `/${ref.apiVersion ?? ''}`;
    const what = `${TYPES[patch.type]} is not supported by ${version}, Kind=${ref.kind}`;
    throw new CommandError(`${what}: ${error.message}`);
  }
}

/** Lines that stand before the patch where it is read as a part of a document. */
const HEAD = 'apiVersion: v1\nkind: Patch\npatch:\n';
const HEAD_LINES = 3;

/** A patch is JSON or YAML. @see k8s.io/apimachinery/pkg/util/yaml ToJSON */
function parsePatch(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A document of its own would need a kind.
    const { documents, errors } = readManifests(`${HEAD}  ${text.replaceAll('\n', '\n  ')}\n`);
    const [first] = documents;
    if (!first)
      throw new CommandError(`unable to parse ${JSON.stringify(text)}: ${faultText(text, errors[0]?.message)}`);
    return first.value['patch'];
  }
}

/** The parser's words about the patch alone: its lines count from 0 there, and the first is not named. */
function faultText(text: string, message = 'yaml: unknown problem parsing YAML content'): string {
  const bare = message.replace(/^error converting YAML to JSON: /, '');
  const own = bare.replace(/line (\d+): /, (_, line: string) => {
    const index = Number(line) - HEAD_LINES - 1;
    return index > 0 ? `line ${index}: ` : '';
  });
  return text.includes('[') ? own : own.replace("',' or '}' or ']'", "',' or '}'");
}
