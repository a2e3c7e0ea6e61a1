export interface KeyRow {
  /** Each a way to do it: keys that are pressed together. */
  readonly keys: readonly (readonly string[])[];
  /** Key of the sentence that says what it does. */
  readonly name: string;
}

/** Keys of single parts of the page: they act while the focus is there. */
export const KEYS_OF_PARTS: readonly { readonly title: string; readonly rows: readonly KeyRow[] }[] = [
  {
    title: 'palette.keysEditor',
    rows: [
      { keys: [['Ctrl', 'Space']], name: 'palette.keyComplete' },
      { keys: [['F1']], name: 'palette.keyMeaning' },
      { keys: [['Shift', 'Alt', 'F']], name: 'palette.keyFormat' },
      { keys: [['Alt', 'Enter']], name: 'palette.keySelectHere' },
    ],
  },
  {
    title: 'palette.keysGraph',
    rows: [
      { keys: [['ArrowLeft'], ['ArrowRight'], ['ArrowUp'], ['ArrowDown']], name: 'palette.keyAlong' },
      { keys: [['Enter']], name: 'palette.keyInspect' },
      { keys: [['ContextMenu'], ['Shift', 'F10']], name: 'palette.keyActions' },
      { keys: [['Backspace']], name: 'palette.keyFold' },
    ],
  },
  {
    title: 'palette.keysTimeline',
    rows: [
      { keys: [['w']], name: 'palette.keyZoomIn' },
      { keys: [['s']], name: 'palette.keyZoomOut' },
      { keys: [['a']], name: 'palette.keyPanLeft' },
      { keys: [['d']], name: 'palette.keyPanRight' },
      { keys: [['ArrowUp'], ['ArrowDown']], name: 'palette.keyTracks' },
      { keys: [['ArrowLeft'], ['ArrowRight']], name: 'palette.keyMarks' },
      { keys: [['Enter']], name: 'palette.keyPinTrack' },
      {
        keys: [
          ['Alt', 'ArrowUp'],
          ['Alt', 'ArrowDown'],
        ],
        name: 'palette.keyMoveTrack',
      },
    ],
  },
];
