import type { CallBegan, ObjectId, RecordedObject } from '../../worker/protocol.ts';
import { backendOf, volumeOfAttachment } from './facts.ts';
import { normalId, objectId, parseId, text } from './ids.ts';

/** Where a request names the directory of a pod's volume: the pod's UID, and the volume or persistent volume. */
const POD_DIRECTORY = /\/pods\/([^/]+)\/(?:volumes|volumeDevices)\/[^/]+\/([^/]+)/;

/** The volume, or the persistent volume, whose directory in a pod a request names; empty for other requests. */
export function mountedVolume(request: unknown): string {
  const directory = text(request, 'target_path') || text(request, 'dir');
  return POD_DIRECTORY.exec(directory)?.[2] ?? '';
}

/**
 * Finds the objects that a call is about. Its caller names some; the request tells of others in its own words: a volume by
 * its handle, a pod by its UID, a claim by the name of the volume that is to be made for it.
 */
export class Lookups {
  readonly #volumeByBackend = new Map<ObjectId, ObjectId>();
  readonly #claimByUid = new Map<string, ObjectId>();
  readonly #podByUid = new Map<string, ObjectId>();
  readonly #attachmentsOfVolume = new Map<ObjectId, { readonly id: ObjectId; readonly node: string }[]>();
  readonly #volumes = new Set<ObjectId>();

  /** Notes an object as it appears. */
  note(id: ObjectId, object: RecordedObject): void {
    const { kind } = parseId(id);
    const { uid } = object.metadata;
    if (kind === 'PersistentVolume') {
      const backend = backendOf(object);
      this.#volumes.add(id);
      if (backend !== undefined) this.#volumeByBackend.set(backend.id, id);
    } else if (kind === 'PersistentVolumeClaim' && uid !== undefined) {
      this.#claimByUid.set(uid, id);
    } else if (kind === 'Pod' && uid !== undefined) {
      this.#podByUid.set(uid, id);
    } else if (kind === 'VolumeAttachment') {
      const volume = volumeOfAttachment(object);
      if (volume === undefined) return;
      const known = this.#attachmentsOfVolume.get(volume) ?? [];
      this.#attachmentsOfVolume.set(volume, [...known, { id, node: text(object, 'spec', 'nodeName') }]);
    }
  }

  /** Ids of the objects, those that the caller named first. */
  about(call: CallBegan): readonly ObjectId[] {
    const found = new Set(call.about.map(normalId));
    const handle = text(call.request, 'volume_id') || text(call.request, 'source_volume_id');
    if (handle !== '') found.add(objectId('Volume', '', `${call.driver}^${handle}`));
    const made = /^pvc-(.+)$/.exec(text(call.request, 'name'));
    const claim = made === null ? undefined : this.#claimByUid.get(made[1] ?? '');
    if (claim !== undefined) found.add(claim);
    this.#addMount(call, found);
    for (const id of [...found]) {
      const volume = this.#volumeByBackend.get(id);
      if (volume !== undefined) found.add(volume);
    }
    if (call.method.startsWith('Controller')) this.#addAttachment(call, found);
    return [...found];
  }

  #addMount(call: CallBegan, found: Set<ObjectId>): void {
    const directory = text(call.request, 'target_path') || text(call.request, 'dir');
    const [, uid = '', name = ''] = POD_DIRECTORY.exec(directory) ?? [];
    const pod = this.#podByUid.get(uid);
    if (pod !== undefined) found.add(pod);
    const volume = objectId('PersistentVolume', '', name);
    if (this.#volumes.has(volume)) found.add(volume);
  }

  /** A driver knows nodes by ids of its own, in which the node's name is found. */
  #addAttachment(call: CallBegan, found: Set<ObjectId>): void {
    const node = text(call.request, 'node_id');
    for (const id of [...found]) {
      const attachment = this.#attachmentsOfVolume
        .get(id)
        ?.findLast((candidate) => candidate.node !== '' && node.includes(candidate.node));
      if (attachment !== undefined) found.add(attachment.id);
    }
  }
}
