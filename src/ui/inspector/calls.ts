import type { RecordedObject } from '../../worker/protocol.ts';
import { backendOf, podVolumes } from '../model/facts.ts';
import { field, text } from '../model/ids.ts';
import type { Moment } from '../model/moment.ts';
import { type Stage, stageOf } from '../model/stages.ts';
import type { Element } from '../model/structure.ts';

/** A sentence of table `history`, with its values. */
export interface Reason {
  readonly key: NeverKey;
  readonly values?: Readonly<Record<string, string>>;
}

export type NeverKey =
  | 'history.neverKind'
  | 'history.neverClaimBound'
  | 'history.neverClaimNoClass'
  | 'history.neverClaimClassMissing'
  | 'history.neverClaimNoProvisioner'
  | 'history.neverClaimConsumer'
  | 'history.neverClaimYet'
  | 'history.neverVolumeAttach'
  | 'history.neverVolumePlugin'
  | 'history.neverVolumeUnused'
  | 'history.neverVolumeStage'
  | 'history.neverPodNode'
  | 'history.neverPodVolumes'
  | 'history.neverPodYet'
  | 'history.neverAttachmentYet'
  | 'history.neverAttachmentInTree';

/** A call that nobody made about the object until now, and why. */
export interface NeverCalled {
  /** The method, where one can be named. */
  readonly method?: string;
  readonly reason: Reason;
}

type Rule = (moment: Moment, element: Element, object: RecordedObject, made: ReadonlySet<Stage>) => NeverCalled[];

const RULES: Readonly<Record<string, Rule>> = {
  PersistentVolumeClaim: ofClaim,
  PersistentVolume: ofVolume,
  Pod: ofPod,
  VolumeAttachment: ofAttachment,
};

/** Which of the calls that could be about an object nobody has made by the step, and why. */
export function neverCalled(moment: Moment, element: Element): readonly NeverCalled[] {
  const object = moment.at(element.id);
  if (object === undefined) return [];
  const made = new Set<Stage>();
  for (const { call } of moment.replica.callsAbout(element.id, moment.step)) {
    const stage = stageOf(call.began.method);
    if (stage !== undefined) made.add(stage);
  }
  const rule = RULES[element.kind];
  if (rule !== undefined) return rule(moment, element, object, made);
  return made.size > 0 ? [] : [{ reason: { key: 'history.neverKind', values: { kind: element.kind } } }];
}

function ofClaim(moment: Moment, _: Element, claim: RecordedObject, made: ReadonlySet<Stage>): NeverCalled[] {
  if (made.has('create')) return [];
  const method = 'CreateVolume';
  const volume = text(claim, 'spec', 'volumeName');
  if (volume !== '') return [{ method, reason: { key: 'history.neverClaimBound', values: { volume } } }];
  const name = text(claim, 'spec', 'storageClassName');
  if (name === '') return [{ method, reason: { key: 'history.neverClaimNoClass' } }];
  const values = { class: name };
  const storageClass = moment.at(`StorageClass//${name}`);
  if (storageClass === undefined) return [{ method, reason: { key: 'history.neverClaimClassMissing', values } }];
  const driver = text(storageClass, 'provisioner');
  if (driver === 'kubernetes.io/no-provisioner')
    return [{ method, reason: { key: 'history.neverClaimNoProvisioner', values } }];
  const selected = claim.metadata.annotations?.['volume.kubernetes.io/selected-node'];
  const waits = text(storageClass, 'volumeBindingMode') === 'WaitForFirstConsumer' && selected === undefined;
  return [
    {
      method,
      reason: waits
        ? { key: 'history.neverClaimConsumer', values }
        : { key: 'history.neverClaimYet', values: { driver } },
    },
  ];
}

function ofVolume(moment: Moment, _: Element, volume: RecordedObject, made: ReadonlySet<Stage>): NeverCalled[] {
  const backend = backendOf(volume);
  const never: NeverCalled[] = [];
  if (!made.has('attach') && backend !== undefined) {
    const values = { driver: backend.driver };
    const csiDriver = moment.at(`CSIDriver//${backend.driver}`);
    if (backend.source !== 'csi' && made.has('mount'))
      never.push({ reason: { key: 'history.neverVolumePlugin', values } });
    else if (field(csiDriver, 'spec', 'attachRequired') === false)
      never.push({ method: 'ControllerPublishVolume', reason: { key: 'history.neverVolumeAttach', values } });
  }
  if (made.has('mount') && !made.has('stage') && backend?.source === 'csi')
    never.push({
      method: 'NodeStageVolume',
      reason: { key: 'history.neverVolumeStage', values: { driver: backend.driver } },
    });
  if (!made.has('attach') && !made.has('mount')) never.push({ reason: { key: 'history.neverVolumeUnused' } });
  return never;
}

function ofPod(_: Moment, __: Element, pod: RecordedObject, made: ReadonlySet<Stage>): NeverCalled[] {
  if (made.has('mount')) return [];
  if (podVolumes(pod).length === 0) return [{ reason: { key: 'history.neverPodVolumes' } }];
  const node = text(pod, 'spec', 'nodeName');
  if (node === '') return [{ reason: { key: 'history.neverPodNode' } }];
  return [{ reason: { key: 'history.neverPodYet', values: { node } } }];
}

function ofAttachment(_: Moment, __: Element, attachment: RecordedObject, made: ReadonlySet<Stage>): NeverCalled[] {
  if (made.has('attach')) return [];
  const driver = text(attachment, 'spec', 'attacher');
  const isAttached = field(attachment, 'status', 'attached') === true;
  return [
    {
      method: 'ControllerPublishVolume',
      reason: { key: isAttached ? 'history.neverAttachmentInTree' : 'history.neverAttachmentYet', values: { driver } },
    },
  ];
}
