import type { AdmissionPlugin } from '../kind.ts';
import type { ObjectInput, Taint } from '../object.ts';

const NOT_READY: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

/**
 * Lets no pod onto a new node before the node lifecycle controller has seen that it is ready and takes the taint off.
 * @see plugin/pkg/admission/nodetaint/admission.go
 */
export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  admitCreate: (object, { group, kind }) => {
    if (group !== '' || kind !== 'Node') return object;
    const { spec = {} } = object as ObjectInput & { readonly spec?: { readonly taints?: readonly Taint[] } };
    const { taints = [] } = spec;
    if (taints.some(({ key, effect }) => key === NOT_READY.key && effect === NOT_READY.effect)) return object;
    return { ...object, spec: { ...spec, taints: [...taints, NOT_READY] } } as ObjectInput;
  },
};
