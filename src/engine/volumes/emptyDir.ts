import type { Pod } from '../api/object.ts';
import { changeGroup, makeDirectory, nodeDisk, removeTree } from './files.ts';
import { hasSource, podCall, podInfo, sourceOf, type VolumePlugin } from './plugin.ts';

const NAME = 'kubernetes.io/empty-dir';
const NO_HUGE_PAGES = 'medium HugePages: hugePages storage requested, but there is no resource request for huge pages';

/** @see pkg/volume/emptydir/empty_dir.go */
export const emptyDir: VolumePlugin = {
  name: NAME,
  canSupport: (spec) => hasSource(spec, 'emptyDir'),
  setUp: (host, args) => {
    const { medium = '', sizeLimit } = sourceOf<{ medium?: string; sizeLimit?: string }>(args.spec, 'emptyDir') ?? {};
    const hugePages = requestsHugePages(args.pod);
    const request = { medium, ...(sizeLimit !== undefined && { sizeLimit }), ...(hugePages && { hugePages }) };
    return podCall(host, NAME, 'SetUp', args, { ...request, ...(podInfo(args) as object) });
  },
  tearDown: (host, args) => podCall(host, NAME, 'TearDown', args, {}),
  answers: {
    SetUp: (ctx, node, { dir, medium, hugePages, fsGroup }) => {
      if (String(medium).startsWith('HugePages') && !hugePages) return { code: 'UNKNOWN', message: NO_HUGE_PAGES };
      makeDirectory(ctx, nodeDisk(node), String(dir), 0o777);
      if (typeof fsGroup === 'number') changeGroup(ctx, nodeDisk(node), String(dir), fsGroup, false);
      return { code: 'OK' };
    },
    TearDown: (ctx, node, { dir }) => {
      removeTree(ctx, nodeDisk(node), String(dir));
      return { code: 'OK' };
    },
  },
};

const requestsHugePages = ({ spec }: Pod): boolean =>
  [...(spec.initContainers ?? []), ...spec.containers].some(({ resources }) =>
    Object.keys({ ...resources?.requests, ...resources?.limits }).some((name) => name.startsWith('hugepages-')),
  );
