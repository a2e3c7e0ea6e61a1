import { describe, expect, it } from 'vitest';
import type { Context } from '../sim/context.ts';
import { Simulation } from '../sim/simulation.ts';
import { TableCatalog } from '../sim/store.ts';
import {
  changeGroup,
  cleanPath,
  hostPathType,
  listDirectory,
  lookup,
  loseFile,
  makeDirectory,
  mountAt,
  nodeDisk,
  putFile,
  removeTree,
  volumeFiles,
} from './files.ts';

const DISK = nodeDisk('node-1');
const VOLUME = volumeFiles('disk.csi.example.com', 'vol-1');
const MOUNT = '/var/lib/kubelet/pods/p/volumes/v/mount';

/** Runs on an empty store, in a cluster with these settings. */
function onDisk<T>(act: (ctx: Context) => T, settings: Readonly<Record<string, unknown>> = {}): T {
  const answer = () => ({ code: 'OK' }) as const;
  const sim = new Simulation({ catalog: new TableCatalog(), components: [], answer, seed: 1, freeze: true });
  sim.load((ctx) => {
    for (const [name, value] of Object.entries(settings)) ctx.write('settings', name, value);
  });
  return sim.operate('test', act);
}

const file = (content: string) => ({ type: 'File', content }) as const;

describe('the file tree', () => {
  it('shows a volume through its mount, and what is written there lies in the volume', () => {
    onDisk((ctx) => {
      mountAt(ctx, DISK, MOUNT, { root: VOLUME, target: '/' });
      putFile(ctx, DISK, `${MOUNT}/a.txt`, file('one'));
      expect(lookup(ctx, VOLUME, '/a.txt')).toEqual(file('one'));
      expect(lookup(ctx, DISK, `${MOUNT}/a.txt`)).toEqual(file('one'));
      expect(listDirectory(ctx, DISK, MOUNT)).toEqual(['a.txt']);
    });
  });

  it('lets two nodes see one volume', () => {
    onDisk((ctx) => {
      mountAt(ctx, DISK, MOUNT, { root: VOLUME, target: '/' });
      mountAt(ctx, nodeDisk('node-2'), '/mnt', { root: VOLUME, target: '/' });
      putFile(ctx, DISK, `${MOUNT}/shared/a.txt`, file('one'));
      expect(lookup(ctx, nodeDisk('node-2'), '/mnt/shared/a.txt')).toEqual(file('one'));
      expect(listDirectory(ctx, nodeDisk('node-2'), '/mnt')).toEqual(['shared']);
    });
  });

  it('takes a mount away without what lies behind it', () => {
    onDisk((ctx) => {
      mountAt(ctx, DISK, MOUNT, { root: VOLUME, target: '/' });
      putFile(ctx, DISK, `${MOUNT}/a.txt`, file('one'));
      removeTree(ctx, DISK, '/var/lib/kubelet/pods/p');
      expect(lookup(ctx, DISK, MOUNT)).toBeUndefined();
      expect(lookup(ctx, VOLUME, '/a.txt')).toEqual(file('one'));
    });
  });

  it('shows a part of a volume where only that part is mounted', () => {
    onDisk((ctx) => {
      putFile(ctx, VOLUME, '/exports/a/x', file('x'));
      mountAt(ctx, DISK, '/mnt', { root: VOLUME, target: '/exports/a' });
      expect(listDirectory(ctx, DISK, '/mnt')).toEqual(['x']);
    });
  });

  it('follows symbolic links to directories', () => {
    onDisk((ctx) => {
      putFile(ctx, DISK, '/data/..v1/key', file('value'));
      putFile(ctx, DISK, '/data/..data', { type: 'Symlink', target: '..v1' });
      expect(lookup(ctx, DISK, '/data/..data/key')).toEqual(file('value'));
    });
  });

  it('removes a directory and not its neighbour of a longer name', () => {
    onDisk((ctx) => {
      makeDirectory(ctx, DISK, '/a/b');
      makeDirectory(ctx, DISK, '/a/bc');
      removeTree(ctx, DISK, '/a/b');
      expect(listDirectory(ctx, DISK, '/a')).toEqual(['bc']);
    });
  });

  it('cleans paths as Go does', () => {
    expect(cleanPath('/a//b/./../c/')).toBe('/a/c');
    expect(cleanPath('/..')).toBe('/');
  });
});

describe('an fsGroup', () => {
  it('owns all files of the volume, writable, and its directories pass it on', () => {
    onDisk((ctx) => {
      putFile(ctx, VOLUME, '/d/a.txt', { type: 'File', mode: 0o600 });
      makeDirectory(ctx, VOLUME, '/d', 0o700);
      changeGroup(ctx, VOLUME, '/', 1234, false);
      expect(lookup(ctx, VOLUME, '/d/a.txt')).toMatchObject({ gid: 1234, mode: 0o660 });
      expect(lookup(ctx, VOLUME, '/d')).toMatchObject({ gid: 1234, mode: 0o2770 });
    });
  });
});

describe('paths of a node', () => {
  it('are all there as what is asked for, where the cluster says nothing', () => {
    onDisk((ctx) => expect(hostPathType(ctx, 'node-1', '/dev/sdb', 'BlockDevice')).toBe('BlockDevice'));
  });

  it('are only those that the cluster lists, where it does', () => {
    const nodeFiles = { 'node-1': { '/srv': 'Directory' } };
    onDisk((ctx) => expect(hostPathType(ctx, 'node-1', '/srv', 'Directory')).toBe('Directory'), { nodeFiles });
    onDisk((ctx) => expect(hostPathType(ctx, 'node-1', '/opt', 'Directory')).toBeUndefined(), { nodeFiles });
    onDisk((ctx) => expect(hostPathType(ctx, 'node-1', '/', 'Directory')).toBe('Directory'), { nodeFiles });
  });

  it('are in a mounted volume only what the volume holds', () => {
    onDisk((ctx) => {
      mountAt(ctx, DISK, MOUNT, { root: VOLUME, target: '/' });
      putFile(ctx, VOLUME, '/a.txt', file('one'));
      expect(hostPathType(ctx, 'node-1', `${MOUNT}/a.txt`, 'Directory')).toBe('File');
      expect(hostPathType(ctx, 'node-1', `${MOUNT}/b.txt`, 'File')).toBeUndefined();
    });
  });

  it('are gone when they were lost', () => {
    onDisk((ctx) => {
      putFile(ctx, DISK, '/srv', { type: 'Directory' });
      loseFile(ctx, DISK, '/srv');
      expect(hostPathType(ctx, 'node-1', '/srv', 'Directory')).toBeUndefined();
    });
  });
});
