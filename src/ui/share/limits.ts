/** Files above this are not opened. */
export const MOST_MEGABYTES = 50;

/** Links above this many characters are cut or refused by many chat programs. */
export const LONG_LINK = 8000;

/** Names the scene inside of pictures: the keyword of the PNG's text, the id of the SVG's metadata. */
export const SCENE_KEYWORD = 'kubernetes-storage-playground';
