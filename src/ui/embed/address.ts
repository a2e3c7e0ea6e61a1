import type { ObjectId } from '../../worker/protocol.ts';
import { SPEEDS, type Speed } from '../model/playback.ts';

/** What an address says about a page inside another one. */
export interface Embedding {
  readonly isOn: boolean;
  readonly hasEditor: boolean;
  readonly hasControls: boolean;
  /** The group that is shown whole, the others as a line each. */
  readonly group: string | undefined;
}

export function readEmbedding(search: string): Embedding {
  const query = new URLSearchParams(search);
  const isOn = query.get('embed') === '1';
  return {
    isOn,
    hasEditor: query.get('editor') !== '0',
    hasControls: query.get('controls') !== '0',
    group: isOn ? (query.get('group') ?? undefined) : undefined,
  };
}

/** Where an address wants the page to be once the run is there. */
export interface Place {
  readonly step: number | undefined;
  readonly select: string | undefined;
  readonly speed: Speed | undefined;
}

export function readPlace(search: string): Place {
  const query = new URLSearchParams(search);
  const step = query.get('step') ?? '';
  return {
    step: /^\d+$/.test(step) ? Number(step) : undefined,
    select: query.get('select') ?? undefined,
    speed: SPEEDS.find((speed) => speed === query.get('speed')),
  };
}

/** The object of an id, `Kind/namespace/name`, or the first one of a name. */
export function findAsked(
  asked: string,
  elements: Iterable<{ readonly id: ObjectId; readonly name: string }>,
): ObjectId | undefined {
  let named: ObjectId | undefined;
  for (const { id, name } of elements) {
    if (id === asked) return id;
    if (name === asked) named ??= id;
  }
  return named;
}

/** Parameters that belong to the frame, not to what it shows. */
const OF_FRAME = ['embed', 'editor', 'controls', 'origin', 'step', 'select', 'group', 'speed'];

/** The address of the whole page with a scene in it. */
export function playgroundAddress(href: string, code: string): string {
  const url = new URL(href);
  for (const name of [...OF_FRAME, 'scenario']) url.searchParams.delete(name);
  url.hash = code;
  return url.href;
}
