import type { ObjectInput } from './api/object.ts';
import { fieldText } from './api/schema/check.ts';
import { schemaOf, type TypeNode } from './api/schema/types.ts';
import type { Diagnostic } from './diagnostics.ts';
import { at, type SourceObject } from './manifests.ts';

/** What a group of fields means here, or that a kind of object is kept and nothing more. */
interface Declaration {
  /** What happens instead, one sentence; the page says the same in its languages. */
  readonly meaning: string;
  /** `struct.field` of the API's schema, so that a field of pods is one in every template of pods, too. */
  readonly fields?: readonly string[];
  /** `apiVersion/kind` without the version's group for the core group: the whole object. */
  readonly kinds?: readonly string[];
  /** The component that would act on it; where the engine has that, the fields and kinds are simulated. */
  readonly component?: string;
}

const fieldsOf = (struct: string, ...names: readonly string[]): readonly string[] =>
  names.map((name) => `${struct}.${name}`);
const ofContainers = (...names: readonly string[]): readonly string[] =>
  ['core.Container', 'core.EphemeralContainer'].flatMap((struct) => fieldsOf(struct, ...names));

/** Every field and kind that the API takes and keeps, but on which nothing acts. */
const DECLARATIONS = {
  probes: {
    meaning: 'Probes are not run: a container is ready as soon as it has started.',
    fields: ofContainers('livenessProbe', 'readinessProbe', 'startupProbe'),
  },
  command: {
    meaning: 'What a container runs is not run: it starts, stays up and ends when it is told to.',
    fields: ofContainers('command', 'args', 'workingDir', 'stdin', 'stdinOnce', 'tty', 'lifecycle'),
  },
  environment: {
    meaning: 'The environment is not filled in: what is missing there does not hold the container back.',
    fields: ofContainers('env', 'envFrom'),
  },
  termination: {
    meaning: 'Containers leave no message behind, and their exit codes decide nothing.',
    fields: ofContainers('terminationMessagePath', 'terminationMessagePolicy', 'restartPolicyRules'),
  },
  ephemeralContainers: {
    meaning: 'Ephemeral containers are kept, but not started.',
    fields: ['core.PodSpec.ephemeralContainers'],
  },
  deadline: {
    meaning: 'Nothing ends a pod that runs for too long.',
    fields: ['core.PodSpec.activeDeadlineSeconds'],
  },
  limits: {
    meaning: 'Limits count for quotas and limit ranges; nothing is slowed down, killed or resized.',
    fields: [...fieldsOf('core.ResourceRequirements', 'limits', 'claims'), ...ofContainers('resizePolicy')],
  },
  devices: {
    meaning: 'Devices and pod groups are not allocated: the pod is scheduled without them.',
    fields: fieldsOf('core.PodSpec', 'resourceClaims', 'schedulingGroup'),
  },
  affinityKeys: {
    meaning: 'These keys are not read: the term matches as if they were left out.',
    fields: fieldsOf('core.PodAffinityTerm', 'mismatchLabelKeys'),
  },
  images: {
    meaning: 'Images are always there: nothing is pulled, so nobody asks for a password.',
    fields: ['core.PodSpec.imagePullSecrets', 'core.ServiceAccount.imagePullSecrets'],
  },
  network: {
    meaning: 'There is no network between pods: names and addresses lead nowhere.',
    fields: fieldsOf(
      'core.PodSpec',
      'dnsConfig',
      'dnsPolicy',
      'enableServiceLinks',
      'hostAliases',
      'hostNetwork',
      'hostname',
      'hostnameOverride',
      'setHostnameAsFQDN',
      'subdomain',
    ),
  },
  routing: {
    meaning: 'Kept, but not routed: no traffic, no endpoints, no load balancer.',
    kinds: ['v1/Service', 'v1/Endpoints', 'discovery.k8s.io/v1/EndpointSlice'],
  },
  isolation: {
    meaning: 'Processes are not isolated: Pod Security may refuse it, the kubelet does nothing about it.',
    fields: [
      ...fieldsOf('core.PodSpec', 'hostIPC', 'hostPID', 'hostUsers', 'os', 'runtimeClassName', 'shareProcessNamespace'),
      ...fieldsOf('core.PodSecurityContext', 'appArmorProfile', 'runAsGroup', 'runAsNonRoot', 'runAsUser'),
      ...fieldsOf('core.PodSecurityContext', 'seLinuxChangePolicy', 'seLinuxOptions', 'seccompProfile'),
      ...fieldsOf('core.PodSecurityContext', 'supplementalGroups', 'supplementalGroupsPolicy', 'sysctls'),
      ...fieldsOf('core.PodSecurityContext', 'windowsOptions'),
      ...fieldsOf('core.SecurityContext', 'allowPrivilegeEscalation', 'appArmorProfile', 'capabilities', 'privileged'),
      ...fieldsOf('core.SecurityContext', 'procMount', 'readOnlyRootFilesystem', 'runAsGroup', 'runAsNonRoot'),
      ...fieldsOf('core.SecurityContext', 'runAsUser', 'seLinuxOptions', 'seccompProfile', 'windowsOptions'),
    ],
  },
  ownership: {
    meaning: 'The group of a volume is always set, however its root looks.',
    fields: ['core.PodSecurityContext.fsGroupChangePolicy'],
  },
  seLinux: {
    meaning: 'There is no SELinux: volumes are mounted without labels.',
    fields: ['storage.CSIDriverSpec.seLinuxMount'],
  },
  mounting: {
    meaning: 'Mounts inside a volume do not pass on, and variables in a path stay as they are written.',
    fields: fieldsOf('core.VolumeMount', 'mountPropagation', 'recursiveReadOnly', 'subPathExpr'),
  },
  sizeLimit: {
    meaning: 'Nothing watches how full the directory gets; no pod is evicted for it.',
    fields: ['core.EmptyDirVolumeSource.sizeLimit'],
  },
  sessions: {
    meaning: 'The first portal is used, without a login.',
    fields: ['core.ISCSIPersistentVolumeSource', 'core.ISCSIVolumeSource'].flatMap((struct) =>
      fieldsOf(struct, 'chapAuthDiscovery', 'chapAuthSession', 'initiatorName', 'portals', 'secretRef'),
    ),
  },
  projection: {
    meaning: 'The files of this source are not written.',
    fields: fieldsOf('core.VolumeProjection', 'clusterTrustBundle', 'podCertificate'),
  },
  flexVolume: {
    meaning: 'No FlexVolume plugin runs on the nodes: the volume is not mounted.',
    fields: ['core.PersistentVolumeSpec.flexVolume', 'core.Volume.flexVolume'],
  },
  daemonSet: {
    meaning: 'Kept, but no controller makes its pods.',
    kinds: ['apps/v1/DaemonSet'],
    component: 'daemonset-controller',
  },
  job: {
    meaning: 'Kept, but no controller makes its pods.',
    kinds: ['batch/v1/Job'],
    component: 'job-controller',
  },
  cronJob: {
    meaning: 'Kept, but no controller makes its jobs.',
    kinds: ['batch/v1/CronJob'],
    component: 'cronjob-controller',
  },
  disruptionBudget: {
    meaning: 'Kept, but no controller counts its pods.',
    kinds: ['policy/v1/PodDisruptionBudget'],
    component: 'disruption-controller',
  },
  groupSnapshot: {
    meaning: 'Kept, but no controller takes snapshots of groups.',
    kinds: [
      'groupsnapshot.storage.k8s.io/v1/VolumeGroupSnapshot',
      'groupsnapshot.storage.k8s.io/v1/VolumeGroupSnapshotContent',
    ],
  },
  populator: {
    meaning: 'Kept, but nothing checks data sources against it.',
    kinds: ['populator.storage.k8s.io/v1beta1/VolumePopulator'],
    component: 'volume-data-source-validator',
  },
  customResource: {
    meaning: 'Kept and printed, but objects of this kind are not served.',
    kinds: ['apiextensions.k8s.io/v1/CustomResourceDefinition'],
  },
} as const satisfies Readonly<Record<string, Declaration>>;

/** Why something is not simulated; the page has a sentence for each. */
export type Reason = keyof typeof DECLARATIONS;

/** What the API server fills in by itself is no wish of anybody. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  'core.Container.terminationMessagePath': '/dev/termination-log',
  'core.Container.terminationMessagePolicy': 'File',
  'core.PodSpec.dnsPolicy': 'ClusterFirst',
  'core.PodSpec.enableServiceLinks': true,
  'core.VolumeMount.mountPropagation': 'None',
  'core.VolumeMount.recursiveReadOnly': 'Disabled',
};

/** A field, or with path `kind` a whole object, on which nothing acts. */
export interface Unsimulated {
  readonly path: readonly (string | number)[];
  readonly reason: Reason;
}

/** All that is declared; for tests that hold it against the schema and the page's sentences. */
export const UNSIMULATED: Readonly<Record<Reason, Declaration>> = DECLARATIONS;

export const meaningOf = (reason: Reason): string => DECLARATIONS[reason].meaning;

const isReason = (key: string): key is Reason => Object.hasOwn(DECLARATIONS, key);

/** Finds what is not simulated where these types of components run. */
export class UnsimulatedFinder {
  readonly #fields = new Map<string, Reason>();
  readonly #kinds = new Map<string, Reason>();

  /** @param components what the engine can run: `type` of each component */
  constructor(components: readonly string[]) {
    for (const reason of Object.keys(DECLARATIONS).filter(isReason)) {
      const { fields = [], kinds = [], component }: Declaration = DECLARATIONS[reason];
      if (component !== undefined && components.includes(component)) continue;
      for (const field of fields) this.#fields.set(field, reason);
      for (const kind of kinds) this.#kinds.set(kind, reason);
    }
  }

  /** In the order of the object. A field that holds nothing, or what the API server fills in, is not named. */
  find(object: ObjectInput): readonly Unsimulated[] {
    const { apiVersion, kind } = object;
    const found: Unsimulated[] = [];
    const whole = this.#kinds.get(`${apiVersion}/${kind}`);
    if (whole !== undefined) found.push({ path: ['kind'], reason: whole });
    const schema = schemaOf(apiVersion, kind);
    if (schema) this.#walk(schema, object, [], found);
    return found;
  }

  #walk(type: TypeNode, value: unknown, path: (string | number)[], found: Unsimulated[]): void {
    if (typeof value !== 'object' || value === null) return;
    if (type.kind === 'list' && Array.isArray(value)) {
      for (const [i, item] of value.entries()) this.#walk(type.element, item, [...path, i], found);
    }
    if (type.kind !== 'struct') return;
    for (const [name, part] of Object.entries(value)) {
      const field = type.fields.get(name);
      if (!field || name === 'status') continue;
      const reason = this.#fields.get(`${type.id}.${name}`);
      if (reason === undefined) this.#walk(field.type, part, [...path, name], found);
      else if (!isNothing(part) && part !== defaultOf(type.id, name)) found.push({ path: [...path, name], reason });
    }
  }
}

const defaultOf = (struct: string, name: string): unknown =>
  DEFAULTS[`${struct.replace('EphemeralContainer', 'Container')}.${name}`];

const isNothing = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === false ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0);

/** Nobody reads more. */
const MAX_MARKS = 200;

/** A quiet mark at each field of a text on which nothing acts; the first 200 of them. */
export function markUnsimulated(
  finder: UnsimulatedFinder,
  text: string,
  sources: readonly SourceObject[],
): readonly Diagnostic[] {
  const marks: Diagnostic[] = [];
  for (const { object, document } of sources) {
    for (const { path, reason } of finder.find(object)) {
      if (marks.length === MAX_MARKS) return marks;
      const message = `${fieldText(path)} is not simulated. ${meaningOf(reason)}`;
      marks.push(at(text, document, path, { severity: 'info', message, remedy: { key: `unsimulated.${reason}` } }));
    }
  }
  return marks;
}
