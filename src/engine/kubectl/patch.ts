import { StatusError } from '../api/errors.ts';
import type { KubeObject } from '../api/object.ts';
import type { Patch } from '../api/patch.ts';
import type { ApiServer } from '../api/server.ts';
import { readManifests } from '../api/yaml.ts';
import type { Context } from '../sim/context.ts';
import { type Flag, parseArguments } from './flags.ts';
import { refTo } from './manifests.ts';
import { DRY_RUN_FLAG, dryRunSuffix, FIELD_MANAGER_FLAG } from './printer.ts';
import { parseTargets, qualifiedKind } from './resources.ts';
import { CommandError, Output } from './result.ts';

export const PATCH_FLAGS: readonly Flag[] = [
  { name: 'patch', short: 'p', takes: 'text' },
  { name: 'type', takes: 'text' },
  { name: 'subresource', takes: 'text' },
  DRY_RUN_FLAG,
  FIELD_MANAGER_FLAG,
];

const TYPES: readonly string[] = ['json', 'merge', 'strategic'];

/** @see staging/src/k8s.io/kubectl/pkg/cmd/patch/patch.go */
export function patchCommand(server: ApiServer, ctx: Context, words: readonly string[]): Output {
  const output = new Output();
  const api = output.hearing(server);
  const args = parseArguments('patch', words, PATCH_FLAGS);
  const type = args.text('type') ?? 'strategic';
  if (!TYPES.includes(type)) throw new CommandError(`--type must be one of [${TYPES.join(' ')}], not "${type}"`);
  const text = args.text('patch');
  if (text === undefined)
    throw new CommandError('must specify --patch or --patch-file containing the contents of the patch');
  const patch = { type, patch: parsePatch(text) } as Patch;
  const space = args.text('namespace') || 'default';
  const subresource = args.text('subresource') === 'status' ? 'status' : 'main';
  const dryRun = dryRunSuffix(args);
  for (const { definition, names } of parseTargets(api, args.words, 'patch')) {
    for (const name of names ?? []) {
      const ref = refTo({ definition, name, namespace: definition.namespaced ? space : undefined });
      try {
        const before = api.get<KubeObject>(ctx, ref);
        const after = api.patch<KubeObject>(ctx, ref, patch, subresource, { dryRun: dryRun !== '' });
        const changed = after.metadata.resourceVersion !== before.metadata.resourceVersion;
        output.line(`${qualifiedKind(definition)}/${name} patched${changed ? '' : ' (no change)'}${dryRun}`);
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        output.refuse(error, { kind: definition.kind, name });
      }
    }
  }
  return output;
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
