import { deepEqual } from '../../api/diff.ts';
import { claimClass } from '../../api/kinds/modes.ts';
import type { Node, PersistentVolume, StorageClass } from '../../api/object.ts';
import { NODES, PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, PODS, STORAGE_CLASSES } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { type Cycle, type HintEvent, type Plugin, SKIP, type Status, unresolvable } from '../framework.ts';
import { getVolume } from './volumebinding/claims.ts';
import { findClaim, namedClaims, podsOfClaim } from './volumeclaims.ts';

/** Zone and region labels, each beta one with the label that replaced it. */
const TOPOLOGY_LABELS: ReadonlyMap<string, string> = new Map([
  ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'],
  ['topology.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['topology.kubernetes.io/region', 'topology.kubernetes.io/region'],
]);

interface PVTopology {
  readonly volume: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** @see pkg/scheduler/framework/plugins/volumezone/volume_zone.go getPVTopologies */
function topologiesOf({ metadata: { name, labels = {} } }: PersistentVolume): readonly PVTopology[] {
  return [...TOPOLOGY_LABELS.keys()].flatMap((key) => {
    const values = labels[key]?.split('__').map((value) => value.trim());
    // A list with an empty element cannot be read and is left out of account.
    return values === undefined || values.includes('') ? [] : [{ volume: name, key, values }];
  });
}

/** @see getPVbyPod */
function topologiesOfPod({ ctx, pod }: Cycle): readonly PVTopology[] | Status {
  const topologies: PVTopology[] = [];
  for (const name of namedClaims(pod)) {
    if (name === '') return unresolvable('PersistentVolumeClaim had no name');
    const claim = findClaim(ctx, pod, name);
    if (!claim) return unresolvable(`persistentvolumeclaim "${name}" not found`);
    const { volumeName } = claim.spec;
    if (volumeName) {
      const volume = getVolume(ctx, volumeName);
      if (!volume)
        return unresolvable(`persistentvolume "${volumeName}" not found`, {
          want: { claim: name, volume: volumeName },
        });
      topologies.push(...topologiesOf(volume));
      continue;
    }
    const className = claimClass(claim);
    if (className === '') return unresolvable('PersistentVolumeClaim had no pv name and storageClass name');
    const storageClass = ctx.get<StorageClass>(STORAGE_CLASSES, className);
    if (!storageClass) return unresolvable(`storageclass.storage.k8s.io "${className}" not found`);
    if (storageClass.volumeBindingMode === undefined)
      return unresolvable(`VolumeBindingMode not set for StorageClass "${className}"`);
    if (storageClass.volumeBindingMode !== 'WaitForFirstConsumer') return unresolvable('PersistentVolume had no name');
  }
  return topologies;
}

/** @see pkg/scheduler/framework/plugins/volumezone/volume_zone.go */
export const volumeZone: Plugin<readonly PVTopology[]> = {
  name: 'VolumeZone',
  preFilter: (cycle) => {
    const topologies = topologiesOfPod(cycle);
    if ('code' in topologies) return { status: topologies };
    return topologies.length === 0 ? SKIP : { state: topologies };
  },
  filter: (_cycle, { node }, topologies) => {
    const { labels = {} } = node.metadata;
    // A node without any of the labels stands in a cluster of one zone.
    if (![...TOPOLOGY_LABELS.keys()].some((key) => labels[key] !== undefined)) return undefined;
    for (const { volume, key, values } of topologies) {
      const value = labels[key] ?? labels[TOPOLOGY_LABELS.get(key) ?? key];
      if (value !== undefined && values.includes(value)) continue;
      return unresolvable('node(s) had no available volume zone', {
        have: value ?? null,
        want: { volume, label: key, values },
      });
    }
    return undefined;
  },
  hints: [
    {
      table: STORAGE_CLASSES,
      actions: ['add'],
      wakes: (_pod, { after }: HintEvent<StorageClass>) => after?.volumeBindingMode === 'WaitForFirstConsumer',
    },
    {
      table: NODES,
      actions: ['add', 'update'],
      wakes: (_pod, { before, after }: HintEvent<Node>) =>
        before === undefined || !deepEqual(before.metadata.labels, after?.metadata.labels),
    },
    { table: PERSISTENT_VOLUME_CLAIMS, actions: ['add', 'update'], candidates: podsOfClaim },
    {
      table: PERSISTENT_VOLUMES,
      actions: ['add', 'update'],
      candidates: podsOfVolume,
      wakes: (_pod, { before, after }: HintEvent<PersistentVolume>) =>
        before === undefined || (after !== undefined && !deepEqual(topologiesOf(before), topologiesOf(after))),
    },
  ],
};

/** The pods of the claims that name the volume. */
function podsOfVolume(ctx: Context, { key }: HintEvent): readonly string[] {
  return ctx.bucket(PERSISTENT_VOLUME_CLAIMS, 'byVolume', key).flatMap((claim) => ctx.bucket(PODS, 'byClaim', claim));
}
