import { isDNS1123Label, isDNS1123Subdomain } from '../api/names.ts';
import type { Secret, SecretReference } from '../api/object.ts';
import { SECRETS } from '../api/tables.ts';
import type { Context } from '../sim/context.ts';
import { RESERVED_PREFIX } from './metadata.ts';
import { mapOrNothing, type StringMap } from './spec/messages.ts';
import { secretData } from './spec/secrets.ts';

/** One purpose that a class can name a secret for. */
export interface SecretPurpose {
  /** As errors call it. */
  readonly name: string;
  /** Part of the parameters' keys. */
  readonly key: string;
  readonly deprecated?: { readonly name: string; readonly namespace: string };
}

const purpose = (name: string, key: string, legacy?: string): SecretPurpose => ({
  name,
  key,
  ...(legacy !== undefined && { deprecated: { name: `${legacy}Name`, namespace: `${legacy}Namespace` } }),
});

/** @see kubernetes-csi/external-provisioner pkg/controller/controller.go provisionerSecretParams … */
export const SECRET_PURPOSES = {
  provisioner: purpose('Provisioner', 'provisioner', 'csiProvisionerSecret'),
  controllerPublish: purpose('ControllerPublish', 'controller-publish', 'csiControllerPublishSecret'),
  nodeStage: purpose('NodeStage', 'node-stage', 'csiNodeStageSecret'),
  nodePublish: purpose('NodePublish', 'node-publish', 'csiNodePublishSecret'),
  controllerExpand: purpose('ControllerExpand', 'controller-expand'),
  nodeExpand: purpose('NodeExpand', 'node-expand'),
  controllerModify: purpose('ControllerModify', 'controller-modify'),
} as const;

const nameKey = (key: string): string => `${RESERVED_PREFIX}${key}-secret-name`;
const namespaceKey = (key: string): string => `${RESERVED_PREFIX}${key}-secret-namespace`;
const DEFAULT_NAME = `${RESERVED_PREFIX}secret-name`;
const DEFAULT_NAMESPACE = `${RESERVED_PREFIX}secret-namespace`;

/** Reserved parameter keys that name secrets. */
export const SECRET_KEYS: ReadonlySet<string> = new Set([
  DEFAULT_NAME,
  DEFAULT_NAMESPACE,
  ...Object.values(SECRET_PURPOSES).flatMap(({ key }) => [nameKey(key), namespaceKey(key)]),
]);

/** What templates of secret names can speak of. */
export interface TemplateSource {
  readonly pvName: string;
  readonly claim?: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations: StringMap;
  };
}

interface Refusal {
  readonly error: string;
}

/**
 * The secret that a class names for a purpose, with its templates resolved.
 * @see kubernetes-csi/external-provisioner pkg/controller/controller.go getSecretReference
 */
export function secretReference(
  { name, key, deprecated }: SecretPurpose,
  parameters: StringMap,
  source: TemplateSource,
): Required<SecretReference> | undefined | Refusal {
  const pairs: readonly KeyPair[] = [
    [nameKey(key), namespaceKey(key)],
    ...(deprecated ? [[deprecated.name, deprecated.namespace] as const] : []),
    [DEFAULT_NAME, DEFAULT_NAMESPACE],
  ];
  const { pvName, claim } = source;
  const tokens = { 'pv.name': pvName, ...(claim && { 'pvc.namespace': claim.namespace }) };
  const annotations = Object.entries(claim?.annotations ?? {}).map(([k, v]) => [`pvc.annotations['${k}']`, v]);
  const more = { ...(claim && { 'pvc.name': claim.name }), ...Object.fromEntries(annotations) };
  return resolvedReference(name, pairs, parameters, tokens, more);
}

/** The keys for a secret's name and namespace. */
type KeyPair = readonly [string, string];

/**
 * @param tokens that the templates of both namespace and name know
 * @param more tokens, for that of the name alone
 */
function resolvedReference(
  purposeName: string,
  pairs: readonly KeyPair[],
  parameters: StringMap,
  tokens: StringMap,
  more: StringMap,
): Required<SecretReference> | undefined | Refusal {
  const pair = pairs.find(([a, b]) => parameters[a] !== undefined || parameters[b] !== undefined);
  if (!pair) return undefined;
  const [nameTemplate, namespaceTemplate] = [parameters[pair[0]], parameters[pair[1]]];
  if (nameTemplate === undefined || namespaceTemplate === undefined) {
    const both = `either name and namespace for ${purposeName} secrets specified, Both must be specified`;
    return { error: `failed to get name and namespace template from params: ${both}` };
  }
  const namespace = resolve(namespaceTemplate, tokens, isDNS1123Label, 'namespace name');
  if (typeof namespace !== 'string') return namespace;
  const name = resolve(nameTemplate, { ...tokens, ...more }, isDNS1123Subdomain, 'secret name');
  return typeof name === 'string' ? { name, namespace } : name;
}

const SNAPSHOTTER = purpose('Snapshotter', 'snapshotter', 'csiSnapshotterSecret');

/**
 * The secret that a snapshot class names, with its templates resolved.
 * @see kubernetes-csi/external-snapshotter pkg/utils/util.go GetSecretReference
 */
export function snapshotSecret(
  parameters: StringMap,
  contentName: string,
  snapshot: { readonly name: string; readonly namespace: string } | undefined,
): Required<SecretReference> | undefined | Refusal {
  const { name, key, deprecated } = SNAPSHOTTER;
  const pairs: readonly KeyPair[] = [
    [nameKey(key), namespaceKey(key)],
    ...(deprecated ? [[deprecated.name, deprecated.namespace] as const] : []),
  ];
  const tokens = {
    'volumesnapshotcontent.name': contentName,
    ...(snapshot && { 'volumesnapshot.namespace': snapshot.namespace }),
  };
  return resolvedReference(name, pairs, parameters, tokens, snapshot ? { 'volumesnapshot.name': snapshot.name } : {});
}

/** @see kubernetes-csi/external-provisioner pkg/controller/controller.go resolveTemplate */
function resolve(
  template: string,
  tokens: StringMap,
  check: (value: string) => readonly string[],
  what: string,
): string | Refusal {
  const missing: string[] = [];
  const resolved = template.replace(/\$\{([^}]*)\}/g, (_, token: string) => {
    const value = tokens[token];
    if (value === undefined) missing.push(token);
    return value ?? '';
  });
  if (missing.length > 0) {
    const list = [...new Set(missing)].sort().map((token) => JSON.stringify(token));
    return { error: `error resolving value "${template}": invalid tokens: [${list.join(' ')}]` };
  }
  if (check(resolved).length === 0) return resolved;
  const was = resolved === template ? `"${template}" is` : `"${template}" resolved to "${resolved}" which is`;
  return { error: `${was} not a valid ${what}` };
}

/**
 * The contents of a secret as they go into a call.
 * @see kubernetes-csi/external-provisioner pkg/controller/controller.go getCredentials
 * @see kubernetes-csi/external-resizer pkg/resizer/csi_resizer.go getCredentials
 */
export function credentials(
  ctx: Context,
  ref: SecretReference | undefined,
): { readonly data: StringMap | undefined } | Refusal {
  if (!ref) return { data: undefined };
  const { name = '', namespace = '' } = ref;
  const secret = ctx.live<Secret>(SECRETS, `${namespace}/${name}`);
  if (!secret) return { error: `error getting secret ${name} in namespace ${namespace}: secrets "${name}" not found` };
  return { data: mapOrNothing(secretData(secret.data)) };
}
