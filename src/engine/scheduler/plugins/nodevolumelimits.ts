import { claimClass } from '../../api/kinds/modes.ts';
import type { CSIDriver, CSINode, Pod, StorageClass, VolumeAttachment } from '../../api/object.ts';
import {
  CSI_DRIVERS,
  CSI_NODES,
  NODES,
  PERSISTENT_VOLUME_CLAIMS,
  PODS,
  STORAGE_CLASSES,
  VOLUME_ATTACHMENTS,
} from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { claimNameOf } from '../../volumes/ephemeral.ts';
import { csiNameFromInTreeName } from '../../volumes/migration.ts';
import { type HintEvent, type Plugin, SKIP, type Status, unresolvable, unschedulable } from '../framework.ts';
import { leavesNode, podsOn } from '../snapshot.ts';
import { migratedDisk } from './migration.ts';
import { getVolume } from './volumebinding/claims.ts';
import { claimKey, findClaim, podsOfClaim } from './volumeclaims.ts';

/** Volumes by their unique names, with the driver of each. */
type Volumes = Map<string, string>;

const REASON = 'node(s) exceed max volume count';

const countsFor = (pod: Pod): boolean =>
  pod.spec.volumes?.some((volume) => claimNameOf(pod, volume) !== undefined || migratedDisk(volume) !== undefined) ??
  false;

/**
 * Adds the volumes of a pod that count against a driver's limit; the name of a claim that is missing is returned.
 * @see pkg/scheduler/framework/plugins/nodevolumelimits/csi.go filterAttachableVolumes
 */
function filterAttachableVolumes(ctx: Context, pod: Pod, result: Volumes, onNode: boolean): string | undefined {
  for (const volume of pod.spec.volumes ?? []) {
    const name = claimNameOf(pod, volume);
    if (name === undefined) {
      const disk = onNode ? migratedDisk(volume) : undefined;
      if (disk) result.set(`${disk.driver}/${disk.handle}`, disk.driver);
      continue;
    }
    const claim = findClaim(ctx, pod, name);
    if (!claim) return name;
    const bound = claim.spec.volumeName ? getVolume(ctx, claim.spec.volumeName) : undefined;
    const counted = bound
      ? bound.spec.csi
        ? { driver: bound.spec.csi.driver, handle: bound.spec.csi.volumeHandle }
        : onNode
          ? migratedDisk(bound.spec)
          : undefined
      : fromClass(ctx, claimClass(claim), claimKey(pod, name));
    if (counted) result.set(`${counted.driver}/${counted.handle}`, counted.driver);
  }
  return undefined;
}

/** A claim without a volume counts for its class's provisioner, each claim for itself. @see getCSIDriverInfoFromSC */
function fromClass(
  ctx: Context,
  className: string,
  claim: string,
): { readonly driver: string; readonly handle: string } | undefined {
  const provisioner = className === '' ? undefined : ctx.get<StorageClass>(STORAGE_CLASSES, className)?.provisioner;
  if (provisioner === undefined) return undefined;
  return { driver: csiNameFromInTreeName(provisioner) ?? provisioner, handle: `unbound-${claim}` };
}

const limitsOf = (csiNode: CSINode | undefined): ReadonlyMap<string, number> => {
  const limits = new Map<string, number>();
  for (const { name, allocatable } of csiNode?.spec.drivers ?? []) {
    if (allocatable?.count !== undefined) limits.set(name, allocatable.count);
  }
  return limits;
};

/** Attachments of the node whose volume is a CSI one. @see getNodeVolumeAttachmentInfo */
function attachedVolumes(ctx: Context, node: string): Volumes {
  const attached: Volumes = new Map();
  for (const key of ctx.bucket(VOLUME_ATTACHMENTS, 'byNode', node)) {
    const { attacher, source } = ctx.get<VolumeAttachment>(VOLUME_ATTACHMENTS, key)?.spec ?? {};
    const csi =
      source?.persistentVolumeName === undefined ? undefined : getVolume(ctx, source.persistentVolumeName)?.spec.csi;
    if (attacher && csi) attached.set(`${attacher}/${csi.volumeHandle}`, attacher);
  }
  return attached;
}

const countByDriver = (volumes: Iterable<string>): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const driver of volumes) counts.set(driver, (counts.get(driver) ?? 0) + 1);
  return counts;
};

function missingDriver(ctx: Context, drivers: Iterable<string>, csiNode: CSINode | undefined): Status | undefined {
  if (!ctx.setting<Record<string, boolean>>('featureGates')?.['VolumeLimitScaling']) return undefined;
  for (const name of drivers) {
    const prevents = (
      ctx.get<CSIDriver>(CSI_DRIVERS, name)?.spec as { readonly preventPodSchedulingIfMissing?: boolean } | undefined
    )?.preventPodSchedulingIfMissing;
    if (!prevents || csiNode?.spec.drivers?.some((driver) => driver.name === name)) continue;
    return unschedulable(`${name} CSI driver is not installed on the node`, { want: name });
  }
  return undefined;
}

/** @see pkg/scheduler/framework/plugins/nodevolumelimits/csi.go */
export const nodeVolumeLimits: Plugin<undefined> = {
  name: 'NodeVolumeLimits',
  preFilter: ({ pod }) => (countsFor(pod) ? { state: undefined } : SKIP),
  filter: ({ ctx, pod }, { node }) => {
    const csiNode = ctx.get<CSINode>(CSI_NODES, node.metadata.name);
    const added: Volumes = new Map();
    const missing = filterAttachableVolumes(ctx, pod, added, csiNode !== undefined);
    if (missing !== undefined) {
      return unresolvable(
        `looking up PVC ${pod.metadata.namespace ?? ''}/${missing}: persistentvolumeclaim "${missing}" not found`,
      );
    }
    if (added.size === 0) return undefined;
    const absent = missingDriver(ctx, added.values(), csiNode);
    if (absent) return absent;
    const limits = limitsOf(csiNode);
    if (![...added.values()].some((driver) => limits.has(driver))) return undefined;
    const used: Volumes = new Map();
    for (const other of podsOn(ctx, node.metadata.name)) filterAttachableVolumes(ctx, other, used, true);
    for (const name of used.keys()) added.delete(name);
    // A volume counts as long as it is attached, even where its pod is gone.
    for (const [name, driver] of attachedVolumes(ctx, node.metadata.name)) used.set(name, driver);
    const present = countByDriver(used.values());
    for (const [driver, count] of countByDriver(added.values())) {
      const limit = limits.get(driver);
      const now = present.get(driver) ?? 0;
      if (limit !== undefined && now + count > limit)
        return unschedulable(REASON, { have: { driver, limit, used: now }, want: count });
    }
    return undefined;
  },
  hints: [
    {
      table: PODS,
      actions: ['update', 'delete'],
      wakes: (_pod, { before, after }: HintEvent<Pod>) =>
        before !== undefined && leavesNode(before, after) && countsFor(before),
    },
    { table: NODES, actions: ['add'] },
    { table: PERSISTENT_VOLUME_CLAIMS, actions: ['add'], candidates: podsOfClaim },
    {
      table: CSI_NODES,
      actions: ['add', 'update'],
      wakes: (_pod, { before, after }: HintEvent<CSINode>) => {
        const old = limitsOf(before);
        return before === undefined || [...limitsOf(after)].some(([driver, limit]) => limit > (old.get(driver) ?? 0));
      },
    },
    { table: VOLUME_ATTACHMENTS, actions: ['delete'], wakes: countsFor },
  ],
};
