import type { Node } from '../../api/object.ts';
import { NODES } from '../../api/tables.ts';
import { attachesItself, type Kubelet, workers } from '../kubelet.ts';
import { attachVolume, markVolumeAsAttached } from './operations/attach.ts';
import { expandInUseVolume } from './operations/expand.ts';
import { mountVolume } from './operations/mount.ts';
import { isOperationPending } from './operations/pending.ts';
import { unmountDevice, unmountVolume } from './operations/unmount.ts';
import { populatorLoop } from './populator.ts';
import { actual, type DesiredVolume, desired, grown } from './world.ts';

/** `synced` once the desired state was filled from all pods; `inUse`: what the last node status reported. */
export interface VolumeManagerState {
  readonly synced: boolean;
  readonly reportedInUse: readonly string[];
}

const START: VolumeManagerState = { synced: false, reportedInUse: [] };

export const volumeManagerState = ({ ctx }: Kubelet): VolumeManagerState =>
  ctx.mem<VolumeManagerState>('volumemanager').get('') ?? START;

export function setVolumeManagerState({ ctx }: Kubelet, state: VolumeManagerState): void {
  ctx.mem<VolumeManagerState>('volumemanager').set('', state);
}

/**
 * One tick of the volume manager: what pods want, then what is to be done about it.
 * @see pkg/kubelet/volumemanager/reconciler/reconciler.go reconcile
 */
export function reconcile(kl: Kubelet): void {
  populatorLoop(kl);
  unmountVolumes(kl);
  mountOrAttachVolumes(kl);
  unmountDetachDevices(kl);
}

function unmountVolumes(kl: Kubelet): void {
  for (const volume of [...actual(kl).keys()]) {
    const entry = actual(kl).get(volume);
    for (const [uid, pod] of Object.entries(entry?.pods ?? {})) {
      if (!desired(kl).get(volume)?.pods[uid]) unmountVolume(kl, volume, uid, pod);
    }
  }
}

function mountOrAttachVolumes(kl: Kubelet): void {
  for (const volume of [...desired(kl).keys()]) {
    const entry = desired(kl).get(volume);
    if (!entry) continue;
    for (const uid of Object.keys(entry.pods).sort()) {
      const wanted = entry.pods[uid];
      if (!wanted) continue;
      if (!actual(kl).has(volume) && !waitForVolumeAttach(kl, volume, entry, uid)) continue;
      const mounted = actual(kl).get(volume)?.pods[uid];
      if (mounted?.state === 'Mounted' && !mounted.remountRequired) continue;
      mountVolume(kl, volume, uid, wanted);
    }
  }
  for (const volume of [...grown(kl).keys()]) expandInUseVolume(kl, volume);
}

/**
 * Whether the volume is attached to this node, by what the attach/detach controller wrote into the Node.
 * @see pkg/kubelet/volumemanager/reconciler/reconciler_common.go waitForVolumeAttach
 */
function waitForVolumeAttach(kl: Kubelet, volume: string, entry: DesiredVolume, uid: string): boolean {
  const { ctx, node } = kl;
  if (entry.attachable && attachesItself(kl)) return attachVolume(kl, volume, entry);
  if (entry.attachable) {
    if (!volumeManagerState(kl).reportedInUse.includes(volume)) {
      decideWait(kl, uid, volume, 'waitingForVolumesInUse', 'reportedInUse', false, true);
      return false;
    }
    const attached = ctx.get<Node>(NODES, node)?.status?.volumesAttached ?? [];
    if (!attached.some(({ name }) => name === volume)) {
      decideWait(
        kl,
        uid,
        volume,
        'waitingForVolumesAttached',
        'volumesAttached',
        attached.map(({ name }) => name),
        volume,
      );
      return false;
    }
  }
  markVolumeAsAttached(kl, volume, entry);
  return true;
}

function decideWait(
  kl: Kubelet,
  uid: string,
  volume: string,
  outcome: string,
  rule: string,
  have: boolean | readonly string[],
  want: boolean | string,
): void {
  const metadata = workers(kl).get(uid)?.pod.metadata;
  if (!metadata) return;
  kl.ctx.decide({
    about: `Pod/${metadata.namespace ?? 'default'}/${metadata.name}`,
    by: 'waitForVolumeAttach',
    outcome,
    facts: { volume, node: kl.node },
    candidates: [{ candidate: volume, ok: false, rule, have, want }],
  });
}

function unmountDetachDevices(kl: Kubelet): void {
  for (const volume of [...actual(kl).keys()]) {
    const entry = actual(kl).get(volume);
    if (!entry || Object.keys(entry.pods).length > 0) continue;
    if (desired(kl).has(volume) || isOperationPending(kl, volume, '')) continue;
    if (entry.device !== 'NotMounted') unmountDevice(kl, volume);
    else actual(kl).delete(volume);
  }
}
