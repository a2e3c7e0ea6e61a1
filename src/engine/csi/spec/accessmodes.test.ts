import { describe, expect, it } from 'vitest';
import type { AccessMode } from '../../api/object.ts';
import { toCSIAccessMode } from './accessmodes.ts';

describe('the access mode that a volume is published with', () => {
  const cases: readonly (readonly [readonly AccessMode[], boolean, string])[] = [
    [['ReadWriteOnce'], false, 'SINGLE_NODE_WRITER'],
    [['ReadWriteOnce'], true, 'SINGLE_NODE_MULTI_WRITER'],
    [['ReadWriteOncePod'], false, 'SINGLE_NODE_WRITER'],
    [['ReadWriteOncePod'], true, 'SINGLE_NODE_SINGLE_WRITER'],
    [['ReadOnlyMany'], false, 'MULTI_NODE_READER_ONLY'],
    [['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany'], false, 'MULTI_NODE_MULTI_WRITER'],
  ];
  it.each(cases)('of %j, several writers %s, is %s', (modes, multiWriter, mode) => {
    expect(toCSIAccessMode(modes, multiWriter)).toEqual({ mode });
  });

  it('is refused where CSI has none', () => {
    expect(toCSIAccessMode(['ReadWriteOnce', 'ReadOnlyMany'], false)).toEqual({
      error: 'CSI does not support ReadOnlyMany and ReadWriteOnce on the same PersistentVolume',
    });
    expect(toCSIAccessMode([], false)).toEqual({ error: 'unsupported AccessMode combination: []' });
  });
});
