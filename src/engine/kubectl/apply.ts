import { LAST_APPLIED, withLastApplied } from '../api/apply.ts';
import { StatusError } from '../api/errors.ts';
import { apiVersionOf } from '../api/kind.ts';
import type { KubeObject, ObjectInput } from '../api/object.ts';
import { type Patch, threeWayPatch } from '../api/patch.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { type Flag, parseArguments } from './flags.ts';
import {
  decode,
  FILE_FLAGS,
  type Files,
  forEachManifest,
  type Mapped,
  printWarnings,
  readFiles,
  refTo,
} from './manifests.ts';
import { qualifiedKind } from './resources.ts';
import { CommandError, Output, refusalText } from './result.ts';
import { presentable } from './serialize.ts';

export const APPLY_FLAGS: readonly Flag[] = [
  ...FILE_FLAGS,
  { name: 'dry-run', takes: 'text', alone: 'unchanged' },
  { name: 'server-side', takes: 'bool' },
  { name: 'force-conflicts', takes: 'bool' },
  { name: 'field-manager', takes: 'text' },
  { name: 'validate', takes: 'text', alone: 'true' },
];

/** What is put behind a result that was only tried. */
export const dryRunSuffix = (mode: string | undefined): string =>
  mode === 'server' ? ' (server dry run)' : mode === 'client' || mode === 'unchanged' ? ' (dry run)' : '';

/**
 * `kubectl apply -f`. Field owners are not kept: with --server-side the manifest is merged into what is there.
 * @see staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go
 */
export function apply(api: ApiServer, ctx: Context, words: readonly string[], files: Files): Output {
  const output = new Output();
  const args = parseArguments('apply', words, APPLY_FLAGS);
  if (args.list('filename').length === 0) throw new CommandError('must specify one of -f and -k');
  const manifests = readFiles(args, files, output);
  const mode = args.text('dry-run');
  const dryRun = dryRunSuffix(mode) !== '';
  forEachManifest(api, manifests, args.text('namespace'), output, (mapped) => {
    const result = args.is('server-side')
      ? serverSide(api, ctx, mapped, dryRun, output)
      : clientSide(api, ctx, mapped, dryRun, output);
    if (result !== undefined)
      output.line(`${qualifiedKind(mapped.definition)}/${mapped.name} ${result}${dryRunSuffix(mode)}`);
  });
  return output;
}

function serverSide(api: ApiServer, ctx: Context, mapped: Mapped, dryRun: boolean, output: Output): string {
  const object = decode(api, mapped);
  const live = api.find<KubeObject>(ctx, refTo(mapped));
  const written = live
    ? api.patch<KubeObject>(ctx, refTo(mapped), { type: 'strategic', patch: object }, 'main', { dryRun })
    : api.create(ctx, object, { dryRun });
  printWarnings(mapped.definition, written as KubeObject, live, output);
  return 'serverside-applied';
}

/** Prints nothing itself but warnings; `undefined` where it was refused and that is printed. */
function clientSide(api: ApiServer, ctx: Context, mapped: Mapped, dryRun: boolean, output: Output): string | undefined {
  const { definition, name, namespace, source, value } = mapped;
  if (name === '') {
    const version = apiVersionOf(definition);
    const group = version.includes('/') ? version : `/${version}`;
    const what = `Resource: "${group}, Resource=${definition.plural}", GroupVersionKind: "${group}, Kind=${definition.kind}"`;
    const where = `Name: "", Namespace: "${namespace ?? ''}"`;
    throw new CommandError(
      `error when retrieving current configuration of:\n${what}\n${where}\nfrom server for: "${source}": resource name may not be empty`,
    );
  }
  const live = api.find<KubeObject>(ctx, refTo(mapped));
  if (!live) {
    const created = api.create<KubeObject>(ctx, withLastApplied(decode(api, mapped), namespace), { dryRun });
    printWarnings(definition, created, undefined, output);
    return 'created';
  }
  const noted = live.metadata.annotations?.[LAST_APPLIED];
  if (noted === undefined) {
    const advice = `kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.`;
    output.warn(
      `resource ${definition.plural}/${name} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. ${advice}`,
    );
  }
  const { metadata } = value as { readonly metadata: ObjectInput['metadata'] };
  const given = {
    ...value,
    metadata: { ...metadata, ...(namespace !== undefined && { namespace }) },
  } as unknown as ObjectInput;
  const modified = withLastApplied(given, namespace);
  const original = noted === undefined ? undefined : (JSON.parse(noted) as ObjectInput);
  const patch = threeWayPatch(original, modified, live as unknown as ObjectInput);
  if (patch instanceof StatusError) throw patch;
  if (Object.keys(patch.patch).length === 0) return 'unchanged';
  try {
    const patched = api.patch<KubeObject>(ctx, refTo(mapped), patch, 'main', { dryRun });
    printWarnings(definition, patched, live, output);
    if (patched.metadata.resourceVersion === live.metadata.resourceVersion) return 'unchanged';
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    output.fail(refusalText(error, { kind: definition.kind, name }, patchFailure(mapped, patch)));
    return undefined;
  }
  if (live.metadata.deletionTimestamp !== undefined) {
    output.warn(`Detected changes to resource ${name} which is currently being deleted.`);
  }
  return 'configured';
}

function patchFailure({ definition, name, namespace, source }: Mapped, patch: Patch): string {
  const version = apiVersionOf(definition);
  const group = version.includes('/') ? version : `/${version}`;
  const what = `Resource: "${group}, Resource=${definition.plural}", GroupVersionKind: "${group}, Kind=${definition.kind}"`;
  const text = JSON.stringify(presentable(patch.patch));
  return `error when applying patch:\n${text}\nto:\n${what}\nName: "${name}", Namespace: "${namespace ?? ''}"\nfor: "${source}": error when patching "${source}": `;
}
