import type { CallResult } from '../sim/calls.ts';
import type { Context } from '../sim/context.ts';
import { type FileType, hostPathType, nodeDisk, parentPath, putFile } from './files.ts';
import { HOST_PATH_PROVISIONER } from './hostPathProvisioner.ts';
import { hasSource, podCall, podInfo, sourceOf, succeed, type VolumePlugin } from './plugin.ts';

const NAME = 'kubernetes.io/host-path';

/** What each type of a hostPath volume must find, and how the error calls it. */
const CHECKS: Readonly<Record<string, { readonly type: FileType; readonly noun: string }>> = {
  Directory: { type: 'Directory', noun: 'a directory' },
  DirectoryOrCreate: { type: 'Directory', noun: 'a directory' },
  File: { type: 'File', noun: 'a file' },
  FileOrCreate: { type: 'File', noun: 'a file' },
  Socket: { type: 'Socket', noun: 'a socket file' },
  CharDevice: { type: 'CharDevice', noun: 'a character device' },
  BlockDevice: { type: 'BlockDevice', noun: 'a block device' },
};

/** @see pkg/volume/hostpath/host_path.go */
export const hostPath: VolumePlugin = {
  name: NAME,
  canSupport: (spec) => hasSource(spec, 'hostPath'),
  withoutPodDirectory: true,
  path: ({ spec }) => sourceOf<{ path: string }>(spec, 'hostPath')?.path ?? '/',
  setUp: (host, args) => {
    const { path = '', type = '' } = sourceOf<{ path: string; type?: string }>(args.spec, 'hostPath') ?? {};
    return podCall(host, NAME, 'SetUp', args, { path, type, ...(podInfo(args) as object) });
  },
  tearDown: (host, args) => podCall(host, NAME, 'TearDown', args, {}),
  answers: {
    ...HOST_PATH_PROVISIONER,
    SetUp: (ctx, node, { path, type }) => checkType(ctx, node, String(path), String(type ?? '')),
    TearDown: succeed,
  },
};

/** @see pkg/volume/hostpath/host_path.go checkType */
function checkType(ctx: Context, node: string, path: string, type: string): CallResult {
  const check = CHECKS[type];
  if (!check) return type === '' ? { code: 'OK' } : { code: 'UNKNOWN', message: `${type} is an invalid volume type` };
  const create = type.endsWith('OrCreate');
  const found = hostPathType(ctx, node, path, check.type);
  if (found === undefined && create) {
    if (check.type === 'File' && hostPathType(ctx, node, parentPath(path), 'Directory') === undefined) {
      return { code: 'UNKNOWN', message: `open ${path}: no such file or directory` };
    }
    const mode = check.type === 'Directory' ? 0o755 : 0o644;
    putFile(ctx, nodeDisk(node), path, { type: check.type, mode });
    return { code: 'OK' };
  }
  if (found !== check.type)
    return { code: 'UNKNOWN', message: `hostPath type check failed: ${path} is not ${check.noun}` };
  return { code: 'OK' };
}
