import type { KubeObject } from '../engine/api/object.ts';
import type { Log, RowAddress } from '../engine/sim/log.ts';
import type { Json, RecordedObject } from './protocol.ts';

type Plain = Readonly<Record<string, unknown>>;

/** What the kubelet keeps of a volume in its desired and its actual state of world, as far as the page shows it. */
interface World {
  readonly spec: {
    readonly persistentVolume?: KubeObject & { readonly spec?: { readonly claimRef?: { readonly name?: string } } };
  };
  readonly device?: string;
  readonly pods: Readonly<Record<string, { readonly names: readonly string[]; readonly state?: string }>>;
}

/** Objects that one address of the log stands for once the first `rows` rows hold; undefined: the page shows none of it. */
export type Projection = (log: Log, rows: number) => readonly RecordedObject[];

const BACKEND = /^backend\/(.+)\/volumes$/;
const WORLD = /^m\/kubelet\/(.+)\/kubelet\.[ad]sw$/;

/** How an address outside the API is shown: a volume in a driver's backend, or how far a kubelet is with one for its pods. */
export function projectionOf({ table, key }: RowAddress): Projection | undefined {
  const driver = BACKEND.exec(table)?.[1];
  if (driver !== undefined) return (log, rows) => backendVolume(log, rows, table, driver, key);
  const node = WORLD.exec(table)?.[1];
  return node === undefined ? undefined : (log, rows) => mounts(log, rows, node, key);
}

const valueAt = (log: Log, rows: number, table: string, key: string): unknown =>
  log.valueAt(log.idOf(table, key), rows);

function backendVolume(log: Log, rows: number, table: string, driver: string, key: string): readonly RecordedObject[] {
  const value = valueAt(log, rows, table, key);
  if (value === undefined) return [];
  return [
    { apiVersion: 'playground/v1', kind: 'Volume', metadata: { name: `${driver}^${key}` }, spec: value as Plain },
  ];
}

function mounts(log: Log, rows: number, node: string, volume: string): readonly RecordedObject[] {
  const memory = `m/kubelet/${node}`;
  const desired = valueAt(log, rows, `${memory}/kubelet.dsw`, volume) as World | undefined;
  const actual = valueAt(log, rows, `${memory}/kubelet.asw`, volume) as World | undefined;
  const found: RecordedObject[] = [];
  for (const uid of new Set([...Object.keys(desired?.pods ?? {}), ...Object.keys(actual?.pods ?? {})])) {
    const worker = valueAt(log, rows, `${memory}/pods`, uid) as { readonly pod?: KubeObject } | undefined;
    const pv = (actual ?? desired)?.spec.persistentVolume;
    const claim = pv?.spec?.claimRef?.name;
    for (const name of desired?.pods[uid]?.names ?? actual?.pods[uid]?.names ?? []) {
      const spec: Record<string, Json> = {
        node,
        podNamespace: worker?.pod?.metadata.namespace ?? '',
        podName: worker?.pod?.metadata.name ?? '',
        podUID: uid,
        volume: name,
        ...(pv && { pv: pv.metadata.name }),
        ...(claim !== undefined && { claim }),
        wanted: desired?.pods[uid] !== undefined,
        device: actual?.device ?? 'NotMounted',
        staged: actual?.device === 'Mounted',
        published: actual?.pods[uid]?.state === 'Mounted',
      };
      found.push({ apiVersion: 'playground/v1', kind: 'Mount', metadata: { name: `${node}^${uid}^${name}` }, spec });
    }
  }
  return found;
}
