import type { PodTemplateSpec } from '../../api/object.ts';
import { printAnnotations, printLabels } from './common.ts';
import { printContainers } from './containers.ts';
import { printSpreadConstraints, printTolerations, printVolumes } from './pod.ts';
import type { DescriptionWriter } from './writer.ts';

/** @see staging/src/k8s.io/kubectl/pkg/describe/describe.go DescribePodTemplate */
export function describeTemplate(w: DescriptionWriter, { metadata, spec }: PodTemplateSpec, now: number): void {
  w.line(0, 'Pod Template:');
  printLabels(w, '  Labels', metadata?.labels);
  if (Object.keys(metadata?.annotations ?? {}).length > 0) printAnnotations(w, '  Annotations', metadata?.annotations);
  if (spec.serviceAccountName) w.line(1, `Service Account:\t${spec.serviceAccountName}`);
  if (spec.initContainers?.length) printContainers(w, 'Init Containers', spec.initContainers, { space: '  ' });
  printContainers(w, 'Containers', spec.containers, { space: '  ' });
  printVolumes(w, spec.volumes ?? [], now, '  ');
  printSpreadConstraints(w, spec['topologySpreadConstraints'], '  ');
  if (spec.priorityClassName) w.line(1, `Priority Class Name:\t${spec.priorityClassName}`);
  printLabels(w, '  Node-Selectors', spec.nodeSelector);
  printTolerations(w, spec.tolerations ?? [], '  ');
}
