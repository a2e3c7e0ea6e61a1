import type { Context } from '../sim/context.ts';

/**
 * The one file tree of the playground. A root is a durable table: `disk/<node>` for a node's disk, `files/<driver>^<handle>`
 * for a volume of a driver, `files/nfs/<server>` for an NFS server. A key is an absolute path, a value an entry. Mounts are
 * entries that point into another root, so one file that is seen through many paths is stored once.
 */
export interface FileEntry {
  readonly type: FileType;
  /** Text of a file. */
  readonly content?: string;
  /** Permission bits; default 0755 of a directory and 0644 of a file. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Where a symbolic link points, or the path inside `root` that a mount shows. */
  readonly target?: string;
  /** Root that a mount shows. */
  readonly root?: string;
  readonly readOnly?: boolean;
}

export type FileType = 'Directory' | 'File' | 'Symlink' | 'Socket' | 'CharDevice' | 'BlockDevice' | 'Mount' | 'Absent';

/** A place in a root, with mounts and links followed. */
export interface Place {
  readonly root: string;
  readonly path: string;
  readonly readOnly: boolean;
}

const MAX_LINKS = 40;
const KUBELET_FILES = '/var/lib/kubelet/';

export const nodeDisk = (node: string): string => `disk/${node}`;
export const volumeFiles = (driver: string, handle: string): string => `files/${driver}^${handle}`;
export const nfsExports = (server: string): string => `files/nfs/${server}`;

/** `path.Clean` of an absolute path: no trailing slash, no empty, `.` or `..` parts. */
export function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export function parentPath(path: string): string {
  const cut = path.lastIndexOf('/');
  return cut <= 0 ? '/' : path.slice(0, cut);
}

const childPath = (parent: string, name: string): string => (parent === '/' ? `/${name}` : `${parent}/${name}`);

/** Follows mounts, and links in all parts but the last. */
export function resolvePath(ctx: Context, root: string, path: string): Place {
  let place: Place = { root, path: '/', readOnly: false };
  const parts = cleanPath(path).split('/').filter(Boolean);
  for (let i = 0, links = 0; i < parts.length; i++) {
    const part = parts[i] ?? '';
    const next = childPath(place.path, part);
    const entry = ctx.live<FileEntry>(place.root, next);
    if (entry?.type === 'Mount') {
      place = {
        root: entry.root ?? place.root,
        path: cleanPath(entry.target ?? '/'),
        readOnly: place.readOnly || entry.readOnly === true,
      };
    } else if (entry?.type === 'Symlink' && i < parts.length - 1 && links++ < MAX_LINKS) {
      const target = entry.target ?? '';
      parts.splice(0, i + 1, ...cleanPath(target.startsWith('/') ? target : `${place.path}/${target}`).split('/'));
      place = { root: place.root, path: '/', readOnly: place.readOnly };
      i = -1;
    } else place = { ...place, path: next };
  }
  return place;
}

/** The entry at a path; undefined where nothing was written. The top of a root is a directory. */
export function lookup(ctx: Context, root: string, path: string): FileEntry | undefined {
  const place = resolvePath(ctx, root, path);
  const entry = ctx.live<FileEntry>(place.root, place.path);
  return entry ?? (place.path === '/' ? { type: 'Directory' } : undefined);
}

/** Names in a directory, ascending. */
export function listDirectory(ctx: Context, root: string, path: string): readonly string[] {
  const place = resolvePath(ctx, root, path);
  const prefix = place.path === '/' ? '/' : `${place.path}/`;
  const names = new Set<string>();
  for (const key of keysUnder(ctx, place.root, prefix)) {
    const name = key.slice(prefix.length).split('/')[0];
    if (name && ctx.live<FileEntry>(place.root, key)?.type !== 'Absent') names.add(name);
  }
  return [...names].sort();
}

/** Makes a directory and its parents; leaves what is there. */
export function makeDirectory(ctx: Context, root: string, path: string, mode?: number): void {
  const place = resolvePath(ctx, root, path);
  const entry = ctx.live<FileEntry>(place.root, place.path);
  if (place.path === '/' || (entry && entry.type !== 'Absent')) return;
  ctx.write(place.root, place.path, mode === undefined ? { type: 'Directory' } : { type: 'Directory', mode });
}

/** Writes an entry over whatever was there. */
export function putFile(ctx: Context, root: string, path: string, entry: FileEntry): void {
  const place = resolvePath(ctx, root, path);
  const old = ctx.live<FileEntry>(place.root, place.path);
  if (old && JSON.stringify(old) === JSON.stringify(entry)) return;
  ctx.write(place.root, place.path, entry);
}

/** Shows `target` of `root` at a path of a node's disk. */
export function mountAt(ctx: Context, disk: string, path: string, mount: Omit<FileEntry, 'type'>): void {
  ctx.write(disk, cleanPath(path), { ...mount, type: 'Mount' });
}

/** Paths of a disk at which a place of the same disk is mounted. */
export function mountsOf(ctx: Context, disk: string, path: string): readonly string[] {
  const target = cleanPath(path);
  return ctx.liveKeys(disk).filter((key) => {
    const entry = ctx.live<FileEntry>(disk, key);
    return entry?.type === 'Mount' && entry.root === disk && cleanPath(entry.target ?? '/') === target;
  });
}

/** Takes a mount, a file, or a directory with all that is in it off a disk; never what lies behind a mount. */
export function removeTree(ctx: Context, root: string, path: string): void {
  const cut = cleanPath(path);
  for (const key of keysUnder(ctx, root, `${cut}/`)) ctx.write(root, key, undefined);
  if (ctx.live(root, cut) !== undefined) ctx.write(root, cut, undefined);
}

/** Takes a file away and remembers that it is gone, also where every path of a node is there until then. */
export function loseFile(ctx: Context, root: string, path: string): void {
  removeTree(ctx, root, path);
  ctx.write(root, cleanPath(path), { type: 'Absent' });
}

/**
 * Sets the group of a tree, as the kubelet does for an fsGroup: group-owned, group-writable, setgid on directories.
 * @see pkg/volume/volume_linux.go changeFilePermission
 */
export function changeGroup(ctx: Context, root: string, path: string, gid: number, readOnly: boolean): void {
  const place = resolvePath(ctx, root, path);
  const prefix = place.path === '/' ? '/' : `${place.path}/`;
  for (const key of [place.path, ...keysUnder(ctx, place.root, prefix)]) {
    const entry =
      ctx.live<FileEntry>(place.root, key) ?? (key === place.path ? { type: 'Directory' as const } : undefined);
    if (!entry || entry.type === 'Symlink' || entry.type === 'Mount') continue;
    const directory = entry.type === 'Directory';
    const mode = (entry.mode ?? (directory ? 0o755 : 0o644)) | (readOnly ? 0o440 : 0o660) | (directory ? 0o2110 : 0);
    if (entry.gid === gid && entry.mode === mode) continue;
    ctx.write(place.root, key, { ...entry, gid, mode });
  }
}

/** Keys that start with a prefix, ascending; found by bisection. */
function keysUnder(ctx: Context, root: string, prefix: string): readonly string[] {
  const keys = ctx.liveKeys(root);
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? '') < prefix) low = middle + 1;
    else high = middle;
  }
  const found: string[] = [];
  for (let i = low; i < keys.length && keys[i]?.startsWith(prefix); i++) {
    const key = keys[i] ?? '';
    if (key !== prefix) found.push(key);
  }
  return found;
}

/**
 * Type of a path on a node. Where the cluster lists the node's files no others exist; where it says nothing every path is
 * there as the type that is asked for, unless it was lost.
 */
export function hostPathType(ctx: Context, node: string, path: string, asked: FileType): FileType | undefined {
  const clean = cleanPath(path);
  const place = resolvePath(ctx, nodeDisk(node), clean);
  const entry = ctx.live<FileEntry>(place.root, place.path);
  if (entry) return entry.type === 'Absent' ? undefined : entry.type;
  // What is mounted, and what the kubelet keeps, is known in full.
  if (place.path === '/') return 'Directory';
  if (place.root !== nodeDisk(node)) return undefined;
  if (clean.startsWith(KUBELET_FILES)) return undefined;
  const files = ctx.setting<Record<string, Record<string, FileType>>>('nodeFiles')?.[node];
  return files === undefined ? asked : files[clean];
}
