import { withLastApplied } from '../api/apply.ts';
import { decodeObject } from '../api/decode.ts';
import { StatusError } from '../api/errors.ts';
import { apiVersionOf, type KindDefinition } from '../api/kind.ts';
import type { KubeObject, ObjectInput } from '../api/object.ts';
import type { ApiServer, Ref } from '../api/server.ts';
import { readManifests } from '../api/yaml.ts';
import type { Arguments, Flag } from './flags.ts';
import { CommandError, type Output, Refusal } from './result.ts';

/** Files by the name that `-f` gives: a manifest, a list of manifests, or text. */
export type Files = Readonly<Record<string, unknown>>;

export const FILE_FLAGS: readonly Flag[] = [
  { name: 'filename', short: 'f', takes: 'text' },
  { name: 'kustomize', short: 'k', takes: 'text' },
  { name: 'recursive', short: 'R', takes: 'bool' },
];

/** An object of a file, before it is decoded. */
export interface Manifest {
  readonly source: string;
  readonly value: Readonly<Record<string, unknown>>;
}

type Plain = Readonly<Record<string, unknown>>;

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Objects of the files that `-f` names; a `List` is taken apart. What cannot be read is noted and the rest goes on. */
export function readFiles(args: Arguments, files: Files, output: Output): readonly Manifest[] {
  if (args.text('kustomize') !== undefined)
    throw new CommandError('-k is not simulated: paste the manifests that "kubectl kustomize" makes');
  const names = args.list('filename').flatMap((list) => list.split(','));
  return names.flatMap((source) => {
    const content = Object.hasOwn(files, source) ? files[source] : undefined;
    if (content === undefined) {
      output.fail(`error: the path "${source}" does not exist`);
      return [];
    }
    const shown = source === '-' ? 'STDIN' : source;
    return valuesOf(shown, content, output).map((value) => ({ source: shown, value }));
  });
}

function valuesOf(source: string, content: unknown, output: Output): readonly Plain[] {
  if (typeof content === 'string') {
    const { documents, errors } = readManifests(content);
    for (const { message } of errors) output.fail(`error: error parsing ${source}: ${message}`);
    return documents.map(({ value }) => value);
  }
  const list = Array.isArray(content) ? content : [content];
  return list
    .filter(isPlain)
    .flatMap((value) =>
      value['kind'] === 'List' && Array.isArray(value['items']) ? value['items'].filter(isPlain) : [value],
    );
}

/** A manifest of which kind and namespace are known. */
export interface Mapped {
  readonly source: string;
  readonly definition: KindDefinition;
  readonly name: string;
  /** Of the object, the flag or the default; none for a cluster-scoped kind. */
  readonly namespace: string | undefined;
  readonly value: Plain;
}

/**
 * Finds a manifest's kind and namespace.
 * @throws CommandError as kubectl refuses it before it asks the API server
 */
export function mapManifest(api: ApiServer, { source, value }: Manifest, flagNamespace: string | undefined): Mapped {
  const { apiVersion, kind } = value;
  const metadata = isPlain(value['metadata']) ? value['metadata'] : {};
  const missing = [...(apiVersion ? [] : ['apiVersion not set']), ...(kind ? [] : ['kind not set'])];
  if (missing.length > 0) {
    const faults = missing.length === 1 ? missing[0] : `[${missing.join(', ')}]`;
    const advice = 'if you choose to ignore these errors, turn validation off with --validate=false';
    throw new CommandError(`error validating "${source}": error validating data: ${faults}; ${advice}`);
  }
  const name = typeof metadata['name'] === 'string' ? metadata['name'] : '';
  const own = typeof metadata['namespace'] === 'string' ? metadata['namespace'] : '';
  const definition = api.registry.byVersionKind(String(apiVersion), String(kind));
  if (!definition) {
    const what = `name: "${name}" namespace: "${own}" from "${source}"`;
    const text = `no matches for kind "${String(kind)}" in version "${String(apiVersion)}"\nensure CRDs are installed first`;
    throw new CommandError(`resource mapping not found for ${what}: ${text}`);
  }
  if (definition.namespaced && flagNamespace !== undefined && own !== '' && own !== flagNamespace) {
    const text = `the namespace from the provided object "${own}" does not match the namespace "${flagNamespace}".`;
    throw new CommandError(`${text} You must pass '--namespace=${own}' to perform this operation.`);
  }
  const namespace = definition.namespaced ? own || flagNamespace || 'default' : undefined;
  return { source, definition, name, namespace, value };
}

/** The object to send, decoded as the API server does. @throws StatusError */
export function decode(api: ApiServer, { value, namespace }: Mapped): ObjectInput {
  const object = decodeObject(api.registry, value);
  const { namespace: _, ...metadata } = object.metadata;
  return { ...object, metadata: { ...metadata, ...(namespace !== undefined && { namespace }) } };
}

export const refTo = ({ definition, name, namespace }: Pick<Mapped, 'definition' | 'name' | 'namespace'>): Ref => ({
  apiVersion: apiVersionOf(definition),
  kind: definition.kind,
  name,
  ...(namespace !== undefined && { namespace }),
});

/** Does something for each manifest; a refusal is printed and the next one follows. */
export function forEachManifest(
  api: ApiServer,
  manifests: readonly Manifest[],
  flagNamespace: string | undefined,
  output: Output,
  act: (mapped: Mapped) => void,
  doing = 'creating',
): void {
  for (const manifest of manifests) {
    attemptFor(manifest, output, doing, () => act(mapManifest(api, manifest, flagNamespace)));
  }
}

function attemptFor({ source, value }: Manifest, output: Output, doing: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    const name = String((value['metadata'] as Plain | undefined)?.['name'] ?? '');
    const what = { kind: String(value['kind']), name };
    if (error instanceof Refusal) output.refuse(error.refused, what, error.doing);
    else if (error instanceof CommandError || error instanceof StatusError)
      output.refuse(error, what, doing === '' ? '' : `error when ${doing} "${source}": `);
    else throw error;
  }
}

/** @see staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go WarnIfDeleting */
export function warnIfDeleting({ metadata }: KubeObject, output: Output): void {
  if (metadata.deletionTimestamp === undefined) return;
  output.warn(`Detected changes to resource ${metadata.name} which is currently being deleted.`);
}

/** What was applied last. @throws CommandError where somebody wrote something else there */
export function parseNoted(noted: string): ObjectInput {
  try {
    const value: unknown = JSON.parse(noted);
    if (isPlain(value)) return value as ObjectInput;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new CommandError('invalid JSON document');
}

/** A manifest with itself noted in it, as `--save-config` wants it. @see util.CreateApplyAnnotation */
export function noteApplied(mapped: Mapped): Mapped {
  return { ...mapped, value: withLastApplied(mapped.value as ObjectInput, mapped.namespace) };
}
