import { toBase64 } from '../api/kinds/secret.ts';
import type { KubeObject, ObjectInput } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { type Arguments, type Flag, parseArguments } from './flags.ts';
import {
  decode,
  FILE_FLAGS,
  type Files,
  forEachManifest,
  type Manifest,
  printWarnings,
  readFiles,
} from './manifests.ts';
import { DRY_RUN_FLAG, dryRunSuffix, FIELD_MANAGER_FLAG } from './printer.ts';
import { qualifiedKind } from './resources.ts';
import { CommandError, Output } from './result.ts';

export const CREATE_FLAGS: readonly Flag[] = [
  ...FILE_FLAGS,
  DRY_RUN_FLAG,
  FIELD_MANAGER_FLAG,
  { name: 'save-config', takes: 'bool' },
  { name: 'validate', takes: 'text', alone: 'true' },
  { name: 'from-literal', takes: 'text' },
];

/** `kubectl create -f`, and the short forms for a namespace, a ConfigMap and a Secret. */
export function create(api: ApiServer, ctx: Context, words: readonly string[], files: Files): Output {
  const output = new Output();
  const args = parseArguments('create', words, CREATE_FLAGS);
  const manifests = args.words.length > 0 ? [generated(args)] : readFiles(args, files, output);
  if (args.words.length === 0 && args.list('filename').length === 0)
    throw new CommandError('must specify one of -f and -k');
  forEachManifest(api, manifests, args.text('namespace'), output, (mapped) => {
    const created = api.create<KubeObject>(ctx, decode(api, mapped), { dryRun: dryRunSuffix(args) !== '' });
    printWarnings(mapped.definition, created, undefined, output);
    output.line(`${qualifiedKind(mapped.definition)}/${created.metadata.name} created${dryRunSuffix(args)}`);
  });
  return output;
}

/** What the short forms create. */
function generated(args: Arguments): Manifest {
  const [type = '', ...rest] = args.words;
  const forms: Readonly<Record<string, (name: string) => Partial<ObjectInput>>> = {
    namespace: () => ({ kind: 'Namespace' }),
    configmap: () => ({ kind: 'ConfigMap', data: literals(args, (text) => text) }),
    secret: () => ({ kind: 'Secret', type: 'Opaque', data: literals(args, toBase64) }),
  };
  const kind = type === 'ns' ? 'namespace' : type === 'cm' ? 'configmap' : type;
  const form = Object.hasOwn(forms, kind) ? forms[kind] : undefined;
  if (!form) throw new CommandError(`the command "kubectl create ${type}" is not simulated`);
  const name = rest.at(-1);
  if (name === undefined || (type === 'secret' && rest[0] !== 'generic')) {
    throw new CommandError(
      `exactly one NAME is required, got ${rest.length}\nSee 'kubectl create ${type} -h' for help and examples`,
    );
  }
  return { source: name, value: { apiVersion: 'v1', ...form(name), metadata: { name } } };
}

function literals(args: Arguments, encode: (text: string) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    args.list('from-literal').map((pair) => {
      const equals = pair.indexOf('=');
      if (equals <= 0) throw new CommandError(`invalid literal source ${pair}, expected key=value`);
      return [pair.slice(0, equals), encode(pair.slice(equals + 1).replace(/^(['"])(.*)\1$/s, '$2'))];
    }),
  );
}
