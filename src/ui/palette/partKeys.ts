export interface KeyRow {
  /** Each a way to do it: keys that are pressed together. */
  readonly keys: readonly (readonly string[])[];
  /** Key of the sentence that says what it does. */
  readonly name: string;
}

/** Keys of single parts of the page: they act while the focus is there. */
export const KEYS_OF_PARTS: readonly { readonly title: string; readonly rows: readonly KeyRow[] }[] = [
  {
    title: 'palette.keysGraph',
    rows: [
      { keys: [['ArrowLeft'], ['ArrowRight'], ['ArrowUp'], ['ArrowDown']], name: 'palette.keyAlong' },
      { keys: [['Enter']], name: 'palette.keyInspect' },
      { keys: [['f']], name: 'palette.keyFit' },
      { keys: [['+']], name: 'palette.keyZoomIn' },
      { keys: [['-']], name: 'palette.keyZoomOut' },
    ],
  },
  {
    title: 'palette.keysTimeline',
    rows: [
      { keys: [['w']], name: 'palette.keyZoomIn' },
      { keys: [['s']], name: 'palette.keyZoomOut' },
      { keys: [['a']], name: 'palette.keyPanLeft' },
      { keys: [['d']], name: 'palette.keyPanRight' },
    ],
  },
];
