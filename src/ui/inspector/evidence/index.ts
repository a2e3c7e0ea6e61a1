import type { RecordedObject } from '../../../worker/protocol.ts';
import { lifeOf, type Moment } from '../../model/moment.ts';
import type { Element } from '../../model/structure.ts';
import { type Sentence, whyOf } from '../why.ts';
import { attachmentSections } from './attachment.ts';
import { backendSections } from './backend.ts';
import { claimSections } from './claim.ts';
import { classSections, driverSections } from './driver.ts';
import { podSections } from './eviction.ts';
import { nodeSections } from './node.ts';
import type { Section } from './section.ts';
import { volumeSections } from './volume.ts';
import { workloadSections } from './workload.ts';

type Rule = (moment: Moment, element: Element, object: RecordedObject) => Section[];

const ofWorkload: Rule = (moment, element, workload) =>
  workloadSections(moment, element, workload, (pod): Sentence => whyOf(moment, pod).verdict);

const RULES: Readonly<Record<string, Rule>> = {
  PersistentVolumeClaim: claimSections,
  PersistentVolume: volumeSections,
  VolumeAttachment: attachmentSections,
  Volume: backendSections,
  Pod: podSections,
  Node: nodeSections,
  StorageClass: classSections,
  CSIDriver: driverSections,
  Deployment: ofWorkload,
  StatefulSet: ofWorkload,
  ReplicaSet: ofWorkload,
  ReplicationController: ofWorkload,
  DaemonSet: ofWorkload,
  Job: ofWorkload,
};

/** What is known of an object beside the decision about it: read from the recording, and nothing that it does not hold. */
export function evidenceOf(moment: Moment, element: Element): readonly Section[] {
  const object = moment.at(element.id);
  if (object !== undefined) return RULES[element.kind]?.(moment, element, object) ?? [];
  // A backend's volume that was lost is missed by what names it.
  const isLost = element.kind === 'Volume' && lifeOf(moment, element) === 'gone';
  return isLost ? backendSections(moment, element, undefined) : [];
}
