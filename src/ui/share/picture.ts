import i18next from 'i18next';
import { measureIn, NAME_FONT, SMALL_FONT } from '../graph/measure.ts';
import { sizeOfStructure } from '../list/listing.ts';
import { clockText } from '../model/axis.ts';
import { captionOf } from '../model/caption.ts';
import { detailFor, openGroups } from '../model/detail.ts';
import { layoutOf, plansOf } from '../model/layout.ts';
import { say, type Translate } from '../model/message.ts';
import { momentAt } from '../model/moment.ts';
import { componentName } from '../model/names.ts';
import { sceneAt } from '../model/scene.ts';
import { currentStructure } from '../store/moment.ts';
import { run } from '../store/run.ts';
import { encodeScene } from './code.ts';
import { SCENE_KEYWORD } from './limits.ts';
import { COLOURS, type Colour, type Pen } from './pen.ts';
import { withPngText } from './pngText.ts';
import type { SharedScene } from './scene.ts';
import { type Picture, svgOf } from './svg.ts';

/** A language's translation of the model's sentences. */
export const translate: Translate = (key, values) => i18next.t(key, { ...values });

function pen(): Pen {
  const style = getComputedStyle(document.documentElement);
  const colours = Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  return {
    colours: colours as Record<Colour, string>,
    t: translate,
    measureName: measureIn(NAME_FONT),
    measureSmall: measureIn(SMALL_FONT),
  };
}

/** The graph at the scene's step, in the page's theme and language. */
export function pictureOf(scene: SharedScene): Picture {
  const { replica } = run.getState();
  const structure = currentStructure();
  const { step, selected } = scene;
  const plans = plansOf(replica, structure, 'owner');
  const detail = detailFor(sizeOfStructure(structure));
  const toggled = new Map<string, boolean>();
  const open = openGroups({ replica, structure, plans, detail, step, selected: selected ?? undefined, toggled });
  const layout = layoutOf(replica, structure, { gap: 1, open });
  const drawn = sceneAt(momentAt(replica, structure, step), layout, selected ?? undefined);
  const { process, message } = captionOf(replica, step);
  const who = process === '' ? '' : `${componentName(process)}: `;
  return svgOf(pen(), {
    scene: drawn,
    selected,
    title: `${i18next.t('share.pictureTitle', { step, steps: replica.steps })}, ${clockText(replica.timeAt(step))}`,
    caption: `${who}${say(translate, message)}`,
    code: encodeScene(scene),
    font: getComputedStyle(document.documentElement).getPropertyValue('--sans').trim().replaceAll('"', "'"),
  });
}

/** Points on a side and in all that every browser's canvas has. */
const LONGEST_SIDE = 16_000;
const MOST_POINTS = 100_000_000;

/** The picture as a PNG, twice as fine as on the page where it fits, with the scene inside. */
export async function pngOf({ svg, width, height }: Picture, code: string): Promise<Blob> {
  const scale = Math.min(2, LONGEST_SIDE / Math.max(width, height), Math.sqrt(MOST_POINTS / (width * height)));
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (blob === null) throw new Error(`${canvas.width} × ${canvas.height}`);
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return new Blob([withPngText(bytes, SCENE_KEYWORD, code)], { type: 'image/png' });
  } finally {
    URL.revokeObjectURL(url);
  }
}
