import { isFinished } from '../../api/kinds/podrequests.ts';
import type { Pod, Volume } from '../../api/object.ts';
import { NODES, PERSISTENT_VOLUME_CLAIMS, PODS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { type HintEvent, type Plugin, SKIP, unresolvable, unschedulable } from '../framework.ts';
import { isAssumed, leavesNode, podsOn } from '../snapshot.ts';
import { claimKey, findClaim, namedClaims, podsOfClaim } from './volumeclaims.ts';

type Disk = Readonly<Record<string, unknown>>;

const bothReadOnly = (a: Disk, b: Disk): boolean => a['readOnly'] === true && b['readOnly'] === true;

/** When two inline disks of one type are the same one and cannot be shared on a node. */
const CONFLICTS: Readonly<Record<string, (a: Disk, b: Disk) => boolean>> = {
  gcePersistentDisk: (a, b) => a['pdName'] === b['pdName'] && !bothReadOnly(a, b),
  awsElasticBlockStore: (a, b) => a['volumeID'] === b['volumeID'],
  iscsi: (a, b) => a['iqn'] === b['iqn'] && !bothReadOnly(a, b),
  rbd: (a, b) => {
    const monitors = (b['monitors'] ?? []) as readonly string[];
    const shared = ((a['monitors'] ?? []) as readonly string[]).some((monitor) => monitors.includes(monitor));
    return shared && a['pool'] === b['pool'] && a['image'] === b['image'] && !bothReadOnly(a, b);
  },
};

const disksOf = ({ spec: { volumes = [] } }: Pod): readonly Volume[] =>
  volumes.filter((volume) => Object.keys(CONFLICTS).some((type) => volume[type] !== undefined));

/** @see pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go isVolumeConflict */
function conflicts(volume: Volume, other: Volume): boolean {
  return Object.entries(CONFLICTS).some(([type, same]) => {
    const [a, b] = [volume[type] as Disk | undefined, other[type] as Disk | undefined];
    return a !== undefined && b !== undefined && same(a, b);
  });
}

/** A pod of the list whose disk one of the volumes would clash with. */
const conflictingPod = (volumes: readonly Volume[], pods: readonly Pod[]): Pod | undefined =>
  pods.find(({ spec }) => volumes.some((volume) => spec.volumes?.some((other) => conflicts(volume, other))));

/** A pod that has, or is about to have, a node and uses the claim. @see IsPVCUsedByPods */
function userOf(ctx: Context, claim: string): string | undefined {
  return ctx.bucket(PODS, 'byClaim', claim).find((key) => {
    const pod = ctx.get<Pod>(PODS, key);
    return pod !== undefined && !isFinished(pod) && (pod.spec.nodeName !== undefined || isAssumed(ctx, key));
  });
}

interface State {
  readonly disks: readonly Volume[];
  /** A ReadWriteOncePod claim of the pod and who has it. */
  readonly inUse?: { readonly claim: string; readonly by: string };
}

const DISK_CONFLICT = 'node(s) had no available disk';
const RWOP_CONFLICT =
  'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod';

/** @see pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go */
export const volumeRestrictions: Plugin<State> = {
  name: 'VolumeRestrictions',
  preFilter: ({ ctx, pod }) => {
    const exclusive: string[] = [];
    for (const name of namedClaims(pod)) {
      const claim = findClaim(ctx, pod, name);
      if (!claim) return { status: unresolvable(`persistentvolumeclaim "${name}" not found`, { want: name }) };
      if (claim.spec.accessModes?.includes('ReadWriteOncePod')) exclusive.push(name);
    }
    const disks = disksOf(pod);
    for (const claim of exclusive) {
      const by = userOf(ctx, claimKey(pod, claim));
      if (by !== undefined) return { state: { disks, inUse: { claim, by } } };
    }
    return disks.length > 0 ? { state: { disks } } : SKIP;
  },
  filter: ({ ctx }, { node }, { disks, inUse }) => {
    const other = disks.length > 0 ? conflictingPod(disks, podsOn(ctx, node.metadata.name)) : undefined;
    if (other) return unschedulable(DISK_CONFLICT, { have: other.metadata.name, want: disks.map(({ name }) => name) });
    return inUse ? unschedulable(RWOP_CONFLICT, { have: inUse.by, want: inUse.claim }) : undefined;
  },
  hints: [
    {
      table: PODS,
      actions: ['update', 'delete'],
      wakes: (pod, { before, after }: HintEvent<Pod>) => {
        if (!before || !leavesNode(before, after) || before.metadata.namespace !== pod.metadata.namespace) return false;
        const claims = namedClaims(pod);
        return (
          conflictingPod(disksOf(pod), [before]) !== undefined ||
          namedClaims(before).some((name) => claims.includes(name))
        );
      },
    },
    { table: NODES, actions: ['add'] },
    { table: PERSISTENT_VOLUME_CLAIMS, actions: ['add'], candidates: podsOfClaim },
  ],
};
