import type { AccessMode } from '../../api/object.ts';
import type { AccessModeName } from './messages.ts';

/**
 * The one access mode that a volume is published with, from all modes of its PersistentVolume.
 * @returns the mode, or the text of the error
 * @see kubernetes-csi/csi-lib-utils accessmodes/access_modes.go ToCSIAccessMode
 */
export function toCSIAccessMode(
  modes: readonly AccessMode[],
  multiWriter: boolean,
): { readonly mode: AccessModeName } | { readonly error: string } {
  const has = (mode: AccessMode): boolean => modes.includes(mode);
  if (has('ReadWriteOncePod')) {
    if (modes.some((mode) => mode !== 'ReadWriteOncePod')) {
      return {
        error:
          'Kubernetes does not support use of ReadWriteOncePod with other access modes on the same PersistentVolume',
      };
    }
    return { mode: multiWriter ? 'SINGLE_NODE_SINGLE_WRITER' : 'SINGLE_NODE_WRITER' };
  }
  if (has('ReadWriteMany')) return { mode: 'MULTI_NODE_MULTI_WRITER' };
  if (has('ReadOnlyMany') && has('ReadWriteOnce'))
    return { error: 'CSI does not support ReadOnlyMany and ReadWriteOnce on the same PersistentVolume' };
  if (has('ReadOnlyMany')) return { mode: 'MULTI_NODE_READER_ONLY' };
  if (has('ReadWriteOnce')) return { mode: multiWriter ? 'SINGLE_NODE_MULTI_WRITER' : 'SINGLE_NODE_WRITER' };
  return { error: `unsupported AccessMode combination: [${modes.join(' ')}]` };
}
