import type { ObjectId, RecordedObject, StepMessage, VirtualTime } from '../../worker/protocol.ts';
import { count, field, isDeleting, objectId, parseId, text } from './ids.ts';
import { componentName, sentenceName } from './names.ts';
import type { Replica } from './replica.ts';

/** A component that waits for another one: a thin line with end caps. */
export interface Wait {
  readonly from: VirtualTime;
  /** Left out while the recording ends with it. */
  readonly to?: VirtualTime;
  readonly step: number;
  readonly endStep?: number;
  /** `ending` while the object it is about goes away. */
  readonly family: 'idle' | 'ending';
  /** The object to be shown first, then the others that it is about. */
  readonly about: readonly ObjectId[];
  /** Who is waited for, as the page shows it. */
  readonly on: string;
  /** The sentence that says what is waited for, and its values. */
  readonly key: WaitKey;
  readonly values: Readonly<Record<string, string | number>>;
}

export type WaitKey =
  | 'timeline.waitAttach'
  | 'timeline.waitDetach'
  | 'timeline.waitVolume'
  | 'timeline.waitGrace'
  | 'timeline.waitProvision'
  | 'timeline.waitBind';

/** Who waits, and what for. */
interface Asked extends Pick<Wait, 'about' | 'family' | 'on' | 'key' | 'values'> {
  readonly process: string;
  /** A call of the process about this object ends the wait. */
  readonly until?: ObjectId;
}

/** What an object, as it stands, makes somebody wait for; undefined when nobody waits. */
type Rule = (object: RecordedObject) => Asked | undefined;

const ATTACH_DETACH = 'persistentvolume-attach-detach-controller';
const BINDER = 'persistentvolume-binder-controller';

const RULES: Readonly<Record<string, readonly Rule[]>> = {
  VolumeAttachment: [waitsForAttacher],
  Mount: [waitsForVolume],
  Pod: [waitsForGrace],
  PersistentVolumeClaim: [waitsForProvisioner, waitsForBinding],
};

/**
 * attach-detach waits from the VolumeAttachment to the attacher's answer, and again from its deletion until it is gone.
 *
 * @see pkg/volume/csi/csi_attacher.go Attach, waitForVolumeAttachment, waitForVolumeDetachment
 */
function waitsForAttacher(attachment: RecordedObject): Asked | undefined {
  const isEnding = isDeleting(attachment);
  if (!isEnding && field(attachment, 'status', 'attached') === true) return undefined;
  const volume = text(attachment, 'spec', 'source', 'persistentVolumeName');
  return {
    process: ATTACH_DETACH,
    about: [idOf(attachment), objectId('PersistentVolume', '', volume)],
    family: isEnding ? 'ending' : 'idle',
    on: 'csi-attacher',
    key: isEnding ? 'timeline.waitDetach' : 'timeline.waitAttach',
    values: { volume: sentenceName(volume), node: text(attachment, 'spec', 'nodeName') },
  };
}

/**
 * A kubelet waits with a volume of a pod until it may be mounted: attached, and listed so in the node's status.
 *
 * @see pkg/kubelet/volumemanager/reconciler/reconciler_common.go mountAttachedVolumes, waitForVolumeAttach
 */
function waitsForVolume(mount: RecordedObject): Asked | undefined {
  const volume = text(mount, 'spec', 'pv');
  if (volume === '' || field(mount, 'spec', 'staged') === true || field(mount, 'spec', 'published') === true)
    return undefined;
  return {
    process: `kubelet/${text(mount, 'spec', 'node')}`,
    about: [
      objectId('Pod', text(mount, 'spec', 'podNamespace'), text(mount, 'spec', 'podName')),
      objectId('PersistentVolume', '', volume),
    ],
    until: objectId('PersistentVolume', '', volume),
    family: 'idle',
    on: componentName(ATTACH_DETACH),
    key: 'timeline.waitVolume',
    values: { volume: sentenceName(volume), pod: text(mount, 'spec', 'podName') },
  };
}

/** A kubelet waits for the containers of a pod that ends, at most through its grace period. */
function waitsForGrace(pod: RecordedObject): Asked | undefined {
  const node = text(pod, 'spec', 'nodeName');
  if (!isDeleting(pod) || node === '') return undefined;
  const seconds = count(pod, 'metadata', 'deletionGracePeriodSeconds');
  return {
    process: `kubelet/${node}`,
    about: [idOf(pod)],
    family: 'ending',
    on: pod.metadata.name,
    key: 'timeline.waitGrace',
    values: { pod: pod.metadata.name, seconds },
  };
}

const PROVISIONER = 'volume.kubernetes.io/storage-provisioner';

/**
 * The volume controller waits for an external provisioner from the annotation that asks for it to the bound claim.
 *
 * @see pkg/controller/volume/persistentvolume/pv_controller.go provisionClaimOperationExternal
 */
function waitsForProvisioner(claim: RecordedObject): Asked | undefined {
  const provisioner = claim.metadata.annotations?.[PROVISIONER];
  if (provisioner === undefined || isDeleting(claim) || text(claim, 'spec', 'volumeName') !== '') return undefined;
  return {
    process: BINDER,
    about: [idOf(claim)],
    family: 'idle',
    on: provisioner,
    key: 'timeline.waitProvision',
    values: { provisioner, claim: claim.metadata.name },
  };
}

const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

/**
 * The scheduler waits with a pod until the claims that it chose a node for are bound.
 *
 * @see pkg/scheduler/framework/plugins/volumebinding/binder.go BindPodVolumes, checkBindings
 */
function waitsForBinding(claim: RecordedObject): Asked | undefined {
  const node = claim.metadata.annotations?.[SELECTED_NODE];
  if (node === undefined || isDeleting(claim) || text(claim, 'status', 'phase') === 'Bound') return undefined;
  return {
    process: 'kube-scheduler',
    about: [idOf(claim)],
    family: 'idle',
    on: componentName(BINDER),
    key: 'timeline.waitBind',
    values: { claim: claim.metadata.name },
  };
}

function idOf({ kind, metadata: { namespace = '', name } }: RecordedObject): ObjectId {
  return objectId(kind, namespace, name);
}

type MutableWait = { -readonly [K in keyof Wait]: Wait[K] };

interface OpenWait {
  readonly wait: MutableWait;
  readonly asked: Asked;
  readonly list: Wait[];
}

/** Follows who waits for what, step by step. */
export class WaitBook {
  readonly #open = new Map<string, OpenWait>();
  /** Waits that the next call of a process about an object ends. */
  readonly #endedByCall = new Map<string, Set<string>>();
  readonly #listOf: (process: string) => Wait[];

  /** @param listOf the waits of a component, to which new ones are added */
  constructor(listOf: (process: string) => Wait[]) {
    this.#listOf = listOf;
  }

  /** Takes step `n` of the recording. */
  take(replica: Replica, step: StepMessage, n: number): void {
    for (const { id } of step.writes) {
      const rules = RULES[parseId(id).kind] ?? [];
      rules.forEach((rule, index) => {
        const object = replica.objectAt(id, n);
        this.#set(`${id} ${index}`, object === undefined ? undefined : rule(object), step.at, n);
      });
    }
    for (const { process, call } of step.began) {
      for (const id of replica.callNumber(call)?.about ?? []) {
        for (const key of this.#endedByCall.get(`${process} ${id}`) ?? []) this.#close(key, step.at, n);
      }
    }
  }

  #set(key: string, asked: Asked | undefined, at: VirtualTime, n: number): void {
    const open = this.#open.get(key);
    if (open !== undefined && asked?.process === open.asked.process && asked.key === open.asked.key) return;
    if (open !== undefined) this.#close(key, at, n);
    if (asked === undefined) return;
    const { process, until, ...rest } = asked;
    const wait: MutableWait = { from: at, step: n, ...rest };
    const list = this.#listOf(process);
    list.push(wait);
    this.#open.set(key, { wait, asked, list });
    if (until === undefined) return;
    const place = `${process} ${until}`;
    this.#endedByCall.set(place, (this.#endedByCall.get(place) ?? new Set()).add(key));
  }

  #close(key: string, at: VirtualTime, n: number): void {
    const open = this.#open.get(key);
    if (open === undefined) return;
    const { wait, asked, list } = open;
    this.#open.delete(key);
    if (asked.until !== undefined) this.#endedByCall.get(`${asked.process} ${asked.until}`)?.delete(key);
    wait.to = at;
    wait.endStep = n;
    // What is answered at once was nothing to wait for.
    if (wait.from === at) list.splice(list.lastIndexOf(wait), 1);
  }
}
