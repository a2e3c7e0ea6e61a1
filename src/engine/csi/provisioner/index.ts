import type { CSIStorageCapacity } from '../../api/kinds/csistoragecapacity.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { CSI_NODES, NODES, PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, STORAGE_CLASSES } from '../../api/tables.ts';
import type { CallRecord } from '../../sim/calls.ts';
import { type ComponentType, DEFAULT_LIMITER } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { AnnBetaStorageProvisioner, AnnMigratedTo, AnnStorageProvisioner } from '../../volumes/annotations.ts';
import { retryQueues } from '../retry.ts';
import { driverName } from '../spec/driver.ts';
import {
  capacityAnswered,
  capacityChanged,
  capacityDriver,
  capacityInputChanged,
  planCapacities,
  pollCapacities,
  syncCapacity,
} from './capacity.ts';
import { claimItem, syncClaim, volumeCreated } from './claims.ts';
import { deleterOf, needsSync, syncVolume, volumeDeleted } from './delete.ts';
import { drawIdentity } from './identity.ts';
import { CAPACITIES, CAPACITY_PLAN, CLAIMS, CLONING, CSI_PROVISIONER, VOLUME_STORE, VOLUMES } from './names.ts';
import { claimMayBeSource, SNAPSHOT_SWEEP_PERIOD, sweepSnapshots, syncSource } from './sources.ts';
import { storeAgain } from './store.ts';

const WORKERS = 100;
const CAPACITY_POLL_INTERVAL = 60_000;
const CSI_STORAGE_CAPACITIES = 'csistoragecapacities.storage.k8s.io';

/**
 * Makes volumes for the claims of one driver and deletes them when they are released.
 * @see kubernetes-csi/external-provisioner pkg/controller/controller.go
 * @see kubernetes-sigs/sig-storage-lib-external-provisioner controller/controller.go
 */
export function csiProvisioner(api: ApiServer): ComponentType {
  return {
    type: CSI_PROVISIONER,
    queues: {
      ...retryQueues(CLAIMS, (ctx, item) => syncClaim(api, ctx, item), WORKERS),
      ...retryQueues(VOLUMES, (ctx, item) => syncVolume(api, ctx, item), WORKERS),
      ...retryQueues(CLONING, (ctx, key) => syncSource(api, ctx, key), 1),
      ...retryQueues(CAPACITIES, syncCapacity, 1),
      [CAPACITY_PLAN]: { sync: (ctx) => planCapacities(api, ctx) },
      capacityPoll: { every: CAPACITY_POLL_INTERVAL, sync: pollCapacities },
      snapshotSweep: { every: SNAPSHOT_SWEEP_PERIOD, sync: (ctx) => sweepSnapshots(api, ctx) },
      [VOLUME_STORE]: { limiter: DEFAULT_LIMITER, sync: (ctx, name) => storeAgain(api, ctx, name) },
    },
    watches: [
      {
        table: PERSISTENT_VOLUME_CLAIMS,
        route: (claim: PersistentVolumeClaim) => provisionersOf(claim).map((driver) => `${CSI_PROVISIONER}/${driver}`),
        on: (ctx, { after }: WatchEvent<PersistentVolumeClaim>) => {
          if (after && !after.spec.volumeName) ctx.enqueue(CLAIMS, claimItem(after));
        },
      },
      { table: PERSISTENT_VOLUME_CLAIMS, on: claimMayBeSource },
      {
        table: PERSISTENT_VOLUMES,
        route: (volume: PersistentVolume) => routeVolume(volume),
        relist: (ctx) => ctx.bucket(PERSISTENT_VOLUMES, 'byProvisioner', driverName(ctx)),
        on: (ctx, { key, after }: WatchEvent<PersistentVolume>) => {
          if (after && needsSync(after)) ctx.enqueue(VOLUMES, key);
        },
      },
      { table: STORAGE_CLASSES, on: capacityInputChanged },
      { table: CSI_NODES, on: capacityInputChanged },
      { table: NODES, on: capacityInputChanged },
      {
        table: CSI_STORAGE_CAPACITIES,
        route: (capacity: CSIStorageCapacity) => {
          const driver = capacityDriver(capacity);
          return driver === undefined ? [] : [`${CSI_PROVISIONER}/${driver}`];
        },
        on: capacityChanged,
      },
    ],
    start: (ctx) => drawIdentity(api, ctx),
    onCall: (ctx, call) => answered(api, ctx, call),
  };
}

function provisionersOf({ metadata: { annotations = {} } }: PersistentVolumeClaim): readonly string[] {
  const named = annotations[AnnStorageProvisioner] ?? annotations[AnnBetaStorageProvisioner];
  const migrated = annotations[AnnMigratedTo];
  return [...new Set([named, migrated].filter((driver) => driver !== undefined))];
}

function routeVolume(volume: PersistentVolume): readonly string[] {
  const driver = deleterOf(volume);
  return driver === undefined ? [] : [`${CSI_PROVISIONER}/${driver}`];
}

function answered(api: ApiServer, ctx: Context, call: CallRecord): void {
  if (call.method === 'GetCapacity') capacityAnswered(api, ctx, call);
  // Of a volume that is made and would not do, the deletion carries the attempt at the claim.
  else if (call.method === 'CreateVolume' || typeof call.data === 'object') volumeCreated(api, ctx, call);
  else volumeDeleted(api, ctx, call);
}
