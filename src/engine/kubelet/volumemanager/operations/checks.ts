import type { Node } from '../../../api/object.ts';
import { type Labels, matchesNodeSelector } from '../../../api/selectors.ts';
import { describeRef } from '../../../api/server.ts';
import { NODES } from '../../../api/tables.ts';
import type { Json } from '../../../sim/types.ts';
import type { MountArgs, VolumeSpec } from '../../../volumes/plugin.ts';
import type { Kubelet } from '../../kubelet.ts';
import { type ActualVolume, isBlock, pluginOf } from '../world.ts';

const RWOP_IN_USE = 'volume uses the ReadWriteOncePod access mode and is already in use by another pod';

/** Names of the steps in event texts, by volume mode. */
interface StepTexts {
  readonly reason: string;
  readonly prefix: string;
  readonly device: string;
  readonly pod: string;
}

const FILESYSTEM: StepTexts = { reason: 'FailedMount', prefix: 'MountVolume', device: 'MountDevice', pod: 'SetUp' };
const BLOCK: StepTexts = { reason: 'FailedMapVolume', prefix: 'MapVolume', device: 'SetUpDevice', pod: 'MapPodDevice' };

export const textsOf = (spec: VolumeSpec): StepTexts => (isBlock(spec) ? BLOCK : FILESYSTEM);

/** The event that a refused or failed step amounts to. */
export interface Failure {
  readonly reason: string;
  readonly message: string;
}

export function failure(spec: VolumeSpec, step: string, error: string, reason?: string): Failure {
  const texts = textsOf(spec);
  const message = `${texts.prefix}.${step} failed for volume "${spec.name}" : ${error}`;
  return { reason: reason ?? texts.reason, message };
}

/**
 * What is checked before anything is done for a mount.
 * @see pkg/volume/util/operationexecutor/operation_generator.go GenerateMountVolumeFunc
 */
export function checkMount(kl: Kubelet, entry: ActualVolume, args: MountArgs): Failure | undefined {
  const { spec, podUid } = args;
  if (!checkNodeAffinity(kl, args))
    return failure(spec, 'NodeAffinity check', 'no matching NodeSelectorTerms', 'FailedMount');
  const plugin = pluginOf(entry.plugin);
  const refused = plugin.newMounter?.(kl, args);
  if (refused !== undefined) return failure(spec, 'NewMounter initialization', refused);
  const options = spec.persistentVolume?.spec.mountOptions ?? [];
  if (!isBlock(spec) && options.length > 0 && !plugin.supportsMountOptions) {
    const error = 'mount options are not supported for this volume type';
    return failure(spec, 'MountOptionSupport check', error);
  }
  const modes = spec.persistentVolume?.spec.accessModes ?? [];
  const onePod = modes.length === 1 && modes[0] === 'ReadWriteOncePod';
  if (!onePod || Object.keys(entry.pods).every((uid) => uid === podUid)) return undefined;
  return failure(spec, isBlock(spec) ? 'SetUpDevice' : 'SetUp', RWOP_IN_USE);
}

/** @see operation_generator.go checkNodeAffinity */
function checkNodeAffinity({ ctx, node }: Kubelet, { spec, pod }: MountArgs): boolean {
  const required = spec.persistentVolume?.spec.nodeAffinity?.required;
  const labels: Labels = ctx.get<Node>(NODES, node)?.metadata.labels;
  if (!required || matchesNodeSelector(required, { metadata: { name: node, labels } })) return true;
  const want = required as unknown as Json;
  ctx.decide({
    about: describeRef(pod),
    by: 'checkNodeAffinity',
    outcome: 'noMatch',
    facts: { volume: spec.name },
    candidates: [{ candidate: `Node/${node}`, ok: false, rule: 'nodeAffinity', have: { ...labels }, want }],
  });
  return false;
}
