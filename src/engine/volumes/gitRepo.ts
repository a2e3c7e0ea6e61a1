import { DONE, hasSource, type VolumePlugin } from './plugin.ts';

const DISABLED =
  'git-repo volume plugin has been disabled; if necessary, it may be re-enabled by enabling the feature-gate `GitRepoVolumeDriver`';

/** Switched off for good since 1.36. @see pkg/volume/git_repo/git_repo.go */
export const gitRepo: VolumePlugin = {
  name: 'kubernetes.io/git-repo',
  canSupport: (spec) => spec.persistentVolume === undefined && hasSource(spec, 'gitRepo'),
  setUp: () => ({ error: DISABLED, kind: 'final' }),
  tearDown: () => DONE,
};

/** The container runtime pulls and mounts an image; the kubelet's plugin does nothing. @see pkg/volume/image/image.go */
export const image: VolumePlugin = {
  name: 'kubernetes.io/image',
  canSupport: (spec) => spec.persistentVolume === undefined && hasSource(spec, 'image'),
  setUp: () => DONE,
  tearDown: () => DONE,
};
