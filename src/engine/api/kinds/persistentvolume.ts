import type { IndexSpec } from '../../sim/types.ts';
import { type Column, defineKind, keyOf } from '../kind.ts';
import type { PersistentVolume } from '../object.ts';
import { canonicalQuantity, quantityValue } from '../quantity.ts';
import { ageColumn, byText, nameColumn } from './metadata.ts';
import { accessModesKey, accessModesText, attributesClassesOfVolume, freeBucket, volumeClass } from './modes.ts';
import { validateVolumeUpdate } from './persistentvolumeupdate.ts';
import { validateVolume, volumeWarnings } from './persistentvolumevalidation.ts';
import { canonicalResources } from './quantities.ts';
import type { Source } from './volumesources.ts';

const NONE: readonly string[] = [];

/** Volumes that are there for the taking, by class, mode and access modes, smallest first. */
const free: IndexSpec<PersistentVolume> = {
  of: (volume) => {
    const { metadata, spec, status } = volume;
    if (spec.claimRef || status?.phase !== 'Available' || metadata.deletionTimestamp !== undefined) return NONE;
    return [freeBucket(volumeClass(volume), spec.volumeMode, spec.accessModes)];
  },
  rank: ({ spec }) => Number(quantityValue(spec.capacity?.['storage'])),
};

const AT_REST: readonly (string | undefined)[] = ['Available', 'Bound'];
const ALL: readonly string[] = [''];

/** Volumes in a phase that something still has to happen to. */
const waiting: IndexSpec<PersistentVolume> = { of: ({ status }) => (AT_REST.includes(status?.phase) ? NONE : ALL) };

const claimKey = ({ spec: { claimRef } }: PersistentVolume): string | undefined =>
  claimRef ? keyOf(claimRef.namespace, claimRef.name ?? '') : undefined;

const columns: readonly Column<PersistentVolume>[] = [
  nameColumn,
  { name: 'Capacity', cell: ({ spec }) => canonicalQuantity(spec.capacity?.['storage'] ?? '0') },
  { name: 'Access Modes', cell: ({ spec }) => accessModesText(spec.accessModes) },
  { name: 'Reclaim Policy', cell: ({ spec }) => spec.persistentVolumeReclaimPolicy ?? '' },
  {
    name: 'Status',
    cell: ({ metadata, status }) => (metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? '')),
  },
  {
    name: 'Claim',
    cell: ({ spec: { claimRef } }) => (claimRef ? `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}` : ''),
  },
  { name: 'StorageClass', cell: volumeClass },
  { name: 'VolumeAttributesClass', cell: ({ spec }) => spec.volumeAttributesClassName ?? '<unset>' },
  { name: 'Reason', cell: ({ status }) => status?.reason ?? '' },
  ageColumn,
  { name: 'VolumeMode', priority: 1, cell: ({ spec }) => spec.volumeMode ?? '<unset>' },
];

/** Defaults of the sources that have any. @see zz_generated.defaults.go SetObjectDefaults_PersistentVolume */
const SOURCE_DEFAULTS: ReadonlyMap<string, Source> = new Map<string, Source>([
  ['hostPath', { type: '' }],
  ['iscsi', { iscsiInterface: 'default' }],
  ['rbd', { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' }],
  ['azureDisk', { cachingMode: 'ReadWrite', kind: 'Shared', fsType: 'ext4', readOnly: false }],
  ['scaleIO', { storageMode: 'ThinProvisioned', fsType: 'xfs' }],
]);

/** Puts the defaults into the sources of a volume that have any; an empty text counts as absent. */
export function defaultSources<T extends Readonly<Record<string, unknown>>>(spec: T): T {
  let result = spec;
  for (const name in spec) {
    const defaults = SOURCE_DEFAULTS.get(name);
    if (!defaults) continue;
    const source = spec[name] as Source;
    const missing = Object.keys(defaults).filter(
      (field) => source[field] === undefined || (source[field] === '' && defaults[field] !== ''),
    );
    if (missing.length === 0) continue;
    const filled = Object.fromEntries(missing.map((field) => [field, defaults[field]]));
    result = { ...result, [name]: { ...source, ...filled } };
  }
  return result;
}

/** @see pkg/apis/core/v1/defaults.go SetDefaults_PersistentVolume */
function setDefaults(volume: PersistentVolume): PersistentVolume {
  const { capacity: asked } = volume.spec ?? {};
  const capacity = canonicalResources(asked);
  const given = volume.spec && capacity === asked ? volume.spec : { ...volume.spec, ...(capacity && { capacity }) };
  const spec = defaultSources(given);
  const { persistentVolumeReclaimPolicy, volumeMode } = spec;
  const complete = persistentVolumeReclaimPolicy && volumeMode !== undefined && volume.status?.phase;
  if (complete && spec === volume.spec) return volume;
  return {
    ...volume,
    spec: {
      ...spec,
      persistentVolumeReclaimPolicy: persistentVolumeReclaimPolicy || 'Retain',
      volumeMode: volumeMode ?? 'Filesystem',
    },
    status: { ...volume.status, phase: volume.status?.phase || 'Pending' },
  };
}

export const persistentVolume = defineKind<PersistentVolume>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  singular: 'persistentvolume',
  shortNames: ['pv'],
  namespaced: false,
  statusSubresource: true,
  indices: {
    byClaim: byText(claimKey),
    byClass: { of: (volume) => [volumeClass(volume)] },
    waiting,
    byProvisioner: byText(({ spec }) => spec.csi?.driver),
    byHandle: byText(({ spec: { csi } }) => csi && `${csi.driver}^${csi.volumeHandle}`),
    byAttributesClass: { of: attributesClassesOfVolume },
    modes: { of: ({ spec }) => [accessModesKey(spec.accessModes)] },
    free,
  },
  columns,
  defaults: setDefaults,
  prepareForCreate: (volume, { timestamp }) => ({
    ...volume,
    status: { phase: 'Pending', lastPhaseTransitionTime: timestamp },
  }),
  validate: validateVolume,
  validateUpdate: validateVolumeUpdate,
  prepareForStatusUpdate: (volume, old, { timestamp }) => {
    const { lastPhaseTransitionTime: given, ...status } = volume.status ?? {};
    const last = old.status?.lastPhaseTransitionTime;
    if (status.phase === old.status?.phase) {
      const kept = given ?? last;
      return { ...volume, status: { ...status, ...(kept !== undefined && { lastPhaseTransitionTime: kept }) } };
    }
    return {
      ...volume,
      status: { ...status, lastPhaseTransitionTime: given === undefined || given === last ? timestamp : given },
    };
  },
  warnings: volumeWarnings,
});
