import { forbidden } from '../errors.ts';
import type { AdmissionPlugin } from '../kind.ts';
import type { Container, Namespace, PodSpec, Volume } from '../object.ts';
import { NAMESPACES } from '../tables.ts';

const ENFORCE = 'pod-security.kubernetes.io/enforce';
const ENFORCE_VERSION = 'pod-security.kubernetes.io/enforce-version';

/** What a pod does that a level forbids, with the details; nothing where it is allowed. */
type Check = (spec: PodSpec) => string | undefined;

interface SecurityContext {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly runAsNonRoot?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: { readonly type?: string };
}

const plural = (word: string, list: readonly unknown[]): string => (list.length === 1 ? word : `${word}s`);
const quoted = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(', ');
const named = (what: string, names: readonly string[]): string => `${plural(what, names)} ${quoted(names)}`;

const containersOf = ({ initContainers = [], containers = [] }: PodSpec): readonly Container[] => [
  ...initContainers,
  ...containers,
];
const contextOf = (of: Container | PodSpec): SecurityContext =>
  (of['securityContext'] as SecurityContext | undefined) ?? {};
const namesOf = (spec: PodSpec, isBad: (container: Container) => boolean): readonly string[] =>
  containersOf(spec)
    .filter(isBad)
    .map(({ name }) => name);

const hostNamespaces: Check = (spec) => {
  const used = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true);
  return used.length === 0 ? undefined : `host namespaces (${used.map((field) => `${field}=true`).join(', ')})`;
};

const hostPathVolumes: Check = ({ volumes = [] }) => {
  const names = volumes.filter(({ hostPath }) => hostPath).map(({ name }) => name);
  return names.length === 0 ? undefined : `hostPath volumes (${named('volume', names)})`;
};

const hostPorts: Check = (spec) => {
  const bad = containersOf(spec).filter(({ ports = [] }) => ports.some(({ hostPort }) => hostPort));
  if (bad.length === 0) return undefined;
  const used = new Set(bad.flatMap(({ ports = [] }) => ports.flatMap(({ hostPort }) => hostPort || [])));
  const list = [...used].map(String).sort();
  const names = bad.map(({ name }) => name);
  const verb = names.length === 1 ? 'uses' : 'use';
  return `hostPort (${named('container', names)} ${verb} ${plural('hostPort', list)} ${list.join(', ')})`;
};

const privileged: Check = (spec) => {
  const names = namesOf(spec, (container) => contextOf(container).privileged === true);
  if (names.length === 0) return undefined;
  return `privileged (${named('container', names)} must not set securityContext.privileged=true)`;
};

const allowPrivilegeEscalation: Check = (spec) => {
  const names = namesOf(spec, (container) => contextOf(container).allowPrivilegeEscalation !== false);
  if (names.length === 0) return undefined;
  const must = 'must set securityContext.allowPrivilegeEscalation=false';
  return `allowPrivilegeEscalation != false (${named('container', names)} ${must})`;
};

const capabilities: Check = (spec) => {
  const keeping = namesOf(spec, (container) => !contextOf(container).capabilities?.drop?.includes('ALL'));
  const forbiddenOf = (container: Container): readonly string[] =>
    (contextOf(container).capabilities?.add ?? []).filter((name) => name !== 'NET_BIND_SERVICE');
  const adding = namesOf(spec, (container) => forbiddenOf(container).length > 0);
  const added = [...new Set(containersOf(spec).flatMap(forbiddenOf))].sort();
  const details = [
    ...(keeping.length > 0
      ? [`${named('container', keeping)} must set securityContext.capabilities.drop=["ALL"]`]
      : []),
    ...(adding.length > 0
      ? [`${named('container', adding)} must not include ${quoted(added)} in securityContext.capabilities.add`]
      : []),
  ];
  return details.length === 0 ? undefined : `unrestricted capabilities (${details.join('; ')})`;
};

const RESTRICTED_TYPES: readonly string[] = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

const typeOf = (volume: Volume): string => Object.keys(volume).find((field) => field !== 'name') ?? 'unknown';

const restrictedVolumes: Check = ({ volumes = [] }) => {
  const bad = volumes.filter((volume) => !RESTRICTED_TYPES.some((type) => volume[type]));
  if (bad.length === 0) return undefined;
  const names = bad.map(({ name }) => name);
  const types = [...new Set(bad.map(typeOf))].sort();
  const verb = names.length === 1 ? 'uses' : 'use';
  const text = `${named('volume', names)} ${verb} ${plural('restricted volume type', types)} ${quoted(types)}`;
  return `restricted volume types (${text})`;
};

/** What the pod says counts for all containers that say nothing of their own. */
function setByPodOrContainer(
  spec: PodSpec,
  isGood: (context: SecurityContext) => boolean,
  isSet: (context: SecurityContext) => boolean,
): { readonly bad: readonly string[]; readonly unset: readonly string[] } {
  const pod = contextOf(spec);
  const bad = namesOf(spec, (container) => isSet(contextOf(container)) && !isGood(contextOf(container)));
  const unset = isGood(pod) ? [] : namesOf(spec, (container) => !isSet(contextOf(container)));
  const setters = [
    ...(isSet(pod) && !isGood(pod) ? ['pod'] : []),
    ...(bad.length > 0 ? [named('container', bad)] : []),
  ];
  return { bad: setters, unset };
}

const runAsNonRoot: Check = (spec) => {
  const { bad, unset } = setByPodOrContainer(
    spec,
    ({ runAsNonRoot: value }) => value === true,
    ({ runAsNonRoot: value }) => value !== undefined,
  );
  const reason = 'runAsNonRoot != true';
  if (bad.length > 0) return `${reason} (${bad.join(' and ')} must not set securityContext.runAsNonRoot=false)`;
  if (unset.length === 0) return undefined;
  return `${reason} (pod or ${named('container', unset)} must set securityContext.runAsNonRoot=true)`;
};

const PROFILES: readonly string[] = ['RuntimeDefault', 'Localhost'];

const seccompProfile: Check = (spec) => {
  const { bad, unset } = setByPodOrContainer(
    spec,
    ({ seccompProfile: profile }) => PROFILES.includes(profile?.type ?? ''),
    ({ seccompProfile: profile }) => profile !== undefined,
  );
  if (bad.length > 0) {
    const types = new Set([spec, ...containersOf(spec)].flatMap((of) => contextOf(of).seccompProfile?.type ?? []));
    const wrong = [...types].filter((type) => !PROFILES.includes(type)).sort();
    return `seccompProfile (${bad.join(' and ')} must not set securityContext.seccompProfile.type to ${quoted(wrong)})`;
  }
  if (unset.length === 0) return undefined;
  const must = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"';
  return `seccompProfile (pod or ${named('container', unset)} ${must})`;
};

/** Checks of a level in the order in which upstream names them; `restricted` takes its own rule for volumes. */
const LEVELS: ReadonlyMap<string, readonly Check[]> = new Map([
  ['baseline', [hostNamespaces, hostPathVolumes, hostPorts, privileged]],
  [
    'restricted',
    [
      hostNamespaces,
      hostPorts,
      privileged,
      allowPrivilegeEscalation,
      capabilities,
      restrictedVolumes,
      runAsNonRoot,
      seccompProfile,
    ],
  ],
]);

/**
 * Holds pods to the level that their namespace enforces: what concerns volumes, and the checks that most pods fail.
 * @see staging/src/k8s.io/pod-security-admission/admission/admission.go EvaluatePod
 */
export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  validateCreate: (object, definition, { ctx }) => {
    if (definition.group !== '' || definition.kind !== 'Pod') return;
    const { labels } = ctx.live<Namespace>(NAMESPACES, object.metadata.namespace ?? '')?.metadata ?? {};
    const level = labels?.[ENFORCE];
    const checks = level === undefined ? undefined : LEVELS.get(level);
    if (!checks) return;
    const { spec } = object as typeof object & { readonly spec: PodSpec };
    const faults = checks.flatMap((check) => check(spec) ?? []);
    if (faults.length === 0) return;
    const policy = `${level}:${labels?.[ENFORCE_VERSION] ?? 'latest'}`;
    throw forbidden(definition, object.metadata.name, `violates PodSecurity "${policy}": ${faults.join(', ')}`);
  },
};
