import type { CSINode, Node, PersistentVolume } from '../../api/object.ts';
import { CSI_NODES } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';

/** On a CSINode: the in-tree plugins that CSI drivers took over on the node. */
export const MIGRATED_PLUGINS = 'storage.alpha.kubernetes.io/migrated-plugins';
const ZONE = 'topology.kubernetes.io/zone';
const REGION = 'topology.kubernetes.io/region';
const BETA_ZONE = 'failure-domain.beta.kubernetes.io/zone';
const BETA_REGION = 'failure-domain.beta.kubernetes.io/region';

interface Migration {
  readonly plugin: string;
  readonly driver: string;
  /** The driver's own key of a zone. */
  readonly zoneKey: string;
  /** The field that identifies the disk. */
  readonly id: string;
}

/** In-tree disks that a CSI driver took over and that the scheduler treats as its volumes. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  awsElasticBlockStore: {
    plugin: 'kubernetes.io/aws-ebs',
    driver: 'ebs.csi.aws.com',
    zoneKey: 'topology.ebs.csi.aws.com/zone',
    id: 'volumeID',
  },
  gcePersistentDisk: {
    plugin: 'kubernetes.io/gce-pd',
    driver: 'pd.csi.storage.gke.io',
    zoneKey: 'topology.gke.io/zone',
    id: 'pdName',
  },
  azureDisk: {
    plugin: 'kubernetes.io/azure-disk',
    driver: 'disk.csi.azure.com',
    zoneKey: 'topology.disk.csi.azure.com/zone',
    id: 'diskURI',
  },
  cinder: {
    plugin: 'kubernetes.io/cinder',
    driver: 'cinder.csi.openstack.org',
    zoneKey: 'topology.cinder.csi.openstack.org/zone',
    id: 'volumeID',
  },
};

const migrationOf = (
  sources: Readonly<Record<string, unknown>>,
): readonly [Migration, Readonly<Record<string, unknown>>] | undefined => {
  for (const name in MIGRATIONS) {
    const [migration, source] = [MIGRATIONS[name], sources[name]];
    if (migration && source !== undefined) return [migration, source as Readonly<Record<string, unknown>>];
  }
  return undefined;
};

/** Driver and handle under which an in-tree disk, of a pod or of a volume, counts. */
export function migratedDisk(
  sources: Readonly<Record<string, unknown>>,
): { readonly driver: string; readonly handle: string } | undefined {
  const found = migrationOf(sources);
  if (!found) return undefined;
  const [{ driver, id }, source] = found;
  return { driver, handle: String(source[id] ?? '') };
}

/**
 * A volume as the migrated driver on the node would have it: zones of its labels, and of its affinity, under the driver's key.
 * @see staging/src/k8s.io/csi-translation-lib/plugins/in_tree_volume.go translateTopologyFromInTreeToCSI
 */
export function translateOnNode(ctx: Context, volume: PersistentVolume, node: Node): PersistentVolume {
  const [migration] = migrationOf(volume.spec) ?? [];
  if (!migration) return volume;
  const plugins = ctx.get<CSINode>(CSI_NODES, node.metadata.name)?.metadata.annotations?.[MIGRATED_PLUGINS] ?? '';
  return plugins.split(',').includes(migration.plugin) ? translate(volume, migration) : volume;
}

function translate(volume: PersistentVolume, { zoneKey }: Migration): PersistentVolume {
  const { labels = {} } = volume.metadata;
  const terms = volume.spec.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  const names = (key: string): boolean =>
    terms.some(({ matchExpressions = [] }) => matchExpressions.some((expression) => expression.key === key));
  const zoneLabel =
    [ZONE, BETA_ZONE].find(names) ?? (labels[ZONE] === undefined && labels[BETA_ZONE] !== undefined ? BETA_ZONE : ZONE);
  const keys: Readonly<Record<string, string>> = {
    [zoneLabel]: zoneKey,
    ...(zoneLabel === BETA_ZONE && { [BETA_REGION]: REGION }),
  };
  const renamed = terms.map((term) => ({
    ...term,
    matchExpressions: (term.matchExpressions ?? []).map((expression) => ({
      ...expression,
      key: keys[expression.key] ?? expression.key,
    })),
  }));
  const zones = names(zoneLabel)
    ? []
    : (labels[zoneLabel] ?? '')
        .split('__')
        .map((zone) => zone.trim())
        .filter((zone) => zone !== '');
  const added = zones.length > 0 ? [{ key: zoneKey, operator: 'In', values: zones }] : [];
  const base = renamed.length > 0 || added.length === 0 ? renamed : [{ matchExpressions: [] }];
  if (base.length === 0) return volume;
  const nodeSelectorTerms = base.map((term) => ({ ...term, matchExpressions: [...term.matchExpressions, ...added] }));
  return { ...volume, spec: { ...volume.spec, nodeAffinity: { required: { nodeSelectorTerms } } } };
}
