import { since } from '../../api/kinds/metadata.ts';
import { accessModesText, claimClass, isDefaultClass, volumeClass } from '../../api/kinds/modes.ts';
import { labelsText } from '../../api/kinds/workload.ts';
import type {
  KubeObject,
  LabelSelectorRequirement,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  StorageClass,
} from '../../api/object.ts';
import { canonicalQuantity } from '../../api/quantity.ts';
import { printAnnotations, printLabels, rfc1123, sliceText } from './common.ts';
import { printVolumeSource } from './volumesources.ts';
import type { DescriptionWriter } from './writer.ts';

function printStatus(w: DescriptionWriter, { metadata }: KubeObject, phase: string | undefined, now: number): void {
  const going = metadata.deletionTimestamp;
  w.line(0, `Status:\t${going === undefined ? (phase ?? '') : `Terminating (lasts ${since(going, now)})`}`);
}

/** The part of a claim that is also printed of a template. @see printPersistentVolumeClaim */
export function printClaim(w: DescriptionWriter, claim: PersistentVolumeClaim, full: boolean, now: number): void {
  const { metadata, spec, status } = claim;
  if (full) {
    w.line(0, `Name:\t${metadata.name}`);
    w.line(0, `Namespace:\t${metadata.namespace ?? ''}`);
  }
  w.line(0, `StorageClass:\t${claimClass(claim)}`);
  if (full) printStatus(w, claim, status?.phase, now);
  w.line(0, `Volume:\t${spec.volumeName ?? ''}`);
  printLabels(w, 'Labels', metadata.labels);
  printAnnotations(w, 'Annotations', metadata.annotations);
  if (full) w.line(0, `Finalizers:\t${sliceText(metadata.finalizers)}`);
  w.line(0, `Capacity:\t${spec.volumeName ? canonicalQuantity(status?.capacity?.['storage'] ?? '0') : ''}`);
  w.line(0, `Access Modes:\t${spec.volumeName ? accessModesText(status?.accessModes) : ''}`);
  if (spec.volumeMode !== undefined) w.line(0, `VolumeMode:\t${spec.volumeMode}`);
  if (!spec.dataSource) return;
  w.line(0, 'DataSource:');
  if (spec.dataSource.apiGroup !== undefined) w.line(1, `APIGroup:\t${spec.dataSource.apiGroup}`);
  w.line(1, `Kind:\t${spec.dataSource.kind}`);
  w.line(1, `Name:\t${spec.dataSource.name}`);
}

/** @see staging/src/k8s.io/kubectl/pkg/describe/describe.go describePersistentVolumeClaim */
export function describeClaim(
  w: DescriptionWriter,
  claim: PersistentVolumeClaim,
  pods: readonly Pod[],
  now: number,
): void {
  printClaim(w, claim, true, now);
  if (pods.length === 0) w.line(0, 'Used By:\t<none>');
  for (const [i, { metadata }] of pods.entries()) w.line(0, `${i === 0 ? 'Used By:' : ''}\t${metadata.name}`);
  const conditions = claim.status?.conditions ?? [];
  if (conditions.length === 0) return;
  w.line(0, 'Conditions:');
  w.line(1, 'Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage');
  w.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
  for (const { type, status, lastProbeTime, lastTransitionTime, reason = '', message = '' } of conditions) {
    const times = `${rfc1123(lastProbeTime)} \t${rfc1123(lastTransitionTime)} `;
    w.line(1, `${type} \t${status} \t${times}\t${reason} \t${message}`);
  }
}

/** Requirements of a term, the first beside its title. */
function printTerm(w: DescriptionWriter, level: number, title: string, requirements: readonly string[]): void {
  if (requirements.length === 0) w.line(level, `${title}:\t<none>`);
  for (const [i, requirement] of requirements.entries()) w.line(level, `${i === 0 ? `${title}:` : ''}\t${requirement}`);
}

const requirementText = ({ key, operator, values = [] }: LabelSelectorRequirement): string =>
  `${key} ${operator.toLowerCase()}${values.length > 0 ? ` [${values.join(', ')}]` : ''}`;

function printNodeAffinity(w: DescriptionWriter, { spec: { nodeAffinity } }: PersistentVolume): void {
  if (!nodeAffinity?.required) {
    w.line(0, 'Node Affinity:\t<none>');
    return;
  }
  w.line(0, 'Node Affinity:\t');
  const terms = nodeAffinity.required.nodeSelectorTerms ?? [];
  w.line(1, `Required Terms:\t${terms.length === 0 ? '<none>' : ''}`);
  for (const [i, { matchExpressions = [] }] of terms.entries())
    printTerm(w, 2, `Term ${i}`, matchExpressions.map(requirementText));
}

/** @see describePersistentVolume */
export function describeVolume(w: DescriptionWriter, volume: PersistentVolume, now: number): void {
  const { metadata, spec, status } = volume;
  w.line(0, `Name:\t${metadata.name}`);
  printLabels(w, 'Labels', metadata.labels);
  printAnnotations(w, 'Annotations', metadata.annotations);
  w.line(0, `Finalizers:\t${sliceText(metadata.finalizers)}`);
  w.line(0, `StorageClass:\t${volumeClass(volume)}`);
  printStatus(w, volume, status?.phase, now);
  w.line(0, `Claim:\t${spec.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : ''}`);
  w.line(0, `Reclaim Policy:\t${spec.persistentVolumeReclaimPolicy ?? ''}`);
  w.line(0, `Access Modes:\t${accessModesText(spec.accessModes)}`);
  if (spec.volumeMode !== undefined) w.line(0, `VolumeMode:\t${spec.volumeMode}`);
  w.line(0, `Capacity:\t${canonicalQuantity(spec.capacity?.['storage'] ?? '0')}`);
  printNodeAffinity(w, volume);
  w.line(0, `Message:\t${status?.message ?? ''}`);
  w.line(0, 'Source:');
  printVolumeSource(w, spec, true);
}

/** @see describeStorageClass */
export function describeStorageClass(w: DescriptionWriter, object: StorageClass): void {
  const {
    metadata,
    provisioner,
    parameters,
    allowVolumeExpansion,
    mountOptions = [],
    reclaimPolicy,
    volumeBindingMode,
  } = object;
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `IsDefaultClass:\t${isDefaultClass(object) ? 'Yes' : 'No'}`);
  w.line(0, `Annotations:\t${labelsText(metadata.annotations)}`);
  w.line(0, `Provisioner:\t${provisioner}`);
  w.line(0, `Parameters:\t${labelsText(parameters)}`);
  const expansion = allowVolumeExpansion === undefined ? '<unset>' : allowVolumeExpansion ? 'True' : 'False';
  w.line(0, `AllowVolumeExpansion:\t${expansion}`);
  w.line(0, mountOptions.length === 0 ? 'MountOptions:\t<none>' : 'MountOptions:');
  for (const option of mountOptions) w.line(1, option);
  if (reclaimPolicy !== undefined) w.line(0, `ReclaimPolicy:\t${reclaimPolicy}`);
  if (volumeBindingMode !== undefined) w.line(0, `VolumeBindingMode:\t${volumeBindingMode}`);
  if (!object.allowedTopologies) return;
  w.line(0, `AllowedTopologies:\t${object.allowedTopologies.length === 0 ? '<none>' : ''}`);
  for (const [i, { matchLabelExpressions = [] }] of object.allowedTopologies.entries()) {
    printTerm(
      w,
      1,
      `Term ${i}`,
      matchLabelExpressions.map(({ key, values }) => requirementText({ key, operator: 'in', values })),
    );
  }
}
