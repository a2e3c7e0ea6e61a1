import type { Context } from '../../sim/context.ts';
import type { AdmissionPlugin } from '../kind.ts';
import { BETA_STORAGE_CLASS_ANNOTATION } from '../kinds/modes.ts';
import type { PersistentVolumeClaimSpec, StorageClass } from '../object.ts';
import { STORAGE_CLASSES } from '../tables.ts';

/**
 * The default class: the youngest of those marked, of equally old ones that with the smaller name.
 * @see pkg/volume/util/storageclass.go GetDefaultClass
 */
function getDefaultClass(ctx: Context): StorageClass | undefined {
  let found: StorageClass | undefined;
  for (const key of ctx.liveBucket(STORAGE_CLASSES, 'defaults', 'default')) {
    const candidate = ctx.live<StorageClass>(STORAGE_CLASSES, key);
    if (candidate && (!found || candidate.metadata.creationTimestamp > found.metadata.creationTimestamp)) {
      found = candidate;
    }
  }
  return found;
}

/**
 * Gives a new claim that says nothing of its class the default one.
 * @see plugin/pkg/admission/storage/storageclass/setdefault/admission.go
 */
export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  admitCreate: (object, { group, kind }, { ctx }) => {
    if (group !== '' || kind !== 'PersistentVolumeClaim') return object;
    const spec = object['spec'] as PersistentVolumeClaimSpec;
    if (
      spec.storageClassName !== undefined ||
      object.metadata.annotations?.[BETA_STORAGE_CLASS_ANNOTATION] !== undefined
    )
      return object;
    const found = getDefaultClass(ctx);
    return found ? { ...object, spec: { ...spec, storageClassName: found.metadata.name } } : object;
  },
};
