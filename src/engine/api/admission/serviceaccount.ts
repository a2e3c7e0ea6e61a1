import type { AdmissionPlugin } from '../kind.ts';
import type { PodSpec } from '../object.ts';

/**
 * A pod runs as the account `default` where it names none. That the account exists is not asked, and no token is mounted.
 * @see plugin/pkg/admission/serviceaccount/admission.go Admit
 */
export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  admitCreate: (object, definition) => {
    if (definition.group !== '' || definition.kind !== 'Pod') return object;
    const spec = object['spec'] as PodSpec;
    const name = spec.serviceAccountName || 'default';
    if (spec.serviceAccountName === name && spec['serviceAccount'] === name) return object;
    return { ...object, spec: { ...spec, serviceAccountName: name, serviceAccount: name } };
  },
};
