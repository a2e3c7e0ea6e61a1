import type { SegmentState } from '../model/path.ts';

/** How a segment of a volume's way is drawn, by how far it is. */
export const SEGMENT_CLASS: Readonly<Record<SegmentState, string>> = {
  done: 'd',
  now: 'w',
  todo: '',
  none: 'n',
  failed: 'x',
};
