/** What kinds and fields mean, in short sentences of our own: `kubectl explain` prints them, and so does the editor. */
import meanings from './meanings.json' with { type: 'json' };

/** Meanings by type and field; `kinds` holds those of kinds and `any` those of the fields that every kind has. */
export type Meanings = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const MEANINGS: Meanings = meanings;

/** Types whose fields mean the same as those of another. */
export const SAME_FIELDS: Readonly<Record<string, string>> = {
  CSIPersistentVolumeSource: 'CSIVolumeSource',
  ClusterSpecDrivers: 'CSIDriverSpec',
  ClusterSpecDriversTokenRequests: 'TokenRequest',
  ClusterSpecNodesTaints: 'Taint',
  EphemeralContainer: 'Container',
  FCVolumeSource: 'ISCSIVolumeSource',
  ISCSIPersistentVolumeSource: 'ISCSIVolumeSource',
  Volume: 'PersistentVolumeSpec',
};

const own = (of: Readonly<Record<string, string>> | undefined, key: string): string | undefined =>
  of !== undefined && Object.hasOwn(of, key) ? of[key] : undefined;

export const meaningOfKind = (kind: string): string | undefined => own(MEANINGS['kinds'], kind);

/** What a field of a type means; a kind's own type also has the fields of every kind. */
export function meaningOfField(type: string, field: string): string | undefined {
  const isKind = meaningOfKind(type) !== undefined;
  for (const of of [type, SAME_FIELDS[type], isKind ? 'any' : undefined]) {
    const text = of === undefined ? undefined : own(MEANINGS[of], field);
    if (text !== undefined) return text;
  }
  return undefined;
}
