import type { CallRecord } from '../../../sim/calls.ts';
import type { PluginError } from '../../../volumes/plugin.ts';
import type { Kubelet } from '../../kubelet.ts';
import { actual, operations, pluginOf } from '../world.ts';
import { inUseSettled } from './expand.ts';
import { mountSettled } from './mount.ts';
import { unmountSettled } from './unmount.ts';

/** The answer to a call of an operation. */
export function operationAnswered(kl: Kubelet, call: CallRecord): void {
  const { volume, key } = call.data as { readonly volume: string; readonly key: string };
  const operation = operations(kl).get(volume)?.[key];
  const entry = actual(kl).get(volume);
  if (!operation || !entry) return;
  const bare: PluginError = { error: call.message ?? '', kind: 'final' };
  const error = call.code === 'OK' ? undefined : (pluginOf(entry.plugin).callError?.(call) ?? bare);
  if (operation.name === 'volume_fs_resize') inUseSettled(kl, operation, error);
  else if (operation.name === 'volume_mount') mountSettled(kl, operation, error, call.response);
  else unmountSettled(kl, operation, error);
}
