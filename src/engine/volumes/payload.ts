import type { KeyToPath } from '../api/object.ts';
import type { Context } from '../sim/context.ts';
import type { Json } from '../sim/types.ts';
import { changeGroup, listDirectory, makeDirectory, nodeDisk, putFile, removeTree } from './files.ts';

/** Files of a volume that is made from API objects: content and mode by path. */
export type Payload = Readonly<Record<string, { readonly content: string; readonly mode: number }>>;

export type PayloadResult = { readonly payload: Payload } | { readonly error: string };

export const DEFAULT_MODE = 0o644;

/**
 * The files for the keys of an object: all, or those that are listed.
 * @param missing the error's text where a listed key is not there
 * @see pkg/volume/configmap/configmap.go MakePayload, pkg/volume/secret/secret.go MakePayload
 */
export function makePayload(
  items: readonly KeyToPath[] | undefined,
  data: Readonly<Record<string, string>>,
  options: { readonly defaultMode?: number | undefined; readonly optional?: boolean | undefined },
  missing: (key: string) => string,
): PayloadResult {
  const { defaultMode = DEFAULT_MODE, optional } = options;
  if (!items || items.length === 0) {
    const entries = Object.entries(data).map(([path, content]) => [path, { content, mode: defaultMode }] as const);
    return { payload: Object.fromEntries(entries) };
  }
  const payload: Record<string, { readonly content: string; readonly mode: number }> = {};
  for (const { key, path, mode = defaultMode } of items) {
    const content = data[key];
    if (content !== undefined) payload[path] = { content, mode };
    else if (!optional) return { error: missing(key) };
  }
  return { payload };
}

/** Makes a directory hold exactly the files of a payload. @see pkg/volume/util/atomic_writer.go Write */
export function writePayload(
  ctx: Context,
  node: string,
  dir: string,
  payload: Payload,
  fsGroup: Json | undefined,
): void {
  const disk = nodeDisk(node);
  makeDirectory(ctx, disk, dir, 0o777);
  const paths = Object.keys(payload);
  for (const name of listDirectory(ctx, disk, dir)) {
    if (!paths.some((path) => path === name || path.startsWith(`${name}/`))) removeTree(ctx, disk, `${dir}/${name}`);
  }
  const group = typeof fsGroup === 'number' ? fsGroup : undefined;
  for (const [path, { content, mode }] of Object.entries(payload)) {
    putFile(ctx, disk, `${dir}/${path}`, {
      type: 'File',
      content,
      mode: group === undefined ? mode : mode | 0o440,
      ...(group !== undefined && { gid: group }),
    });
  }
  if (group !== undefined && paths.length === 0) changeGroup(ctx, disk, dir, group, true);
}
