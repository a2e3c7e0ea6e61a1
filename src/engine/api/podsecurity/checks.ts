import { goQuote } from '../gotext.ts';
import type { Container, PodSpec, Volume } from '../object.ts';

/** What of a pod, or of a pod template, the checks look at. */
export interface PodLike {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

/** What a check forbids: in few words, and what in this pod it is. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

/** One check at one minor version of the policy. */
export type CheckPod = (pod: PodLike, minor: number) => Violation | undefined;

/** A check of a level, from the minor version on that has it. */
export interface Check {
  readonly id: string;
  readonly since: number;
  readonly check: CheckPod;
  /** The check of `baseline` that this one of `restricted` takes the place of. */
  readonly overrides?: string;
}

interface Profile {
  readonly type?: string;
}

interface Handler {
  readonly httpGet?: { readonly host?: string };
  readonly tcpSocket?: { readonly host?: string };
}

interface SecurityContext {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly procMount?: string;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: Profile;
  readonly appArmorProfile?: Profile;
  readonly seLinuxOptions?: { readonly type?: string; readonly user?: string; readonly role?: string };
  readonly windowsOptions?: { readonly hostProcess?: boolean };
  readonly sysctls?: readonly { readonly name: string }[];
}

const plural = (word: string, list: readonly unknown[]): string => (list.length === 1 ? word : `${word}s`);
const verb = (names: readonly unknown[]): string => (names.length === 1 ? 'uses' : 'use');
const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
const named = (what: string, names: readonly string[]): string => `${plural(what, names)} ${quoted(names)}`;
const sorted = (values: Iterable<string>): readonly string[] => [...new Set(values)].sort();

const contextOf = (of: Container | PodSpec): SecurityContext =>
  (of['securityContext'] as SecurityContext | undefined) ?? {};

/** Containers in the order in which upstream visits them. @see policy/visitor.go */
function containersOf(spec: PodSpec): readonly Container[] {
  const { initContainers = [], containers = [] } = spec;
  return [...initContainers, ...containers, ...((spec['ephemeralContainers'] as readonly Container[]) ?? [])];
}

const namesOf = (spec: PodSpec, isBad: (container: Container) => boolean): readonly string[] =>
  containersOf(spec)
    .filter(isBad)
    .map(({ name }) => name);

/** `pod and container "main"`: who sets something that is not allowed, which containers can override. */
function settersOf(spec: PodSpec, isBad: (context: SecurityContext) => boolean): readonly string[] {
  const containers = namesOf(spec, (container) => isBad(contextOf(container)));
  return [
    ...(isBad(contextOf(spec)) ? ['pod'] : []),
    ...(containers.length > 0 ? [named('container', containers)] : []),
  ];
}

/** What the pod and its containers say of one field, in that order. */
const saidOf = <T>(spec: PodSpec, of: (context: SecurityContext) => T | undefined): readonly T[] =>
  [spec, ...containersOf(spec)].flatMap((each) => of(contextOf(each)) ?? []);

const isWindows = (spec: PodSpec): boolean =>
  (spec['os'] as { readonly name?: string } | undefined)?.name === 'windows';

/** From 1.35 on a pod with its own user namespace may do what would be the host's otherwise. */
const isInUserNamespace = (spec: PodSpec, minor: number): boolean => minor >= 35 && spec['hostUsers'] === false;

const hostNamespaces: CheckPod = ({ spec }) => {
  const used = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true);
  if (used.length === 0) return undefined;
  return { reason: 'host namespaces', detail: used.map((field) => `${field}=true`).join(', ') };
};

const hostPathVolumes: CheckPod = ({ spec: { volumes = [] } }) => {
  const names = volumes.filter(({ hostPath }) => hostPath).map(({ name }) => name);
  return names.length === 0 ? undefined : { reason: 'hostPath volumes', detail: named('volume', names) };
};

const hostPorts: CheckPod = ({ spec }) => {
  const bad = containersOf(spec).filter(({ ports = [] }) => ports.some(({ hostPort }) => hostPort));
  if (bad.length === 0) return undefined;
  const used = bad.flatMap(({ ports = [] }) => ports.flatMap(({ hostPort }) => hostPort || []));
  const list = sorted(used.map(String));
  const names = bad.map(({ name }) => name);
  const detail = `${named('container', names)} ${verb(names)} ${plural('hostPort', list)} ${list.join(', ')}`;
  return { reason: 'hostPort', detail };
};

const HANDLED: readonly string[] = ['livenessProbe', 'readinessProbe', 'startupProbe'];

function hostsOf(container: Container): readonly string[] {
  const { postStart, preStop } = (container['lifecycle'] ?? {}) as Readonly<Record<string, Handler | undefined>>;
  const handlers = [...HANDLED.map((field) => container[field] as Handler | undefined), postStart, preStop];
  return handlers.flatMap((handler) => [handler?.httpGet, handler?.tcpSocket].flatMap((to) => to?.host || []));
}

const hostProbesAndHostLifecycle: CheckPod = ({ spec }) => {
  const names = sorted(namesOf(spec, (container) => hostsOf(container).length > 0));
  if (names.length === 0) return undefined;
  const reason = 'probe or lifecycle host';
  const hosts = sorted(containersOf(spec).flatMap(hostsOf));
  return { reason, detail: `${named('container', names)} ${verb(names)} ${named(reason, hosts)}` };
};

const privileged: CheckPod = ({ spec }) => {
  const names = namesOf(spec, (container) => contextOf(container).privileged === true);
  if (names.length === 0) return undefined;
  return { reason: 'privileged', detail: `${named('container', names)} must not set securityContext.privileged=true` };
};

const procMount: CheckPod = ({ spec }) => {
  const isBad = (container: Container): boolean => (contextOf(container).procMount ?? 'Default') !== 'Default';
  const bad = containersOf(spec).filter(isBad);
  if (bad.length === 0) return undefined;
  const names = bad.map(({ name }) => name);
  const types = sorted(bad.map((container) => contextOf(container).procMount ?? ''));
  const detail = `${named('container', names)} must not set securityContext.procMount to ${quoted(types)}`;
  return { reason: 'procMount', detail };
};

const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const PROFILES: readonly string[] = ['RuntimeDefault', 'Localhost'];

const isBadProfile = (profile: Profile | undefined): boolean =>
  profile !== undefined && !PROFILES.includes(profile.type ?? '');

/** Types of profiles that are not allowed. */
const badTypes = (spec: PodSpec, of: (context: SecurityContext) => Profile | undefined): readonly string[] =>
  sorted(
    saidOf(spec, of)
      .filter(isBadProfile)
      .map(({ type = '' }) => type),
  );

const appArmorProfile: CheckPod = ({ annotations, spec }) => {
  const isAllowed = (value: string): boolean =>
    value === '' || value === 'runtime/default' || value.startsWith('localhost/');
  const notes = Object.entries(annotations).filter(([key, value]) => key.startsWith(APP_ARMOR) && !isAllowed(value));
  const setters = [
    ...settersOf(spec, (context) => isBadProfile(context.appArmorProfile)),
    ...(notes.length > 0 ? [plural('annotation', notes)] : []),
  ];
  if (setters.length === 0) return undefined;
  const values = [
    ...badTypes(spec, (context) => context.appArmorProfile),
    ...notes.map(([key, value]) => `${key}=${goQuote(value)}`).sort(),
  ];
  const detail = `${setters.join(' and ')} must not set AppArmor profile type to ${quoted(values)}`;
  return { reason: plural('forbidden AppArmor profile', values), detail };
};

const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';

/** Before 1.19 annotations said which profile there is. */
const seccompAnnotations: CheckPod = ({ annotations, spec }) => {
  const isAllowed = (value: string): boolean =>
    value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/');
  const keys = [SECCOMP_POD, ...containersOf(spec).map(({ name }) => SECCOMP_CONTAINER + name)];
  const bad = sorted(
    keys.flatMap((key) => {
      const value = Object.hasOwn(annotations, key) ? annotations[key] : undefined;
      return value === undefined || isAllowed(value) ? [] : `${key}=${goQuote(value)}`;
    }),
  );
  if (bad.length === 0) return undefined;
  return { reason: 'seccompProfile', detail: `forbidden ${plural('annotation', bad)} ${bad.join(', ')}` };
};

const seccompSet: CheckPod = ({ spec }) => {
  const profileOf = (context: SecurityContext): Profile | undefined => context.seccompProfile;
  const setters = settersOf(spec, (context) => isBadProfile(profileOf(context)));
  if (setters.length === 0) return undefined;
  const types = quoted(badTypes(spec, profileOf));
  const detail = `${setters.join(' and ')} must not set securityContext.seccompProfile.type to ${types}`;
  return { reason: 'seccompProfile', detail };
};

const seccompBaseline: CheckPod = (pod, minor) => (minor < 19 ? seccompAnnotations : seccompSet)(pod, minor);

const seccompRestricted: CheckPod = (pod, minor) => {
  const { spec } = pod;
  if (minor >= 25 && isWindows(spec)) return undefined;
  const set = seccompSet(pod, minor);
  if (set || contextOf(spec).seccompProfile) return set;
  const unset = namesOf(spec, (container) => contextOf(container).seccompProfile === undefined);
  if (unset.length === 0) return undefined;
  const must = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"';
  return { reason: 'seccompProfile', detail: `pod or ${named('container', unset)} ${must}` };
};

const SELINUX_TYPES: readonly string[] = ['', 'container_t', 'container_init_t', 'container_kvm_t'];

const seLinuxOptions: CheckPod = ({ spec }, minor) => {
  const allowed = minor >= 31 ? [...SELINUX_TYPES, 'container_engine_t'] : SELINUX_TYPES;
  const setters = settersOf(spec, ({ seLinuxOptions: options }) =>
    options ? !allowed.includes(options.type ?? '') || !!options.user || !!options.role : false,
  );
  if (setters.length === 0) return undefined;
  const all = saidOf(spec, (context) => context.seLinuxOptions);
  const types = sorted(all.map(({ type = '' }) => type).filter((type) => !allowed.includes(type)));
  const data = [
    ...(types.length > 0 ? [named('type', types)] : []),
    ...(all.some(({ user }) => user) ? ['user may not be set'] : []),
    ...(all.some(({ role }) => role) ? ['role may not be set'] : []),
  ];
  const detail = `${setters.join(' and ')} set forbidden securityContext.seLinuxOptions: ${data.join('; ')}`;
  return { reason: 'seLinuxOptions', detail };
};

/** Sysctls of a pod's own, with the minor version from which on they are allowed. */
const SYSCTLS: ReadonlyMap<string, number> = new Map([
  ['kernel.shm_rmid_forced', 0],
  ['net.ipv4.ip_local_port_range', 0],
  ['net.ipv4.tcp_syncookies', 0],
  ['net.ipv4.ping_group_range', 0],
  ['net.ipv4.ip_unprivileged_port_start', 0],
  ['net.ipv4.ip_local_reserved_ports', 27],
  ['net.ipv4.tcp_keepalive_time', 29],
  ['net.ipv4.tcp_fin_timeout', 29],
  ['net.ipv4.tcp_keepalive_intvl', 29],
  ['net.ipv4.tcp_keepalive_probes', 29],
  ['net.ipv4.tcp_rmem', 32],
  ['net.ipv4.tcp_wmem', 32],
]);

const sysctls: CheckPod = ({ spec }, minor) => {
  const names = (contextOf(spec).sysctls ?? []).map(({ name }) => name);
  const bad = names.filter((name) => (SYSCTLS.get(name) ?? Number.POSITIVE_INFINITY) > minor);
  return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') };
};

const windowsHostProcess: CheckPod = ({ spec }) => {
  const setters = settersOf(spec, ({ windowsOptions }) => windowsOptions?.hostProcess === true);
  if (setters.length === 0) return undefined;
  const detail = `${setters.join(' and ')} must not set securityContext.windowsOptions.hostProcess=true`;
  return { reason: 'hostProcess', detail };
};

const DEFAULT_CAPABILITIES: readonly string[] = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];

/** The containers that add other capabilities than these, and which; nothing where none does. */
function addedBeyond(spec: PodSpec, allowed: readonly string[]): string | undefined {
  const addedBy = (container: Container): readonly string[] =>
    (contextOf(container).capabilities?.add ?? []).filter((name) => !allowed.includes(name));
  const names = namesOf(spec, (container) => addedBy(container).length > 0);
  if (names.length === 0) return undefined;
  const added = sorted(containersOf(spec).flatMap(addedBy));
  return `${named('container', names)} must not include ${quoted(added)} in securityContext.capabilities.add`;
}

const capabilitiesBaseline: CheckPod = ({ spec }) => {
  const detail = addedBeyond(spec, DEFAULT_CAPABILITIES);
  return detail === undefined ? undefined : { reason: 'non-default capabilities', detail };
};

const capabilitiesRestricted: CheckPod = ({ spec }, minor) => {
  if (minor >= 25 && isWindows(spec)) return undefined;
  const keeping = namesOf(spec, (container) => !contextOf(container).capabilities?.drop?.includes('ALL'));
  const added = addedBeyond(spec, ['NET_BIND_SERVICE']);
  const details = [
    ...(keeping.length > 0
      ? [`${named('container', keeping)} must set securityContext.capabilities.drop=["ALL"]`]
      : []),
    ...(added === undefined ? [] : [added]),
  ];
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') };
};

const allowPrivilegeEscalation: CheckPod = ({ spec }, minor) => {
  if (minor >= 25 && isWindows(spec)) return undefined;
  const names = namesOf(spec, (container) => contextOf(container).allowPrivilegeEscalation !== false);
  if (names.length === 0) return undefined;
  const must = 'must set securityContext.allowPrivilegeEscalation=false';
  return { reason: 'allowPrivilegeEscalation != false', detail: `${named('container', names)} ${must}` };
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

const restrictedVolumes: CheckPod = ({ spec: { volumes = [] } }) => {
  const bad = volumes.filter((volume) => !RESTRICTED_TYPES.some((type) => volume[type]));
  if (bad.length === 0) return undefined;
  const names = bad.map(({ name }) => name);
  const types = sorted(bad.map(typeOf));
  const detail = `${named('volume', names)} ${verb(names)} ${named('restricted volume type', types)}`;
  return { reason: 'restricted volume types', detail };
};

const runAsNonRoot: CheckPod = ({ spec }, minor) => {
  if (isInUserNamespace(spec, minor)) return undefined;
  const reason = 'runAsNonRoot != true';
  const setters = settersOf(spec, (context) => context.runAsNonRoot === false);
  if (setters.length > 0)
    return { reason, detail: `${setters.join(' and ')} must not set securityContext.runAsNonRoot=false` };
  if (contextOf(spec).runAsNonRoot === true) return undefined;
  const unset = namesOf(spec, (container) => contextOf(container).runAsNonRoot === undefined);
  if (unset.length === 0) return undefined;
  return { reason, detail: `pod or ${named('container', unset)} must set securityContext.runAsNonRoot=true` };
};

const runAsUser: CheckPod = ({ spec }, minor) => {
  if (isInUserNamespace(spec, minor)) return undefined;
  const setters = settersOf(spec, (context) => context.runAsUser === 0);
  if (setters.length === 0) return undefined;
  return { reason: 'runAsUser=0', detail: `${setters.join(' and ')} must not set runAsUser=0` };
};

/** The checks of `baseline`, by their IDs. @see staging/src/k8s.io/pod-security-admission/policy */
export const BASELINE: readonly Check[] = [
  { id: 'appArmorProfile', since: 0, check: appArmorProfile },
  { id: 'capabilities_baseline', since: 0, check: capabilitiesBaseline },
  { id: 'hostNamespaces', since: 0, check: hostNamespaces },
  { id: 'hostPathVolumes', since: 0, check: hostPathVolumes },
  { id: 'hostPorts', since: 0, check: hostPorts },
  { id: 'hostProbesAndHostLifecycle', since: 34, check: hostProbesAndHostLifecycle },
  { id: 'privileged', since: 0, check: privileged },
  {
    id: 'procMount',
    since: 0,
    check: (pod, minor) => (isInUserNamespace(pod.spec, minor) ? undefined : procMount(pod, minor)),
  },
  { id: 'seLinuxOptions', since: 0, check: seLinuxOptions },
  { id: 'seccompProfile_baseline', since: 0, check: seccompBaseline },
  { id: 'sysctls', since: 0, check: sysctls },
  { id: 'windowsHostProcess', since: 0, check: windowsHostProcess },
];

/** What `restricted` adds, by their IDs. @see staging/src/k8s.io/pod-security-admission/policy */
export const RESTRICTED: readonly Check[] = [
  { id: 'allowPrivilegeEscalation', since: 8, check: allowPrivilegeEscalation },
  { id: 'capabilities_restricted', since: 22, check: capabilitiesRestricted, overrides: 'capabilities_baseline' },
  { id: 'procMount_restricted', since: 35, check: procMount, overrides: 'procMount' },
  { id: 'restrictedVolumes', since: 0, check: restrictedVolumes, overrides: 'hostPathVolumes' },
  { id: 'runAsNonRoot', since: 0, check: runAsNonRoot },
  { id: 'runAsUser', since: 23, check: runAsUser },
  { id: 'seccompProfile_restricted', since: 19, check: seccompRestricted, overrides: 'seccompProfile_baseline' },
];
