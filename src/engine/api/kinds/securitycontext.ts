import type { FieldError } from '../errors.ts';
import { byteLength } from '../names.ts';
import type { Container, PodSpec } from '../object.ts';
import { VALUES } from '../schema/values.ts';
import { duplicate, inclusiveRange, invalidValue, notSupported, oneOf, required, tooLong } from './field.ts';
import { internalOf } from './internal.ts';
import { type Source, validateLocalDescendingPath } from './volumesources.ts';

/** Security contexts of pods and containers. @see pkg/apis/core/validation/validation.go ValidateSecurityContext */

const MAX_ID = 2 ** 31 - 1;

/** @see IsValidUserID, IsValidGroupID */
const validateId = (id: unknown, field: string): FieldError[] =>
  typeof id !== 'number' || (id >= 0 && id <= MAX_ID) ? [] : [invalidValue(field, id, inclusiveRange(0, MAX_ID))];

/** @see validateSeccompProfileField */
function validateSeccomp(profile: Source | undefined, field: string): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile: path } = profile as { readonly type?: string; readonly localhostProfile?: string };
  const errors = type
    ? oneOf(`${field}.type`, type, VALUES['core.SeccompProfileType'])
    : [required(`${field}.type`, 'type is required when seccompProfile is set')];
  const at = `${field}.localhostProfile`;
  if (type === 'Localhost') {
    if (path === undefined) errors.push(required(at, 'must be set when seccomp type is Localhost'));
    else errors.push(...validateLocalDescendingPath(path, at));
  } else if (path !== undefined) {
    const shown = { Type: type ?? '', LocalhostProfile: path };
    errors.push(invalidValue(at, shown, 'can only be set when seccomp type is Localhost'));
  }
  return errors;
}

/** One less than the longest path of Linux. */
const MAX_PROFILE = 4095;

/** @see ValidateAppArmorProfileField */
function validateAppArmor(profile: Source | undefined, field: string): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile: name } = profile as { readonly type?: string; readonly localhostProfile?: string };
  const at = `${field}.localhostProfile`;
  if (!type) return [required(`${field}.type`, 'type is required when appArmorProfile is set')];
  const known = VALUES['core.AppArmorProfileType'];
  if (!(known as readonly string[]).includes(type)) return [notSupported(`${field}.type`, type, known)];
  if (type !== 'Localhost')
    return name === undefined ? [] : [invalidValue(at, name, 'can only be set when AppArmor type is Localhost')];
  const missing = required(at, 'must be set when AppArmor type is Localhost');
  if (name === undefined) return [missing];
  const errors: FieldError[] = [];
  if (name.trim() !== name) errors.push(invalidValue(at, name, 'must not be padded with whitespace'));
  else if (name === '') errors.push(missing);
  if (byteLength(name) > MAX_PROFILE) errors.push(tooLong(at, MAX_PROFILE));
  return errors;
}

/** @see ValidateSecurityContext */
export function validateContainerSecurityContext(
  container: Container,
  field: string,
  hostUsers: boolean,
): FieldError[] {
  const context = container['securityContext'] as Source | undefined;
  if (!context) return [];
  const errors = [
    ...validateId(context['runAsUser'], `${field}.runAsUser`),
    ...validateId(context['runAsGroup'], `${field}.runAsGroup`),
  ];
  const { procMount } = context;
  if (procMount !== undefined)
    errors.push(...oneOf(`${field}.procMount`, String(procMount), VALUES['core.ProcMountType']));
  if (hostUsers && procMount === 'Unmasked')
    errors.push(invalidValue(`${field}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`'));
  errors.push(...validateSeccomp(context['seccompProfile'] as Source | undefined, `${field}.seccompProfile`));
  if (context['allowPrivilegeEscalation'] === false) {
    const cannot = (what: string): FieldError =>
      invalidValue(
        field,
        internalOf('SecurityContext', context),
        `cannot set \`allowPrivilegeEscalation\` to false and ${what}`,
      );
    if (context['privileged'] === true) errors.push(cannot('`privileged` to true'));
    const added = (context['capabilities'] as { readonly add?: readonly string[] } | undefined)?.add ?? [];
    if (added.includes('CAP_SYS_ADMIN')) errors.push(cannot('`capabilities.Add` CAP_SYS_ADMIN'));
  }
  errors.push(...validateAppArmor(context['appArmorProfile'] as Source | undefined, `${field}.appArmorProfile`));
  return errors;
}

const SYSCTL_SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SYSCTL = `^(${SYSCTL_SEGMENT}[\\./])*${SYSCTL_SEGMENT}$`;
const MAX_SYSCTL = 253;
const sysctlSegment = /^[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?$/;

const isSysctlName = (name: string): boolean =>
  byteLength(name) <= MAX_SYSCTL && name.split(/[./]/).every((part) => sysctlSegment.test(part));

const IPC_SYSCTL = /^(kernel[./](shmall|shmmax|shmmni|sem|shm_rmid_forced|msg.*)$|kernel[./]shm|fs[./]mqueue[./])/;

/** @see validateSysctls, ValidateHostSysctl */
function validateSysctls(sysctls: readonly Source[], spec: PodSpec, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, { name: given }] of sysctls.entries()) {
    const [path, name] = [`${field}[${i}].name`, String(given ?? '')];
    if (name === '') errors.push(required(path));
    else if (!isSysctlName(name))
      errors.push(invalidValue(path, name, `must have at most ${MAX_SYSCTL} characters and match regex ${SYSCTL}`));
    else if (seen.has(name)) errors.push(duplicate(path, name));
    if (spec['hostNetwork'] && /^net[./]/.test(name))
      errors.push(invalidValue(path, name, "may not be specified when 'hostNetwork' is true"));
    else if (spec['hostIPC'] && IPC_SYSCTL.test(name))
      errors.push(invalidValue(path, name, "may not be specified when 'hostIPC' is true"));
    seen.add(name);
  }
  return errors;
}

/** @see validatePodSpecSecurityContext */
export function validatePodSecurityContext(spec: PodSpec, field: string): FieldError[] {
  const context: Source = spec.securityContext ?? {};
  const errors = ['fsGroup', 'runAsUser', 'runAsGroup'].flatMap((name) =>
    validateId(context[name], `${field}.${name}`),
  );
  for (const [i, id] of ((context['supplementalGroups'] as readonly number[] | undefined) ?? []).entries())
    errors.push(...validateId(id, `${field}.supplementalGroups[${i}]`));
  if (spec['shareProcessNamespace'] === true && spec['hostPID'])
    errors.push(
      invalidValue(`${field}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled'),
    );
  const sysctls = (context['sysctls'] as readonly Source[] | undefined) ?? [];
  errors.push(...validateSysctls(sysctls, spec, `${field}.sysctls`));
  const choose = (name: string, values: readonly string[]): FieldError[] =>
    context[name] === undefined ? [] : oneOf(`${field}.${name}`, String(context[name]), values);
  return [
    ...errors,
    ...choose('fsGroupChangePolicy', VALUES['core.PodFSGroupChangePolicy']),
    ...validateSeccomp(context['seccompProfile'] as Source | undefined, `${field}.seccompProfile`),
    ...validateAppArmor(context['appArmorProfile'] as Source | undefined, `${field}.appArmorProfile`),
    ...choose('supplementalGroupsPolicy', VALUES['core.SupplementalGroupsPolicy']),
    ...choose('seLinuxChangePolicy', VALUES['core.PodSELinuxChangePolicy']),
  ];
}
