import type { AdmissionPlugin } from '../kind.ts';
import type { KubeObject, Pod, PodSpec, Toleration } from '../object.ts';

const SECONDS = 300;
const KEYS: readonly string[] = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

const tolerates = ({ key, effect }: Toleration, wanted: string): boolean =>
  (!key || key === wanted) && (!effect || effect === 'NoExecute');

function withTolerations(spec: PodSpec): PodSpec {
  const { tolerations = [] } = spec;
  const missing = KEYS.filter((key) => !tolerations.some((toleration) => tolerates(toleration, key)));
  if (missing.length === 0) return spec;
  const added = missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS }));
  return { ...spec, tolerations: [...tolerations, ...added] };
}

/**
 * A pod stays 300 s on a node that is not ready or not reachable, where it does not say otherwise.
 * @see plugin/pkg/admission/defaulttolerationseconds/admission.go
 */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  admitCreate: (object, { group, kind }) =>
    group === '' && kind === 'Pod' ? { ...object, spec: withTolerations(object['spec'] as PodSpec) } : object,
  admitUpdate: (object, _old, { group, kind }) => {
    if (group !== '' || kind !== 'Pod') return object;
    const { spec } = object as Pod;
    const next = withTolerations(spec);
    return next === spec ? object : ({ ...object, spec: next } as KubeObject);
  },
};
