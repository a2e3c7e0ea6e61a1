import { driverOf, hasNode } from '../csi/spec/driver.ts';
import { CSI_PLUGIN_NAME } from './csinames.ts';
import { nodeCall, publishRequest, stageRequest } from './csiRequests.ts';
import { credentials, csiLog, csiVolume, isError, notRegistered, publishSecretRef, transient } from './csiVolume.ts';
import { type BlockMapper, DONE, KUBELET_ROOT, type VolumeSpec } from './plugin.ts';

const DEVICES = `${KUBELET_ROOT}/plugins/${CSI_PLUGIN_NAME}/volumeDevices`;

export const stagingPath = ({ name }: VolumeSpec): string => `${DEVICES}/staging/${name}`;
export const publishPath = ({ name }: VolumeSpec, podUid: string): string => `${DEVICES}/publish/${name}/${podUid}`;

/** @see pkg/volume/csi/csi_block.go */
export const csiBlock: BlockMapper = {
  globalMapPath: ({ name }) => `${DEVICES}/${name}/dev`,
  setUpDevice: (host, args) => {
    const { driver, source } = csiVolume(args);
    const missing = notRegistered(host, driver);
    if (missing !== undefined) return transient(csiLog(`blockMapper.SetUpDevice failed to get CSI client: ${missing}`));
    if (!hasNode(driverOf(host.ctx, driver), 'STAGE_UNSTAGE_VOLUME')) return DONE;
    const ref = source.nodeStageSecretRef;
    const secrets = ref ? credentials(host, ref.namespace ?? '', ref.name ?? '') : {};
    if (isError(secrets))
      return transient(
        csiLog(`failed to get NodeStageSecretRef ${ref?.namespace ?? ''}/${ref?.name ?? ''}: ${secrets.error}`),
      );
    return nodeCall(host, driver, 'NodeStageVolume', stageRequest(host, args, stagingPath(args.spec), secrets));
  },
  mapPodDevice: (host, args) => {
    const { driver } = csiVolume(args);
    const missing = notRegistered(host, driver);
    if (missing !== undefined)
      return transient(csiLog(`blockMapper.MapPodDevice failed to get CSI client: ${missing}`));
    const ref = publishSecretRef(args);
    const secrets = ref ? credentials(host, ref.namespace, ref.name) : {};
    if (isError(secrets)) {
      const where = `${ref?.namespace ?? ''}/${ref?.name ?? ''}`;
      return transient(
        csiLog(`blockMapper.publishVolumeForBlock failed to get NodePublishSecretRef ${where}: ${secrets.error}`),
      );
    }
    const paths = { target: publishPath(args.spec, args.podUid), staging: stagingPath(args.spec) };
    return nodeCall(host, driver, 'NodePublishVolume', publishRequest(host, args, paths, secrets));
  },
  unmapPodDevice: (host, args) => {
    const { driver, handle } = csiVolume(args);
    const missing = notRegistered(host, driver);
    if (missing !== undefined)
      return transient(csiLog(`blockMapper.UnmapPodDevice failed to get CSI client: ${missing}`));
    return nodeCall(host, driver, 'NodeUnpublishVolume', {
      volume_id: handle,
      target_path: publishPath(args.spec, args.podUid),
    });
  },
  tearDownDevice: (host, spec) => {
    const { driver, handle } = csiVolume({ spec, podUid: '' });
    const missing = notRegistered(host, driver);
    if (missing !== undefined)
      return transient(csiLog(`blockMapper.TearDownDevice failed to get CSI client: ${missing}`));
    if (!hasNode(driverOf(host.ctx, driver), 'STAGE_UNSTAGE_VOLUME')) return DONE;
    return nodeCall(host, driver, 'NodeUnstageVolume', { volume_id: handle, staging_target_path: stagingPath(spec) });
  },
};
