import type { Context } from '../../sim/context.ts';
import { forbidden } from '../errors.ts';
import type { AdmissionPlugin } from '../kind.ts';
import { claimClass } from '../kinds/modes.ts';
import type { PersistentVolumeClaim, StorageClass } from '../object.ts';
import { compareQuantities } from '../quantity.ts';
import { STORAGE_CLASSES } from '../tables.ts';

const storageOf = ({ spec }: PersistentVolumeClaim): string | undefined => spec.resources?.requests?.['storage'];

function allowResize(ctx: Context, claim: PersistentVolumeClaim, old: PersistentVolumeClaim): boolean {
  const name = claimClass(claim);
  if (name === '' || name !== claimClass(old)) return false;
  return ctx.live<StorageClass>(STORAGE_CLASSES, name)?.allowVolumeExpansion === true;
}

/**
 * A claim grows only where it is bound and its class allows it.
 * @see plugin/pkg/admission/storage/persistentvolume/resize/admission.go
 */
export const persistentVolumeClaimResize: AdmissionPlugin = {
  name: 'PersistentVolumeClaimResize',
  validateUpdate: (object, before, definition, { ctx }) => {
    if (definition.group !== '' || definition.kind !== 'PersistentVolumeClaim') return;
    const [claim, old] = [object as PersistentVolumeClaim, before as PersistentVolumeClaim];
    if (compareQuantities(storageOf(claim), storageOf(old)) <= 0) return;
    if (old.status?.phase !== 'Bound') {
      throw forbidden(definition, claim.metadata.name, 'Only bound persistent volume claims can be expanded');
    }
    if (allowResize(ctx, claim, old)) return;
    const text =
      'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';
    throw forbidden(definition, claim.metadata.name, text);
  },
};
