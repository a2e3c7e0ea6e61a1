import type { Json, Machinery } from '../../worker/protocol.ts';
import { parseId } from '../model/ids.ts';
import type { Replica } from '../model/replica.ts';
import { componentLabel } from './active.ts';

/** A CSI driver's calls, in the order of a volume's life. */
const CSI_METHODS = [
  'CreateVolume',
  'ControllerPublishVolume',
  'NodeStageVolume',
  'NodePublishVolume',
  'NodeUnpublishVolume',
  'NodeUnstageVolume',
  'ControllerUnpublishVolume',
  'DeleteVolume',
] as const;

/** The calls of a volume plugin of Kubernetes' own. */
const PLUGIN_METHODS = [
  'Provision',
  'Attach',
  'MountDevice',
  'SetUp',
  'TearDown',
  'UnmountDevice',
  'Detach',
  'Recycle',
  'Delete',
] as const;

/** Codes that a CSI driver answers with, the likely ones first. */
export const CODES = [
  'INTERNAL',
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'INVALID_ARGUMENT',
  'ABORTED',
  'OUT_OF_RANGE',
  'PERMISSION_DENIED',
  'UNAUTHENTICATED',
  'UNIMPLEMENTED',
  'UNKNOWN',
] as const;

/** What can be broken at a step. */
export interface Catalog {
  readonly nodes: readonly string[];
  /** CSI drivers, and plugins that were ever called. */
  readonly drivers: readonly string[];
  readonly csiDrivers: readonly string[];
  readonly components: readonly { readonly id: string; readonly label: string; readonly isRunning: boolean }[];
  readonly volumes: readonly { readonly driver: string; readonly handle: string }[];
}

/** They go with their node and driver. */
const NOT_COMPONENTS = new Set(['calls', 'kubelet', 'node-driver-registrar']);

const PLUGIN_PREFIX = 'kubernetes.io/';

export function catalogOf(replica: Replica, step: number, machinery: Machinery): Catalog {
  const names = (kind: string): string[] =>
    replica
      .union()
      .filter((entry) => entry.kind === kind && replica.objectAt(entry.id, step) !== undefined)
      .map(({ id }) => parseId(id).name)
      .sort();
  const csiDrivers = new Set(names('CSIDriver'));
  for (const { params } of machinery.processes) if (params['driver'] !== undefined) csiDrivers.add(params['driver']);
  const called = new Set(replica.calls.map(({ began }) => began.driver));
  return {
    nodes: names('Node'),
    csiDrivers: [...csiDrivers].sort(),
    drivers: [...new Set([...[...csiDrivers].sort(), ...[...called].sort()])],
    components: machinery.processes
      .filter(({ type }) => !NOT_COMPONENTS.has(type))
      .map(({ id, isRunning }) => ({ id, isRunning, label: componentLabel(id) })),
    volumes: names('Volume').map((name) => {
      const [driver = '', ...handle] = name.split('^');
      return { driver, handle: handle.join('^') };
    }),
  };
}

/** Methods of a driver, those that are known and those that the recording has besides. */
export function methodsOf(replica: Replica, driver: string): readonly string[] {
  const known: readonly string[] = driver.startsWith(PLUGIN_PREFIX) ? PLUGIN_METHODS : CSI_METHODS;
  return [...new Set([...known, ...[...replica.methodsOf(driver)].sort()])];
}

/** A plugin of Kubernetes' own answers with a bare message, without a code. */
export const hasCodes = (driver: string): boolean => !driver.startsWith(PLUGIN_PREFIX);

/** What the form about a call holds. */
export interface CallForm {
  readonly driver: string;
  readonly method: string;
  /** Empty: on every node. */
  readonly node: string;
  readonly does: 'fails' | 'slow' | 'hangs';
  readonly code: string;
  readonly message: string;
  readonly latency: string;
  /** Empty: every call. */
  readonly times: string;
}

/** The fault that a form describes; undefined while its number of calls is none. */
export function callFault({ driver, method, node, does, code, message, latency, times }: CallForm): Json | undefined {
  const count = times.trim() === '' ? undefined : Number(times);
  if (count !== undefined && !(Number.isInteger(count) && count > 0)) return undefined;
  return {
    driver,
    method,
    ...(node !== '' && { node }),
    ...(does === 'fails' && hasCodes(driver) && { code }),
    ...(does === 'fails' && { message }),
    ...(does === 'slow' && { latency: latency.trim() }),
    ...(does === 'hangs' && { hangs: true }),
    ...(count !== undefined && { times: count }),
  };
}
