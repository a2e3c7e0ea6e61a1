import type { KindDefinition } from '../kind.ts';
import type { Container, KubeObject, PersistentVolumeClaim, Pod, Toleration } from '../object.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const TOKEN_VOLUME = 'kube-api-access-';
const DEFAULT_TOLERATIONS: readonly string[] = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
const DEFAULT_SECONDS = 300;
const PROTECTION: Readonly<Record<string, string>> = {
  PersistentVolume: 'kubernetes.io/pv-protection',
  PersistentVolumeClaim: 'kubernetes.io/pvc-protection',
  VolumeAttributesClass: 'kubernetes.io/vac-protection',
};

/**
 * An object as it was before admission and the kind's own strategy filled something in, which nobody owns: fields are
 * put down to whoever creates an object before that. A default class of a claim that was not applied cannot be told from
 * one that was asked for.
 * @see staging/src/k8s.io/apiserver/pkg/endpoints/handlers/create.go createHandler
 */
export function beforeAdmission(definition: KindDefinition, object: KubeObject): KubeObject {
  const { status: _, ...rest } = object as KubeObject & { readonly status?: unknown };
  const bare = unprotected(definition.kind, definition.statusSubresource ? rest : object);
  if (definition.group !== '') return bare;
  if (definition.kind === 'Pod') return podBefore(bare as Pod);
  if (definition.kind === 'PersistentVolumeClaim') return claimBefore(bare as PersistentVolumeClaim);
  if (definition.kind === 'Namespace') return without(bare, 'finalizers');
  return bare;
}

function unprotected(kind: string, object: KubeObject): KubeObject {
  const { finalizers = [], ...metadata } = object.metadata;
  const kept = finalizers.filter((finalizer) => finalizer !== PROTECTION[kind]);
  if (kept.length === finalizers.length) return object;
  return { ...object, metadata: { ...metadata, ...(kept.length > 0 && { finalizers: kept }) } };
}

function without(object: KubeObject, ...fields: readonly string[]): KubeObject {
  const { spec = {} } = object as KubeObject & { readonly spec?: Readonly<Record<string, unknown>> };
  const kept = Object.fromEntries(Object.entries(spec).filter(([name]) => !fields.includes(name)));
  return { ...object, spec: kept } as KubeObject;
}

function claimBefore(claim: PersistentVolumeClaim): KubeObject {
  const applied = claim.metadata.annotations?.[LAST_APPLIED];
  return applied !== undefined && !applied.includes('"storageClassName"') ? without(claim, 'storageClassName') : claim;
}

const isAdded = ({ key = '', operator, effect, tolerationSeconds }: Toleration): boolean =>
  DEFAULT_TOLERATIONS.includes(key) &&
  operator === 'Exists' &&
  effect === 'NoExecute' &&
  tolerationSeconds === DEFAULT_SECONDS;

function podBefore(pod: Pod): KubeObject {
  const { containers = [], initContainers, volumes, tolerations, serviceAccountName } = pod.spec;
  const unmounted = (list: readonly Container[]): readonly Container[] =>
    list.map(({ volumeMounts, ...container }) => {
      const mounts = (volumeMounts ?? []).filter(({ mountPath }) => mountPath !== TOKEN_PATH);
      return { ...container, ...(mounts.length > 0 && { volumeMounts: mounts }) };
    });
  const own = (volumes ?? []).filter(({ name }) => !name.startsWith(TOKEN_VOLUME));
  const tolerated = (tolerations ?? []).filter((toleration) => !isAdded(toleration));
  const spec = {
    ...pod.spec,
    containers: unmounted(containers),
    ...(initContainers && { initContainers: unmounted(initContainers) }),
  };
  return without(
    { ...pod, spec: { ...spec, volumes: own, tolerations: tolerated } } as Pod,
    'priority',
    'preemptionPolicy',
    ...(own.length === 0 ? ['volumes'] : []),
    ...(tolerated.length === 0 ? ['tolerations'] : []),
    ...(serviceAccountName === 'default' ? ['serviceAccountName', 'serviceAccount'] : []),
  );
}
