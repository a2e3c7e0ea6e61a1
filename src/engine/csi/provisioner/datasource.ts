import type { PersistentVolume, PersistentVolumeClaim, StorageClass, TypedObjectReference } from '../../api/object.ts';
import { quantityValue } from '../../api/quantity.ts';
import { PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import type { Driver } from '../spec/driver.ts';
import type { VolumeContentSource } from '../spec/messages.ts';
import { fail, type ProvisionFailure } from './outcome.ts';
import { snapshotSource } from './snapshot.ts';

const SNAPSHOT_GROUP = 'snapshot.storage.k8s.io';

/** What a claim is to be filled from. */
export const dataSourceOf = ({ spec }: PersistentVolumeClaim): TypedObjectReference | undefined =>
  spec.dataSource ?? spec.dataSourceRef;

/** Sources that this sidecar cannot even look for. @see kubernetes-csi/external-provisioner pkg/controller/controller.go prepareProvision */
export function refuseDataSource(claim: PersistentVolumeClaim): ProvisionFailure | undefined {
  const source = dataSourceOf(claim);
  if (!source) return undefined;
  if (!source.name) return fail('finished', `the PVC source not found for PVC ${claim.metadata.name}`);
  if (source.kind === 'VolumeSnapshot') {
    if (source.apiGroup === SNAPSHOT_GROUP) return undefined;
    const groups = `Expected ${SNAPSHOT_GROUP}, Got ${source.apiGroup ?? ''}`;
    return fail('finished', `the PVC source does not belong to the right APIGroup. ${groups}`);
  }
  if (source.kind === 'PersistentVolumeClaim') return undefined;
  return fail('ignored', 'Assuming an external populator will provision the volume');
}

/** @see kubernetes-csi/external-provisioner pkg/controller/controller.go getVolumeContentSource */
export function contentSource(
  ctx: Context,
  driver: Driver,
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
): VolumeContentSource | undefined | ProvisionFailure {
  const source = dataSourceOf(claim);
  if (!source) return undefined;
  const found =
    source.kind === 'PersistentVolumeClaim'
      ? claimSource(ctx, claim, storageClass, source)
      : snapshotSource(ctx, driver, claim, storageClass, source.name);
  if (typeof found !== 'string') return found;
  return fail('noChange', `error getting handle for DataSource Type ${source.kind} by Name ${source.name}: ${found}`);
}

/** @see kubernetes-csi/external-provisioner pkg/controller/controller.go getPVCSource */
function claimSource(
  ctx: Context,
  claim: PersistentVolumeClaim,
  { provisioner }: StorageClass,
  { name }: TypedObjectReference,
): VolumeContentSource | string {
  const { namespace = 'default' } = claim.metadata;
  const source = ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, `${namespace}/${name}`);
  if (!source) {
    const missing = `persistentvolumeclaim "${name}" not found`;
    return `error getting PVC ${name} (namespace "${namespace}") from api server: ${missing}`;
  }
  if (source.status?.phase !== 'Bound')
    return `the PVC DataSource ${name} must have a status of Bound.  Got ${source.status?.phase ?? ''}`;
  if (source.metadata.deletionTimestamp !== undefined) return `the PVC DataSource ${name} is currently being deleted`;
  const [wanted = 0n, given = 0n] = [claim, source].map(({ spec }) =>
    quantityValue(spec.resources?.requests?.['storage'] ?? '0'),
  );
  if (wanted < given) {
    const rule = 'new PVC request must be greater than or equal in size to the specified PVC data source';
    return `error, ${rule}, requested ${wanted} but source is ${given}`;
  }
  const volume = ctx.get<PersistentVolume>(PERSISTENT_VOLUMES, source.spec.volumeName ?? '');
  const { csi, claimRef } = volume?.spec ?? {};
  const isBound =
    claimRef?.uid === source.metadata.uid &&
    claimRef.namespace === namespace &&
    claimRef.name === name &&
    volume?.status?.phase === 'Bound';
  if (!csi || csi.driver !== provisioner || !isBound) return 'claim in dataSource not bound or invalid';
  const [mode = 'Filesystem', sourceMode = 'Filesystem'] = [claim.spec.volumeMode, volume?.spec.volumeMode];
  if (mode !== sourceMode) {
    const rule = 'the source PVC and destination PVCs must have the same volume mode for cloning.';
    return `${rule}  Source is ${sourceMode}, but new PVC requested ${mode}`;
  }
  return { volume: { volume_id: csi.volumeHandle } };
}
