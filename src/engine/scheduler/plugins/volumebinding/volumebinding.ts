import { deepEqual } from '../../../api/diff.ts';
import { claimClass, volumeClass } from '../../../api/kinds/modes.ts';
import type { CSIDriver, CSINode, Node, PersistentVolume, StorageClass } from '../../../api/object.ts';
import { quantityValue } from '../../../api/quantity.ts';
import {
  CSI_DRIVERS,
  CSI_NODES,
  NODES,
  PERSISTENT_VOLUME_CLAIMS,
  PERSISTENT_VOLUMES,
  STORAGE_CLASSES,
} from '../../../api/tables.ts';
import type { Context } from '../../../sim/context.ts';
import { AnnSelectedNode } from '../../../volumes/annotations.ts';
import { explainMatching } from '../../../volumes/explanation.ts';
import { findMatchingVolume } from '../../../volumes/matching.ts';
import type { Cycle, HintEvent, Plugin } from '../../framework.ts';
import { SKIP } from '../../framework.ts';
import { waitingFor } from '../../queue.ts';
import { MIGRATED_PLUGINS } from '../migration.ts';
import { podsOfClaim } from '../volumeclaims.ts';
import {
  assumePodVolumes,
  bindAPIUpdate,
  checkBindings,
  type PendingVolumes,
  revertAssumedPodVolumes,
} from './bind.ts';
import { findPodVolumes, type PodVolumes } from './binder.ts';
import { CSI_STORAGE_CAPACITIES, type CSIStorageCapacity, volumeLimit } from './capacity.ts';
import {
  assumedVolumes,
  boundVolumes,
  getPodVolumeClaims,
  getVolume,
  type PodVolumeClaims,
  podHasPVCs,
} from './claims.ts';

interface VolumeBindingState {
  readonly claims: PodVolumeClaims;
  /** Plans of the nodes that passed; filled by Filter. */
  readonly podVolumesByNode: Map<string, PodVolumes>;
}

/** @see pkg/scheduler/framework/plugins/volumebinding/volume_binding.go */
export const volumeBinding: Plugin<VolumeBindingState, undefined, PendingVolumes> = {
  name: 'VolumeBinding',
  preFilter: ({ ctx, pod }) => {
    const has = podHasPVCs(ctx, pod);
    if (has === undefined) return SKIP;
    // A claim on its way out ends without waking anybody: its volume's release tells the pod that it is gone.
    if (has !== 'ok') return { status: has, topics: boundVolumes(ctx, pod).map(volumeTopic) };
    const claims = getPodVolumeClaims(ctx, pod);
    return 'code' in claims ? { status: claims } : { state: { claims, podVolumesByNode: new Map() } };
  },
  filter: ({ ctx }, { node }, { claims, podVolumesByNode }) => {
    const plan = findPodVolumes(ctx, claims, node);
    if ('code' in plan) return plan;
    podVolumesByNode.set(node.metadata.name, plan);
    return undefined;
  },
  reserving: {
    reserve: (cycle, node, { podVolumesByNode }) => {
      const plan = podVolumesByNode.get(node);
      if (!plan || plan.staticBindings.length + plan.dynamicProvisions.length === 0) return undefined;
      if (plan.staticBindings.length > 0) explainBindings(cycle, node, plan);
      return assumePodVolumes(cycle.ctx, plan, node);
    },
    unreserve: revertAssumedPodVolumes,
    preBind: bindAPIUpdate,
    isDone: checkBindings,
  },
  explain: ({ ctx }, { node }, { claims }) => {
    for (const claim of claims.delayed) {
      if (claim.metadata.annotations?.[AnnSelectedNode] !== undefined) continue;
      const question = { claim, node, delayBinding: true, excluded: new Set(assumedVolumes(ctx)) };
      ctx.decide(explainMatching(ctx, 'FindMatchingVolume', question, findMatchingVolume(ctx, question)));
    }
  },
  topics: ({ claims }) => [
    ...claims.delayed.map((claim) => classTopic(claimClass(claim))),
    ...claims.bound.map(({ spec }) => volumeTopic(spec.volumeName ?? '')),
  ],
  hints: [
    {
      table: STORAGE_CLASSES,
      actions: ['add', 'update'],
      wakes: (_pod, { before, after }: HintEvent<StorageClass>) =>
        before === undefined || !deepEqual(before.allowedTopologies, after?.allowedTopologies),
    },
    { table: PERSISTENT_VOLUME_CLAIMS, actions: ['add', 'update'], candidates: podsOfClaim },
    // Upstream wakes every pod, most of them in vain.
    { table: PERSISTENT_VOLUMES, actions: ['add', 'update'], candidates: podsConcerned },
    {
      table: NODES,
      actions: ['add', 'update'],
      wakes: (_pod, { before, after }: HintEvent<Node>) =>
        before === undefined || !deepEqual(before.metadata.labels, after?.metadata.labels),
    },
    {
      table: CSI_NODES,
      actions: ['add', 'update'],
      wakes: (_pod, { before, after }: HintEvent<CSINode>) =>
        before === undefined ||
        before.metadata.annotations?.[MIGRATED_PLUGINS] !== after?.metadata.annotations?.[MIGRATED_PLUGINS],
    },
    {
      table: CSI_DRIVERS,
      actions: ['update'],
      wakes: ({ spec: { volumes = [] } }, { key, before, after }: HintEvent<CSIDriver>) =>
        before?.spec.storageCapacity === true &&
        !after?.spec.storageCapacity &&
        volumes.some(({ csi }) => csi?.driver === key),
    },
    {
      table: CSI_STORAGE_CAPACITIES,
      actions: ['add', 'update'],
      wakes: (_pod, { before, after }: HintEvent<CSIStorageCapacity>) => {
        const [old, limit] = [before && volumeLimit(before), after && volumeLimit(after)];
        return (
          before === undefined ||
          (limit !== undefined && (old === undefined || quantityValue(limit) > quantityValue(old)))
        );
      },
    },
  ],
};

/** Why each claim gets the volume that it gets on the chosen node. */
function explainBindings({ ctx, nodes }: Cycle, name: string, { staticBindings }: PodVolumes): void {
  const info = nodes.find(({ node }) => node.metadata.name === name);
  if (!info) return;
  const excluded = new Set(assumedVolumes(ctx));
  for (const { claim, volume } of staticBindings) {
    const question = { claim, node: info.node, delayBinding: true, excluded: new Set(excluded) };
    ctx.decide(explainMatching(ctx, 'FindMatchingVolume', question, getVolume(ctx, volume)));
    excluded.add(volume);
  }
}

/**
 * The pods that a volume's change can make a difference to: those that were refused nodes for it, or for want of a free one
 * of its class. To a pod whose claims alone were looked at only its claims matter.
 */
function podsConcerned(ctx: Context, { before, after, key }: HintEvent<PersistentVolume>): readonly string[] {
  const classes = [before, after].flatMap((volume) => (volume ? [classTopic(volumeClass(volume))] : []));
  const topics = new Set([volumeTopic(key), ...classes]);
  return [...new Set([...topics].flatMap((topic) => waitingFor(ctx, topic)))];
}

const classTopic = (storageClass: string): string => `StorageClass/${storageClass}`;
const volumeTopic = (name: string): string => `PersistentVolume/${name}`;
