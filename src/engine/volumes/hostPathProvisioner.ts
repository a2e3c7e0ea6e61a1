import { newUid } from '../api/server.ts';
import type { CallResult } from '../sim/calls.ts';
import type { Context } from '../sim/context.ts';
import type { Json } from '../sim/types.ts';
import type { Answer } from './plugin.ts';

type Request = Readonly<Record<string, Json | undefined>>;

/**
 * What the hostPath plugin does for the PV controller, on the machine that the controller runs on: `Provision` names a
 * directory under /tmp/hostpath_pv, `Delete` removes one that has /tmp/ in its path, `Recycle` lets a pod do the work.
 * @see pkg/volume/hostpath/host_path.go
 */
export const HOST_PATH_PROVISIONER: Readonly<Record<string, Answer>> = {
  Provision: (ctx, _node, request) => provision(ctx, request),
  Delete: (_ctx, _node, { path }) => remove(String(path)),
  Recycle: () => ({ code: 'OK' }),
};

function provision(ctx: Context, { accessModes, capacity, volumeMode }: Request): CallResult {
  if (volumeMode === 'Block')
    return { code: 'UNKNOWN', message: 'kubernetes.io/host-path does not support block volume provisioning' };
  const annotations = { 'kubernetes.io/createdby': 'hostpath-dynamic-provisioner' };
  const path = `/tmp/hostpath_pv/${newUid(ctx)}`;
  return {
    code: 'OK',
    response: {
      annotations,
      spec: { accessModes: accessModes ?? ['ReadWriteOnce'], capacity: { storage: capacity }, hostPath: { path } },
    },
  };
}

function remove(path: string): CallResult {
  // The pattern is not anchored: /mnt/tmp/x passes.
  if (/\/tmp\/.+/.test(path)) return { code: 'OK' };
  return { code: 'UNKNOWN', message: `host_path deleter only supports /tmp/.+ but received provided ${path}` };
}
