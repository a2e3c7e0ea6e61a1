import type { RecordedObject } from '../../worker/protocol.ts';
import { claim, type Deed, DRIVER, idOf, persistentVolume, pod, Recording } from './fixture.test-data.ts';

/** What happens, and to which of three objects of its kind. */
export type Move = readonly [deed: number, which: number];

/** A world of three claims, pods and volumes in which anything may happen next, as far as there is something it can happen to. */
class World {
  readonly recording = new Recording();
  readonly #alive = new Map<string, RecordedObject>();
  readonly #open: number[] = [];
  #calls = 0;
  #uids = 0;

  move([deed, which]: Move): void {
    const made = this.#deeds(which)[deed]?.() ?? {};
    for (const object of made.create ?? []) this.#alive.set(idOf(object), object);
    for (const id of made.gone ?? []) this.#alive.delete(id);
    const isOperation = deed === 0 || deed === 1;
    this.recording.step(this.recording.steps.length * 20, 'component', {
      ...made,
      ...(isOperation && { operation: Math.floor(this.recording.steps.length / 10) }),
    });
  }

  #deeds(n: number): readonly (() => Deed)[] {
    const claimId = `PersistentVolumeClaim/default/c-${n}`;
    const podId = `Pod/default/p-${n}`;
    const pvId = `PersistentVolume//v-${n}`;
    const attachmentId = `VolumeAttachment//a-${n}`;
    const mountId = `Mount//node-1^${this.#uidOf(podId)}^c-${n}`;
    const eventId = `Event/default/e-${n}`;
    return [
      () => this.#create(claim(`c-${n}`)),
      () => this.#create(pod(`p-${n}`, [`c-${n}`, `c-${(n + 1) % 3}`])),
      () => this.#create(persistentVolume(`v-${n}`, this.#volumeSpec(n, claimId))),
      () => this.#set(pvId, 'status.phase', 'Bound'),
      () => this.#set(claimId, 'spec.volumeName', `v-${n}`),
      () => this.#set(claimId, 'status.phase', 'Bound'),
      () => this.#set(podId, 'spec.nodeName', 'node-1'),
      () => this.#create(attachment(n)),
      () => this.#set(attachmentId, 'status.attached', true),
      () => (this.#alive.has(podId) ? this.#create(this.#mount(n, podId)) : {}),
      () => this.#set(mountId, 'spec.published', true),
      () => this.#set(podId, 'status.phase', 'Running'),
      () => this.#set([podId, claimId, pvId][n] ?? podId, 'metadata.deletionTimestamp', '2026-10-01T00:00:35Z'),
      () => this.#go([podId, claimId, pvId][n] ?? podId),
      () => this.#go([attachmentId, mountId, `Volume//${DRIVER}^h-${n}`][n] ?? attachmentId),
      () => this.#begin(['CreateVolume', 'ControllerPublishVolume', 'NodeStageVolume'][n] ?? '', [claimId, pvId]),
      () => this.#begin('NodePublishVolume', [podId, pvId]),
      () => this.#end(n === 0 ? 'Internal' : 'OK'),
      () => ({ decisions: [{ about: claimId, by: 'rule', outcome: 'no', candidates: [refused(n)] }] }),
      () => ({ decisions: [{ about: podId, by: 'schedule', outcome: 'no', candidates: [refused(n)] }] }),
      () => (this.#alive.has(eventId) ? this.#set(eventId, 'count', 2) : this.#create(event(n, claimId))),
      () => this.#set(claimId, 'metadata.annotations', { nothing: 'to see' }),
      () =>
        this.#create({ apiVersion: 'playground/v1', kind: 'Volume', metadata: { name: `${DRIVER}^h-${n}` }, spec: {} }),
    ];
  }

  #create(object: RecordedObject): Deed {
    if (this.#alive.has(idOf(object))) return {};
    this.#uids += 1;
    const metadata = { ...object.metadata, uid: `uid-${object.metadata.name}-${this.#uids}` };
    return { create: [{ ...object, metadata }] };
  }

  #set(id: string, path: string, value: string | number | boolean | Readonly<Record<string, string>>): Deed {
    return this.#alive.has(id) ? { set: [[id, path, value]] } : {};
  }

  #go(id: string): Deed {
    return this.#alive.has(id) ? { gone: [id] } : {};
  }

  #begin(method: string, about: readonly string[]): Deed {
    this.#calls += 1;
    this.#open.push(this.#calls);
    return { began: [{ call: this.#calls, method, about }] };
  }

  #end(code: string): Deed {
    const call = this.#open.shift();
    return call === undefined ? {} : { ended: [{ call, code }] };
  }

  #uidOf(id: string): string {
    return this.#alive.get(id)?.metadata.uid ?? '';
  }

  #volumeSpec(n: number, claimId: string): Readonly<Record<string, unknown>> {
    const uid = this.#uidOf(claimId);
    const claimRef = { namespace: 'default', name: `c-${n}`, ...(uid !== '' && { uid }) };
    return { csi: { driver: DRIVER, volumeHandle: `h-${n}` }, ...(n !== 2 && { claimRef }) };
  }

  #mount(n: number, podId: string): RecordedObject {
    const podUID = this.#uidOf(podId);
    const spec = { node: 'node-1', podNamespace: 'default', podName: `p-${n}`, podUID, volume: `c-${n}`, pv: `v-${n}` };
    return {
      apiVersion: 'playground/v1',
      kind: 'Mount',
      metadata: { name: `node-1^${podUID}^c-${n}` },
      spec: { ...spec, staged: true, published: false },
    };
  }
}

function attachment(n: number): RecordedObject {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttachment',
    metadata: { name: `a-${n}` },
    spec: { attacher: DRIVER, nodeName: 'node-1', source: { persistentVolumeName: `v-${n}` } },
    status: { attached: false },
  };
}

function event(n: number, claimId: string): RecordedObject {
  const [kind = '', namespace = '', name = ''] = claimId.split('/');
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `e-${n}`, namespace: 'default' },
    involvedObject: { kind, namespace, name },
    type: 'Normal',
    reason: 'Told',
    message: 'm',
    count: 1,
  };
}

function refused(n: number): { readonly candidate: string; readonly ok: boolean; readonly rule: string } {
  return { candidate: `v-${n}`, ok: false, rule: 'capacity' };
}

/** How many kinds of deeds there are. */
export const DEEDS = 23;

/** A recording in which these things happen, one a step. */
export function wandering(moves: readonly Move[]): Recording {
  const world = new World();
  for (const move of moves) world.move(move);
  return world.recording;
}
