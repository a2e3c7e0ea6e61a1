import { RESERVED_PREFIX } from '../metadata.ts';
import { SECRET_KEYS } from '../secrets.ts';
import type { StringMap } from '../spec/messages.ts';
import { FSTYPE_KEY } from './names.ts';
import { fail, type ProvisionFailure } from './outcome.ts';

/**
 * File system type of a class: from the reserved key or the old one in any case of letters.
 * @see kubernetes-csi/external-provisioner pkg/controller/controller.go getFSTypeFromParameters
 */
export function fsTypeOf(parameters: StringMap): string | undefined | ProvisionFailure {
  const given = Object.entries(parameters).filter(([key]) => key === FSTYPE_KEY || key.toLowerCase() === 'fstype');
  if (given.length > 1)
    return fail('finished', `fstype specified in parameters with both "fstype" and "${FSTYPE_KEY}" keys`);
  return given[0]?.[1];
}

/**
 * The parameters that the driver gets: without those that are meant for the sidecar.
 * @see kubernetes-csi/external-provisioner pkg/controller/controller.go removePrefixedParameters
 */
export function removePrefixedParameters(parameters: StringMap): StringMap | ProvisionFailure {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!key.startsWith(RESERVED_PREFIX)) kept[key] = value;
    else if (key !== FSTYPE_KEY && !SECRET_KEYS.has(key)) {
      const unknown = `found unknown parameter key "${key}" with reserved namespace csi.storage.k8s.io/`;
      return fail('finished', `failed to strip CSI Parameters of prefixed keys: ${unknown}`);
    }
  }
  return kept;
}
