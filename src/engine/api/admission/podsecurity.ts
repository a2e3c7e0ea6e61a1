import type { Context } from '../../sim/context.ts';
import { deepEqual } from '../diff.ts';
import { forbidden, invalid } from '../errors.ts';
import type { AdmissionPlugin, KindDefinition, RequestInfo } from '../kind.ts';
import type { Container, KubeObject, Namespace, Pod, PodSpec } from '../object.ts';
import type { PodLike } from '../podsecurity/checks.ts';
import {
  compareLevels,
  type LevelVersion,
  policyOf,
  policyText,
  violations,
  violationText,
} from '../podsecurity/policy.ts';
import { NAMESPACES, PODS } from '../tables.ts';

const policyIn = (ctx: Context, namespace: string | undefined): ReturnType<typeof policyOf> =>
  policyOf(ctx.live<Namespace>(NAMESPACES, namespace ?? '')?.metadata.labels);

const podLike = ({ metadata, spec }: TemplateLike): PodLike => ({ annotations: metadata?.annotations ?? {}, spec });

interface TemplateLike {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: PodSpec;
}

/** Kinds that make pods. @see admission.go DefaultPodSpecExtractor */
const MAKERS: readonly string[] = [
  'apps/DaemonSet',
  'apps/Deployment',
  'apps/ReplicaSet',
  'apps/StatefulSet',
  'batch/CronJob',
  'batch/Job',
  '/PodTemplate',
  '/ReplicationController',
];

interface Maker {
  readonly template?: TemplateLike;
  readonly spec?: { readonly template?: TemplateLike; readonly jobTemplate?: { readonly spec: Maker['spec'] } };
}

const templateOf = ({ template, spec }: Maker): TemplateLike | undefined =>
  template ?? spec?.template ?? spec?.jobTemplate?.spec?.template;

function checkPod(pod: Pod, definition: KindDefinition, { ctx, warn }: RequestInfo): void {
  const policy = policyIn(ctx, pod.metadata.namespace);
  const like = podLike(pod);
  const enforced = violations(policy.enforce, like);
  if (enforced.length > 0) {
    const text = `violates PodSecurity "${policyText(policy.enforce)}": ${violationText(enforced)}`;
    throw forbidden(definition, pod.metadata.name, text);
  }
  if (warn) warnOf(policy.warn, like, warn);
}

function warnOf(policy: LevelVersion, pod: PodLike, warn: (text: string) => void): void {
  const found = violations(policy, pod);
  if (found.length > 0) warn(`would violate PodSecurity "${policyText(policy)}": ${violationText(found)}`);
}

/** Who makes pods is only warned, and only where somebody hears it. */
function checkTemplate(object: KubeObject, definition: KindDefinition, { ctx, warn }: RequestInfo): void {
  if (!warn || !MAKERS.includes(`${definition.group}/${definition.kind}`)) return;
  const template = templateOf(object as Maker);
  if (template) warnOf(policyIn(ctx, object.metadata.namespace).warn, podLike(template), warn);
}

const imagesOf = ({ spec: { containers = [], initContainers = [] } }: Pod): readonly (readonly string[])[] =>
  [containers, initContainers].map((list: readonly Container[]) => list.map(({ image = '' }) => image));

/** Of what a pod can change only its images count. @see admission.go isSignificantPodUpdate */
const isSignificant = (pod: Pod, old: Pod): boolean =>
  pod.spec !== old.spec && !deepEqual(imagesOf(pod), imagesOf(old));

/**
 * What pods that are there would be refused for now: a line for each set of reasons, with the first pod by name.
 * @see staging/src/k8s.io/pod-security-admission/admission/admission.go EvaluatePodsInNamespace
 */
function existingViolations(ctx: Context, namespace: string, policy: LevelVersion): readonly string[] {
  const podsFor = new Map<string, string[]>();
  for (const key of ctx.liveBucket(PODS, 'byNamespace', namespace)) {
    const pod = ctx.live<Pod>(PODS, key);
    const reasons = pod && violations(policy, podLike(pod)).map(({ reason }) => reason);
    if (!reasons || reasons.length === 0) continue;
    const text = reasons.join(', ');
    podsFor.set(text, [...(podsFor.get(text) ?? []), pod.metadata.name]);
  }
  if (podsFor.size === 0) return [];
  const lines = [...podsFor].map(([text, names]) => {
    const [first, ...others] = names.sort();
    const more = others.length === 0 ? '' : ` (and ${others.length} other ${others.length === 1 ? 'pod' : 'pods'})`;
    return `${first}${more}: ${text}`;
  });
  const head = `existing pods in namespace "${namespace}" violate the new PodSecurity enforce level`;
  return [`${head} "${policyText(policy)}"`, ...lines.sort()];
}

/** Labels that cannot be read are refused where they are new; who tightens what is enforced hears of pods that break it. */
function checkNamespace(
  next: KubeObject,
  old: KubeObject | undefined,
  definition: KindDefinition,
  request: RequestInfo,
): void {
  if (old && next.metadata.labels === old.metadata.labels) return;
  const { faults, enforce } = policyOf(next.metadata.labels);
  const before = old && policyOf(old.metadata.labels);
  if (faults.length > 0 && !deepEqual(faults, before?.faults)) throw invalid(definition, next.metadata.name, faults);
  if (!before || !request.warn || enforce.level === 'privileged') return;
  const isRelaxed =
    enforce.version === before.enforce.version && compareLevels(enforce.level, before.enforce.level) <= 0;
  if (isRelaxed) return;
  for (const text of existingViolations(request.ctx, next.metadata.name, enforce)) request.warn(text);
}

const isPod = ({ group, kind }: KindDefinition): boolean => group === '' && kind === 'Pod';
const isNamespace = ({ group, kind }: KindDefinition): boolean => group === '' && kind === 'Namespace';

/**
 * Holds pods to the level that their namespace enforces and warns of what breaks the level that it warns of. The mode
 * `audit` only writes annotations into an audit log, of which there is none.
 * @see staging/src/k8s.io/pod-security-admission/admission/admission.go
 */
export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  validateCreate: (object, definition, request) => {
    if (isPod(definition)) checkPod(object as Pod, definition, request);
    else if (isNamespace(definition)) checkNamespace(object, undefined, definition, request);
    else checkTemplate(object, definition, request);
  },
  validateUpdate: (object, old, definition, request) => {
    if (isPod(definition)) {
      if (isSignificant(object as Pod, old as Pod)) checkPod(object as Pod, definition, request);
    } else if (isNamespace(definition)) checkNamespace(object, old, definition, request);
    else checkTemplate(object, definition, request);
  },
};
