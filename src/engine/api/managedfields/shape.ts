/**
 * How lists and maps of the API are merged: the topology markers of the Go types.
 * @see staging/src/k8s.io/client-go/applyconfigurations/internal/internal.go
 */
import { type FieldNode, type StructNode, schemaOf, type TypeNode } from '../schema/types.ts';
import { field, type PathElement } from './fieldset.ts';

/** What a value is to server-side apply. */
export type Shape =
  /** Owned and replaced as a whole. */
  | { readonly kind: 'leaf'; readonly type?: TypeNode }
  /** A value without a schema: maps have members, all else is a leaf. Some members may be known nevertheless. */
  | { readonly kind: 'deduced'; readonly known: Readonly<Record<string, Shape>> }
  | { readonly kind: 'struct'; readonly type: StructNode }
  | { readonly kind: 'map'; readonly element: Shape }
  /** Elements are told apart by their keys, or by their values where there are none. */
  | { readonly kind: 'list'; readonly keys: readonly string[]; readonly element: Shape };

const DEDUCED: Shape = { kind: 'deduced', known: {} };
const LEAF: Shape = { kind: 'leaf' };

/** Lists whose elements are owned one by one, and their keys (`+listType=map`, `+listMapKey`); none for a set. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  'CSIDriverSpec.volumeLifecycleModes': [],
  'CSINodeSpec.drivers': ['name'],
  'Container.env': ['name'],
  'Container.ports': ['containerPort', 'protocol'],
  'Container.volumeDevices': ['devicePath'],
  'Container.volumeMounts': ['mountPath'],
  'ContainerRestartRuleOnExitCodes.values': [],
  'ContainerStatus.allocatedResourcesStatus': ['name'],
  'ContainerStatus.volumeMounts': ['mountPath'],
  'DaemonSetStatus.conditions': ['type'],
  'DeploymentStatus.conditions': ['type'],
  'Endpoint.addresses': [],
  'EphemeralContainer.env': ['name'],
  'EphemeralContainer.ports': ['containerPort', 'protocol'],
  'EphemeralContainer.volumeDevices': ['devicePath'],
  'EphemeralContainer.volumeMounts': ['mountPath'],
  'NamespaceStatus.conditions': ['type'],
  'NodeAllocatableResourceClaimStatus.containers': [],
  'NodeSpec.podCIDRs': [],
  'NodeStatus.addresses': ['type'],
  'NodeStatus.conditions': ['type'],
  'ObjectMeta.finalizers': [],
  'ObjectMeta.ownerReferences': ['uid'],
  'PersistentVolumeClaimStatus.conditions': ['type'],
  'PodDisruptionBudgetStatus.conditions': ['type'],
  'PodFailurePolicyOnExitCodesRequirement.values': [],
  'PodSpec.containers': ['name'],
  'PodSpec.ephemeralContainers': ['name'],
  'PodSpec.hostAliases': ['ip'],
  'PodSpec.imagePullSecrets': ['name'],
  'PodSpec.initContainers': ['name'],
  'PodSpec.resourceClaims': ['name'],
  'PodSpec.schedulingGates': ['name'],
  'PodSpec.topologySpreadConstraints': ['topologyKey', 'whenUnsatisfiable'],
  'PodSpec.volumes': ['name'],
  'PodStatus.conditions': ['type'],
  'PodStatus.podIPs': ['ip'],
  'PodStatus.resourceClaimStatuses': ['name'],
  'ReplicaSetStatus.conditions': ['type'],
  'ReplicationControllerStatus.conditions': ['type'],
  'ResourceRequirements.claims': ['name'],
  'ResourceStatus.resources': ['resourceID'],
  'ServiceAccount.secrets': ['name'],
  'ServiceSpec.ports': ['port', 'protocol'],
  'ServiceStatus.conditions': ['type'],
  'StatefulSetStatus.conditions': ['type'],
  'UncountedTerminatedPods.failed': [],
  'UncountedTerminatedPods.succeeded': [],
};

/** What stands for a key that an element leaves out. */
export const KEY_DEFAULTS: Readonly<Record<string, unknown>> = { protocol: 'TCP' };

/** Structs that are owned as a whole (`+structType=atomic`). */
const ATOMIC_STRUCTS: ReadonlySet<string> = new Set([
  'ConfigMapKeySelector',
  'EndpointAddress',
  'EndpointPort',
  'FileKeySelector',
  'LabelSelector',
  'LocalObjectReference',
  'NodeSelector',
  'NodeSelectorTerm',
  'ObjectFieldSelector',
  'ObjectReference',
  'OwnerReference',
  'ResourceFieldSelector',
  'ScopeSelector',
  'SecretKeySelector',
  'SecretReference',
  'TopologySelectorTerm',
  'TypedLocalObjectReference',
]);

/** Maps and structs that are marked otherwise where they are used. */
const ATOMIC_FIELDS: ReadonlySet<string> = new Set([
  'PodSpec.nodeSelector',
  'ReplicationControllerSpec.selector',
  'ServiceSpec.selector',
]);
const GRANULAR_FIELDS: ReadonlySet<string> = new Set(['PersistentVolumeSpec.claimRef']);

/**
 * Fields that an object always has, because Go's type is no pointer or the field's tag leaves nothing out. They come and
 * go with what is in them, and are owned by nobody for themselves.
 */
const ALWAYS_THERE: ReadonlySet<string> = new Set([
  'CSIDriver.spec',
  'CSINode.spec',
  'CSINodeSpec.drivers',
  'Container.resources',
  'ContainerStatus.lastState',
  'ContainerStatus.state',
  'CronJob.spec',
  'CronJob.status',
  'CronJobSpec.jobTemplate',
  'DaemonSet.spec',
  'DaemonSet.status',
  'DaemonSetSpec.template',
  'DaemonSetSpec.updateStrategy',
  'Deployment.spec',
  'Deployment.status',
  'DeploymentSpec.strategy',
  'DeploymentSpec.template',
  'EndpointSlice.endpoints',
  'EndpointSlice.ports',
  'EphemeralContainer.resources',
  'Event.source',
  'Job.spec',
  'Job.status',
  'JobSpec.template',
  'JobTemplateSpec.spec',
  'Lease.spec',
  'LimitRange.spec',
  'Namespace.spec',
  'Namespace.status',
  'Node.spec',
  'Node.status',
  'NodeStatus.daemonEndpoints',
  'NodeStatus.nodeInfo',
  'PersistentVolume.spec',
  'PersistentVolume.status',
  'PersistentVolumeClaim.spec',
  'PersistentVolumeClaim.status',
  'PersistentVolumeClaimSpec.resources',
  'PersistentVolumeClaimTemplate.spec',
  'Pod.spec',
  'Pod.status',
  'PodDisruptionBudget.spec',
  'PodDisruptionBudget.status',
  'PodSpec.containers',
  'PodTemplate.template',
  'PodTemplateSpec.spec',
  'ReplicaSet.spec',
  'ReplicaSet.status',
  'ReplicaSetSpec.template',
  'ReplicationController.spec',
  'ReplicationController.status',
  'ResourceQuota.spec',
  'ResourceQuota.status',
  'Service.spec',
  'Service.status',
  'ServiceStatus.loadBalancer',
  'StatefulSet.spec',
  'StatefulSet.status',
  'StatefulSetSpec.template',
  'StatefulSetSpec.updateStrategy',
  'VolumeAttachment.spec',
  'VolumeAttachment.status',
  'VolumeAttachmentSpec.source',
]);

/** Whether an object of a type has a field though nothing is in it. */
export const isAlwaysThere = ({ name }: StructNode, fieldName: string): boolean =>
  fieldName === 'metadata' || ALWAYS_THERE.has(`${name}.${fieldName}`);

/** How values of a type are merged where nothing else is said. */
export function shapeOf(type: TypeNode): Shape {
  if (type.kind === 'struct') return ATOMIC_STRUCTS.has(type.name) ? { kind: 'leaf', type } : { kind: 'struct', type };
  if (type.kind === 'map') return { kind: 'map', element: shapeOf(type.value) };
  return { kind: 'leaf', type };
}

/** How a field of a struct is merged. */
function shapeOfField(owner: StructNode, name: string, { type }: FieldNode): Shape {
  const id = `${owner.name}.${name}`;
  if (type.kind === 'list') {
    const keys = Object.hasOwn(LISTS, id) ? LISTS[id] : undefined;
    return keys ? { kind: 'list', keys, element: shapeOf(type.element) } : { kind: 'leaf', type };
  }
  if (ATOMIC_FIELDS.has(id)) return { kind: 'leaf', type };
  if (type.kind === 'struct' && GRANULAR_FIELDS.has(id)) return { kind: 'struct', type };
  return shapeOf(type);
}

/** How a member of a map or struct is merged; `undefined` where a struct has no such field. */
export function shapeOfMember(shape: Shape, name: string): Shape | undefined {
  switch (shape.kind) {
    case 'struct': {
      const node = shape.type.fields.get(name);
      return node && shapeOfField(shape.type, name, node);
    }
    case 'map':
      return shape.element;
    case 'deduced':
      return Object.hasOwn(shape.known, name) ? shape.known[name] : DEDUCED;
    default:
      return undefined;
  }
}

/** Whether a member is a field of its type, not a key that somebody chose. */
export const isDeclared = (shape: Shape, name: string): boolean =>
  shape.kind === 'struct' || (shape.kind === 'deduced' && Object.hasOwn(shape.known, name));

/** How what lies below a step of a path is merged. */
export function shapeBelow(shape: Shape, element: PathElement): Shape {
  if (shape.kind === 'list') return shape.element;
  return shapeOfMember(shape, element.slice(field('').length)) ?? LEAF;
}

/** How an object of a kind is merged. Of a kind without a schema only the metadata are known. */
export function shapeOfKind(apiVersion: string, kind: string): Shape {
  const type = schemaOf(apiVersion, kind);
  if (type) return { kind: 'struct', type };
  const metadata = schemaOf('v1', 'ConfigMap')?.fields.get('metadata');
  return { kind: 'deduced', known: metadata ? { metadata: shapeOf(metadata.type) } : {} };
}
