import { decodeObject } from './api/decode.ts';
import { type FieldError, StatusError } from './api/errors.ts';
import { apiVersionOf } from './api/kind.ts';
import type { ObjectInput } from './api/object.ts';
import type { Registry } from './api/registry.ts';
import { checkFields } from './api/schema/check.ts';
import { lineText, locateInManifest, type ManifestDocument, readManifests } from './api/yaml.ts';
import { type ClusterSpec, clusterSpecOf, unknownClusterKeys } from './clusterspec.ts';
import type { Diagnostic } from './diagnostics.ts';

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
        ...remedyForKind(registry, text, document),
      }),
    ];
  }
}

/** Says which version or kind was probably meant, and offers to write it. */
function remedyForKind(
  registry: Registry,
  text: string,
  document: ManifestDocument,
): Required<Pick<Diagnostic, 'remedy'>> & Pick<Diagnostic, 'change'> {
  const { apiVersion, kind } = document.value;
  if (typeof kind !== 'string' || kind === '') return { remedy: { key: 'kind.missing' } };
  if (typeof apiVersion !== 'string' || apiVersion === '')
    return { remedy: { key: 'kind.versionMissing', values: { kind } } };
  const served = registry.byKind(kind);
  if (served) {
    const version = apiVersionOf(served);
    const remedy = { key: 'kind.otherVersion', values: { kind, version } };
    return { remedy, ...changeOf(text, document, 'apiVersion', version) };
  }
  const near = registry.kinds.find(
    (known) => known.kind.toLowerCase() === kind.toLowerCase() || known.plural === kind.toLowerCase(),
  );
  if (!near) return { remedy: { key: 'kind.unknown', values: { kind } } };
  const remedy = { key: 'kind.spelling', values: { kind, known: near.kind } };
  return { remedy, ...changeOf(text, document, 'kind', near.kind) };
}

/** The offer to write another value into a field that stands there as one plain or quoted word. */
function changeOf(text: string, document: ManifestDocument, field: string, value: string): Pick<Diagnostic, 'change'> {
  const found = locateInManifest(text, document, [field]);
  const { line, column } = found.value;
  const { endColumn } = lineSpan(text, line, column);
  const word = /^(?:"[^"]*"|'[^']*'|[^\s,#}\]]+)/.exec(lineText(text, line).slice(column - 1, endColumn - 1))?.[0];
  if (!found.exact || word === undefined) return {};
  const title = { key: 'change.field', values: { field, value } };
  return { change: { title, text: value, line, column, endColumn: column + word.length } };
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

/** A diagnostic at a field of a document, or at the field that would hold it. */
export function at(
  text: string,
  document: ManifestDocument,
  path: Path,
  problem: Omit<Diagnostic, 'line' | 'column' | 'endLine' | 'endColumn'>,
): Diagnostic {
  const { line, column } = locateInManifest(text, document, path).key;
  return { ...problem, ...lineSpan(text, line, column), path: fieldName(path), document: document.index };
}

function lineSpan(
  text: string,
  line: number,
  column: number,
): Pick<Diagnostic, 'line' | 'column' | 'endLine' | 'endColumn'> {
  const { length } = lineText(text, line);
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
