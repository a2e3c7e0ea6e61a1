import { DEFAULT_ACCOUNT } from './api/admission/serviceaccount.ts';
import type { KubeObject, ObjectInput, Pod } from './api/object.ts';
import { isPlain } from './api/patch/plain.ts';
import type { Registry } from './api/registry.ts';
import type { Diagnostic } from './diagnostics.ts';
import { at, locateRefusal, pathOf, type SourceObject } from './manifests.ts';

/**
 * What validation and the Warning headers say of objects before anybody applies them, each at its line, in the API
 * server's words. What depends on other objects, on admission or on what is stored already is left to the request.
 *
 * @see staging/src/k8s.io/apiserver/pkg/registry/rest/create.go BeforeCreate
 */
export function precheck(registry: Registry, text: string, sources: readonly SourceObject[]): readonly Diagnostic[] {
  return sources.flatMap((source) => {
    const { object } = source;
    const definition = registry.byVersionKind(object.apiVersion, object.kind);
    if (!definition) return [];
    const given = withAccount(withNames(object, definition.namespaced));
    const defaulted = definition.defaults?.(given) ?? given;
    const causes = definition.validate?.(defaulted) ?? [];
    if (causes.length > 0) return locateRefusal(text, source, { message: '', causes });
    const warnings = definition.warnings?.(defaulted, undefined) ?? [];
    return warnings.map((message) => at(text, source.document, placeOf(message), { severity: 'warning', message }));
  });
}

/** A warning begins with the field that it is about, or is about the kind. */
function placeOf(message: string): ReturnType<typeof pathOf> {
  const field = /^((?:metadata|spec)\S*): /.exec(message)?.[1];
  return field === undefined ? ['kind'] : pathOf(field);
}

/** The names that a request has at the latest when it is validated. */
function withNames(object: ObjectInput, namespaced: boolean): KubeObject {
  const { namespace, ...given } = object.metadata;
  const { name, generateName } = given;
  const metadata = {
    ...given,
    ...(namespaced && { namespace: namespace || 'default' }),
    ...(!name && generateName !== undefined && { name: `${generateName}00000` }),
  };
  return { ...object, metadata } as unknown as KubeObject;
}

/** Before a pod is validated, admission has given it an account. */
function withAccount(object: KubeObject): KubeObject {
  if (object.apiVersion !== 'v1' || object.kind !== 'Pod') return object;
  const { spec } = object as Partial<Pod>;
  if (!isPlain(spec) || spec['serviceAccountName']) return object;
  return { ...object, spec: { ...spec, serviceAccountName: DEFAULT_ACCOUNT } } as KubeObject;
}
