import type { AccessMode, KubeObject, PersistentVolume, PersistentVolumeClaim } from '../object.ts';
import { VALUES } from '../schema/values.ts';

const SHORT: readonly (readonly [AccessMode, string])[] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
];

/** All access modes, sorted as messages list them. */
export const ACCESS_MODES: readonly string[] = VALUES['core.PersistentVolumeAccessMode'];

/** Access modes as kubectl prints them: `RWO,RWX`. @see GetAccessModesAsString */
export const accessModesText = (modes: readonly string[] | undefined): string =>
  SHORT.filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(',');

/** Key of a set of access modes in the indices of persistentvolumes: sorted, without duplicates, joined with commas. */
export const accessModesKey = (modes: readonly string[] | undefined): string =>
  modes === undefined || modes.length === 0
    ? ''
    : modes.length === 1
      ? (modes[0] ?? '')
      : [...new Set(modes)].sort().join(',');

/** Every set of access modes that a volume may have, those with the fewest modes first. */
export const ACCESS_MODE_SETS: readonly (readonly AccessMode[])[] = Array.from(
  { length: (1 << SHORT.length) - 1 },
  (_, i) => SHORT.filter((_entry, bit) => (i + 1) & (1 << bit)).map(([mode]) => mode),
).sort((a, b) => a.length - b.length);

export const BETA_STORAGE_CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

/** The class of a volume: the beta annotation before the field. @see GetPersistentVolumeClass */
export const volumeClass = ({ metadata, spec }: PersistentVolume): string =>
  metadata.annotations?.[BETA_STORAGE_CLASS_ANNOTATION] ?? spec.storageClassName ?? '';

/** The class of a claim: the beta annotation before the field. @see GetPersistentVolumeClaimClass */
export const claimClass = ({ metadata, spec }: PersistentVolumeClaim): string =>
  metadata.annotations?.[BETA_STORAGE_CLASS_ANNOTATION] ?? spec.storageClassName ?? '';

const NONE: readonly string[] = [];

/** The attributes class that a volume names, if any. @see pkg/controller/volume/vacprotection getPVReferencedVACNames */
export const attributesClassesOfVolume = ({
  spec: { volumeAttributesClassName: name },
}: PersistentVolume): readonly string[] => (name ? [name] : NONE);

/** The attributes classes that a claim asks for, has, or is on the way to. @see getPVCReferencedVACNames */
export function attributesClassesOfClaim({ spec, status }: PersistentVolumeClaim): readonly string[] {
  const { volumeAttributesClassName: asked } = spec;
  const current = status?.currentVolumeAttributesClassName;
  const target = status?.modifyVolumeStatus?.targetVolumeAttributesClassName;
  if (!asked && !current && !target) return NONE;
  return [...new Set([asked, current, target])].flatMap((name) => name || []);
}

/** Bucket of index `free` of persistentvolumes. */
export const freeBucket = (
  storageClass: string,
  volumeMode: string | undefined,
  modes: readonly string[] | undefined,
): string => `${storageClass}|${volumeMode || 'Filesystem'}|${accessModesKey(modes)}`;

const DEFAULT_CLASS_ANNOTATIONS: readonly string[] = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

/** @see pkg/apis/storage/util/helpers.go IsDefaultAnnotation */
export const isDefaultClass = ({ metadata }: KubeObject): boolean =>
  DEFAULT_CLASS_ANNOTATIONS.some((annotation) => metadata.annotations?.[annotation] === 'true');
