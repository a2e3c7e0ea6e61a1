import { StatusError } from '../../api/errors.ts';
import type { PersistentVolumeSpec } from '../../api/object.ts';
import { syncError } from './names.ts';

/** A volume plugin that kube-controller-manager still loads for the PV controller, and what it can do there. */
export interface VolumePlugin {
  readonly name: string;
  readonly canSupport: (spec: PersistentVolumeSpec) => boolean;
  readonly provisions?: true;
  readonly deletes?: true;
  /** Its recycler pod runs for at least so many seconds. */
  readonly recyclerMinimumTimeout?: number;
}

/** @see cmd/kube-controller-manager/app/plugins.go ProbeProvisionableRecyclableVolumePlugins */
const PLUGINS: readonly VolumePlugin[] = [
  {
    name: 'kubernetes.io/host-path',
    canSupport: ({ hostPath }) => hostPath !== undefined,
    provisions: true,
    deletes: true,
    recyclerMinimumTimeout: 60,
  },
  { name: 'kubernetes.io/nfs', canSupport: ({ nfs }) => nfs !== undefined, recyclerMinimumTimeout: 300 },
];

/** @see pkg/volume/plugins.go FindPluginByName */
function findPluginByName(name: string): VolumePlugin | StatusError {
  return PLUGINS.find((plugin) => plugin.name === name) ?? syncError(`no volume plugin matched name: ${name}`);
}

/** @see pkg/volume/plugins.go FindPluginBySpec */
function findPluginBySpec(spec: PersistentVolumeSpec): VolumePlugin | StatusError {
  return PLUGINS.find((plugin) => plugin.canSupport(spec)) ?? syncError('no volume plugin matched');
}

const deletable = (plugin: VolumePlugin | StatusError): VolumePlugin | StatusError =>
  plugin instanceof StatusError || plugin.deletes ? plugin : syncError('no deletable volume plugin matched');

/** @see pkg/volume/plugins.go FindProvisionablePluginByName */
export function findProvisionablePluginByName(name: string): VolumePlugin | StatusError {
  const plugin = findPluginByName(name);
  return plugin instanceof StatusError || plugin.provisions
    ? plugin
    : syncError('no provisionable volume plugin matched');
}

/** @see pkg/volume/plugins.go FindDeletablePluginByName */
export const findDeletablePluginByName = (name: string): VolumePlugin | StatusError =>
  deletable(findPluginByName(name));

/** @see pkg/volume/plugins.go FindDeletablePluginBySpec */
export const findDeletablePluginBySpec = (spec: PersistentVolumeSpec): VolumePlugin | StatusError =>
  deletable(findPluginBySpec(spec));

/** @see pkg/volume/plugins.go FindRecyclablePluginBySpec */
export function findRecyclablePluginBySpec(spec: PersistentVolumeSpec): VolumePlugin | undefined {
  return PLUGINS.find((plugin) => plugin.canSupport(spec) && plugin.recyclerMinimumTimeout !== undefined);
}
