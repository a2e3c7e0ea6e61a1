import { makeDirectory, mountAt, nfsExports, nodeDisk, removeTree } from './files.ts';
import { hasSource, podCall, podInfo, sourceOf, type VolumePlugin } from './plugin.ts';

const NAME = 'kubernetes.io/nfs';

/**
 * Every server answers and has every path, unless a fault says otherwise; its files are seen by all its mounts.
 * @see pkg/volume/nfs/nfs.go
 */
export const nfs: VolumePlugin = {
  name: NAME,
  canSupport: (spec) => hasSource(spec, 'nfs'),
  supportsMountOptions: true,
  setUp: (host, args) => {
    const {
      server = '',
      path = '/',
      readOnly,
    } = sourceOf<{ server: string; path: string; readOnly?: boolean }>(args.spec, 'nfs') ?? {};
    const options = args.spec.persistentVolume?.spec.mountOptions;
    const request = {
      server,
      path,
      ...((readOnly || args.spec.readOnly) && { readOnly: true }),
      ...(options && options.length > 0 && { mountOptions: options }),
    };
    return podCall(host, NAME, 'SetUp', args, { ...request, ...(podInfo(args) as object) });
  },
  tearDown: (host, args) => podCall(host, NAME, 'TearDown', args, {}),
  answers: {
    SetUp: (ctx, node, { dir, server, path, readOnly }) => {
      const root = nfsExports(String(server));
      makeDirectory(ctx, root, String(path));
      mountAt(ctx, nodeDisk(node), String(dir), { root, target: String(path), ...(readOnly === true && { readOnly }) });
      return { code: 'OK' };
    },
    /** The recycler pod of the PV controller does the work. */
    Recycle: () => ({ code: 'OK' }),
    TearDown: (ctx, node, { dir }) => {
      removeTree(ctx, nodeDisk(node), String(dir));
      return { code: 'OK' };
    },
  },
};
