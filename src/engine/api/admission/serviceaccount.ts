import type { Context } from '../../sim/context.ts';
import { forbidden, notFound } from '../errors.ts';
import { type AdmissionPlugin, type KindDefinition, keyOf } from '../kind.ts';
import type { ServiceAccount } from '../kinds/serviceaccount.ts';
import type { Container, PodSpec } from '../object.ts';
import { generatedSuffix } from '../server.ts';
import { SERVICE_ACCOUNTS } from '../tables.ts';

/** The account of pods that name none. */
export const DEFAULT_ACCOUNT = 'default';
const VOLUME_NAME = 'kube-api-access';
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';
/** An hour and some seconds, by which a token of this volume is known. @see pkg/serviceaccount/claims.go */
const EXPIRATION_SECONDS = 3607;

type AccountSettings = Pick<ServiceAccount, 'automountServiceAccountToken' | 'imagePullSecrets'>;

/** A pod that comes right after its namespace waits at the API server for the account `default`. @see getServiceAccount */
function getServiceAccount(ctx: Context, namespace: string, name: string): AccountSettings | undefined {
  const found = ctx.live<ServiceAccount>(SERVICE_ACCOUNTS, keyOf(namespace, name));
  if (found) return found;
  return name === DEFAULT_ACCOUNT && ctx.isRunning('serviceaccount-controller') ? {} : undefined;
}

const shouldAutomount = (account: AccountSettings, spec: PodSpec): boolean =>
  (spec['automountServiceAccountToken'] as boolean | undefined) ?? account.automountServiceAccountToken ?? true;

/** The same for every pod. @see TokenVolumeSource */
const TOKEN_SOURCE = {
  defaultMode: 0o644,
  sources: [
    { serviceAccountToken: { path: 'token', expirationSeconds: EXPIRATION_SECONDS } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: {
        items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
      },
    },
  ],
};

/** @see mountServiceAccountToken */
function mountServiceAccountToken(ctx: Context, spec: PodSpec): PodSpec {
  const { volumes = [], initContainers, containers = [] } = spec;
  const existing = volumes.find(({ name = '' }) => name.startsWith(`${VOLUME_NAME}-`));
  const name = existing?.name ?? `${VOLUME_NAME}-${generatedSuffix(ctx)}`;
  const isMounted = ({ volumeMounts = [] }: Container): boolean =>
    volumeMounts.some(({ mountPath }) => mountPath === MOUNT_PATH);
  const mounted = (container: Container): Container =>
    isMounted(container)
      ? container
      : {
          ...container,
          volumeMounts: [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: MOUNT_PATH }],
        };
  if ([...(initContainers ?? []), ...containers].every(isMounted)) return spec;
  return {
    ...spec,
    ...(initContainers && { initContainers: initContainers.map(mounted) }),
    containers: containers.map(mounted),
    volumes: existing ? volumes : [...volumes, { name, projected: TOKEN_SOURCE }],
  };
}

function withAccount(ctx: Context, spec: PodSpec, definition: KindDefinition, pod: string, namespace: string): PodSpec {
  const name = spec.serviceAccountName || DEFAULT_ACCOUNT;
  const account = getServiceAccount(ctx, namespace, name);
  if (!account) {
    const { message } = notFound({ plural: 'serviceaccount', group: '', kind: 'ServiceAccount' }, name);
    throw forbidden(definition, pod, `error looking up service account ${namespace}/${name}: ${message}`);
  }
  const named = { ...spec, serviceAccountName: name, serviceAccount: name };
  const mounted = shouldAutomount(account, spec) ? mountServiceAccountToken(ctx, named) : named;
  const { imagePullSecrets = [] } = account;
  const own = (spec['imagePullSecrets'] as readonly unknown[] | undefined) ?? [];
  return own.length === 0 && imagePullSecrets.length > 0 ? { ...mounted, imagePullSecrets } : mounted;
}

/**
 * A pod runs as a ServiceAccount, `default` where it names none, and gets the volume with its token.
 * @see plugin/pkg/admission/serviceaccount/admission.go Admit
 */
export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  admitCreate: (object, definition, { ctx }) => {
    if (definition.group !== '' || definition.kind !== 'Pod') return object;
    const { name = '', namespace = 'default', annotations } = object.metadata;
    if (annotations?.[MIRROR_ANNOTATION] !== undefined) return object;
    return { ...object, spec: withAccount(ctx, object['spec'] as PodSpec, definition, name, namespace) };
  },
};
