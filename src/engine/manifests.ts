import { decodeObject } from './api/decode.ts';
import { type FieldError, StatusError } from './api/errors.ts';
import type { ObjectInput } from './api/object.ts';
import type { Registry } from './api/registry.ts';
import { checkFields } from './api/schema/check.ts';
import { locateInManifest, type ManifestDocument, readManifests } from './api/yaml.ts';
import { type ClusterSpec, clusterSpecOf, unknownClusterKeys } from './clusterspec.ts';
import type { Diagnostic, Phrase } from './diagnostics.ts';

/** An object with the place where it was written. */
export interface SourceObject {
  readonly object: ObjectInput;
  readonly document: ManifestDocument;
}

export interface SourceText {
  readonly objects: readonly SourceObject[];
  readonly clusters: readonly ClusterSpec[];
  readonly diagnostics: readonly Diagnostic[];
}

/** More problems than this help nobody. */
const MAX_PROBLEMS = 100;

type Path = readonly (string | number)[];
type Plain = Readonly<Record<string, unknown>>;

/** Reads a text of manifests and Cluster documents. Never throws: what is wrong becomes a diagnostic at its line. */
export function readText(registry: Registry, text: string): SourceText {
  const { documents, errors } = readManifests(text);
  const objects: SourceObject[] = [];
  const clusters: ClusterSpec[] = [];
  const diagnostics: Diagnostic[] = errors.map(({ code, message, line, column, documentIndex }) => ({
    severity: 'error',
    message,
    remedy: { key: `yaml.${code}` },
    ...lineSpan(text, line, column),
    document: documentIndex,
  }));
  for (const document of documents) {
    if (diagnostics.length >= MAX_PROBLEMS) break;
    if (document.value['kind'] === 'Cluster' && document.value['apiVersion'] === 'playground/v1') {
      const spec = (document.value['spec'] ?? {}) as Plain;
      for (const key of unknownClusterKeys(spec)) {
        diagnostics.push(
          at(text, document, ['spec', key], {
            severity: 'error',
            message: `unknown field "spec.${key}"`,
            remedy: { key: 'cluster.unknownKey' },
          }),
        );
      }
      clusters.push(clusterSpecOf(spec));
      continue;
    }
    const problems = problemsOf(registry, text, document);
    diagnostics.push(...problems);
    if (problems.length === 0) objects.push({ object: document.value as unknown as ObjectInput, document });
  }
  return { objects, clusters, diagnostics };
}

function problemsOf(registry: Registry, text: string, document: ManifestDocument): readonly Diagnostic[] {
  const { value } = document;
  const { apiVersion, kind } = value;
  const fields =
    typeof apiVersion === 'string' && typeof kind === 'string' && registry.byVersionKind(apiVersion, kind)
      ? checkFields(apiVersion, kind, value)
      : [];
  if (fields.length > 0) {
    return fields.map(({ type, path, message, field }) =>
      at(text, document, path, { severity: 'error', message, remedy: { key: `field.${type}`, values: { field } } }),
    );
  }
  try {
    decodeObject(registry, value);
    return [];
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return [
      at(text, document, ['kind'], {
        severity: 'error',
        message: error.message,
        remedy: remedyForKind(registry, value),
      }),
    ];
  }
}

/** Says which version or kind was probably meant. */
function remedyForKind(registry: Registry, { apiVersion, kind }: Plain): Phrase {
  if (typeof kind !== 'string' || kind === '') return { key: 'kind.missing' };
  if (typeof apiVersion !== 'string' || apiVersion === '') return { key: 'kind.versionMissing', values: { kind } };
  const served = registry.byKind(kind);
  if (served)
    return {
      key: 'kind.otherVersion',
      values: { kind, version: served.group === '' ? served.version : `${served.group}/${served.version}` },
    };
  const near = registry.kinds.find(
    (known) => known.kind.toLowerCase() === kind.toLowerCase() || known.plural === kind.toLowerCase(),
  );
  return near
    ? { key: 'kind.spelling', values: { kind, known: near.kind } }
    : { key: 'kind.unknown', values: { kind } };
}

/** Where in the text a refusal of the API server belongs: one diagnostic for each cause. */
export function locateRefusal(
  text: string,
  { document }: SourceObject,
  refusal: { readonly message: string; readonly causes?: readonly FieldError[] },
): readonly Diagnostic[] {
  const { causes = [] } = refusal;
  if (causes.length === 0)
    return [
      at(text, document, ['metadata', 'name'], {
        severity: 'error',
        message: refusal.message,
        remedy: { key: 'refused' },
      }),
    ];
  return causes.map(({ field, text: message, type }) =>
    at(text, document, pathOf(field), {
      severity: 'error',
      message,
      remedy: { key: `cause.${type}`, values: { field } },
    }),
  );
}

/** A diagnostic at a field of a document, or at what would hold it. */
export function at(
  text: string,
  document: ManifestDocument,
  path: Path,
  problem: Omit<Diagnostic, 'line' | 'column' | 'endLine' | 'endColumn'>,
): Diagnostic {
  const found = locateInManifest(text, document, path);
  const { line, column } = found.exact ? found.key : found.value;
  return { ...problem, ...lineSpan(text, line, column), path: fieldName(path), document: document.index };
}

function lineSpan(
  text: string,
  line: number,
  column: number,
): Pick<Diagnostic, 'line' | 'column' | 'endLine' | 'endColumn'> {
  let start = 0;
  for (let n = 1; n < line; n++) {
    const next = text.indexOf('\n', start);
    if (next < 0) break;
    start = next + 1;
  }
  const end = text.indexOf('\n', start);
  const length = (end < 0 ? text.length : end) - start;
  return { line, column, endLine: line, endColumn: Math.max(column + 1, length + 1) };
}

const fieldName = (path: Path): string =>
  path.reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : name === '' ? part : `${name}.${part}`),
    '',
  );

/** The path of a field as `field.Path` prints it: `spec.ports[0].name`, `metadata.annotations[a.b/c]`. */
export function pathOf(field: string): Path {
  const parts: (string | number)[] = [];
  for (const [, name, inside] of field.matchAll(/([^.[\]]+)|\[([^\]]*)\]/g)) {
    if (name !== undefined) parts.push(name);
    else if (inside !== undefined) parts.push(/^\d+$/.test(inside) ? Number(inside) : inside);
  }
  return parts;
}
