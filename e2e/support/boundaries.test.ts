import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isTest, violationsOf } from './boundaries.ts';

const root = new URL('../../', import.meta.url);

const shipped = readdirSync(new URL('src', root), { recursive: true, encoding: 'utf8' })
  .map((path) => `src/${path.replaceAll('\\', '/')}`)
  .filter((path) => /\.tsx?$/.test(path) && !isTest(path))
  .sort()
  .map((path) => ({ path, text: readFileSync(new URL(path, root), 'utf8') }));

describe('the arrows between the folders of src', () => {
  it('are seen in more than 20 files', () => {
    expect(shipped.length).toBeGreaterThan(20);
  });

  it('point one way only', () => {
    expect(shipped.flatMap(({ path, text }) => violationsOf(path, text))).toEqual([]);
  });

  it('leave engine/sim at most 1,500 lines of code', () => {
    const sim = shipped.filter(({ path }) => path.startsWith('src/engine/sim/'));
    const isCode = (line: string): boolean => !/^\s*($|\/\/|\/\*|\*)/.test(line);
    const lines = sim.reduce((total, { text }) => total + text.split('\n').filter(isCode).length, 0);
    expect(sim.length).toBeGreaterThan(3);
    expect(lines).toBeLessThanOrEqual(1500);
  });
});

describe('the check of the arrows', () => {
  it.each([
    ['src/engine/sim/a.ts', "import type { Pod } from '../api/pod.ts';"],
    ['src/engine/sim/a.ts', "import { b } from '../csi/spec/b.ts';"],
    ['src/engine/api/a.ts', "import { b } from '../volumes/b.ts';"],
    ['src/engine/api/a.ts', "import { load } from 'js-yaml';"],
    ['src/engine/csi/spec/a.ts', "export { b } from '../../volumes/b.ts';"],
    ['src/engine/csi/spec/a.ts', "import { b } from '../provisioner.ts';"],
    ['src/engine/csi/fake/a.ts', "import { b } from '../../api/b.ts';"],
    ['src/engine/csi/fake/a.ts', "import { b } from '../../volumes/nfs.ts';"],
    ['src/engine/csi/provisioner.ts', "import { b } from './fake/driver.ts';"],
    ['src/engine/volumes/nfs.ts', "import { b } from '../kubelet/b.ts';"],
    ['src/engine/volumes/nfs.ts', "type B = import('../kubelet/b.ts').B;"],
    ['src/engine/kubelet/a.ts', "export * from '../controllers/b.ts';"],
    ['src/engine/kubelet/a.ts', "import { buildCluster } from '../cluster.ts';"],
    ['src/engine/kubectl/a.ts', "import { b } from '../controllers/b.ts';"],
    ['src/engine/cluster.ts', "import { b } from '../worker/b.ts';"],
    ['src/engine/cluster.ts', "import { readFileSync } from 'node:fs';"],
    ['src/engine/cluster.ts', "import { b } from './testing/b.ts';"],
    ['src/engine/cluster.ts', "const b = await import('../ui/b.ts');"],
    ['src/engine/cluster.ts', 'const b = await import(name);'],
    ['src/worker/entry.ts', "import { b } from '../ui/b.ts';"],
    ['src/cli/main.ts', "import { b } from '../worker/b.ts';"],
    ['src/ui/main.tsx', "import type { Store } from '../engine/sim/store.ts';"],
    ['src/ui/main.tsx', "import { b } from '../worker/protocol.ts';"],
    ['src/ui/main.tsx', "import type { B } from '../worker/entry.ts';"],
    ['src/ui/main.tsx', "import { readFileSync } from 'node:fs';"],
  ])('refuses in %s: %s', (path, text) => {
    expect(violationsOf(path, text)).toHaveLength(1);
  });

  it.each([
    'const now = Date.now();',
    'const now = new Date();',
    'const draw = Math.random();',
    'setTimeout(run, 1);',
    'const { env } = process;',
    "window.alert('');",
    'export const f = (x: number) => performance.now() + x;',
    'const all = { document };',
    'type When = Date;',
    'export function f(node: { process: string }) { return globalThis; }',
    'fetch(url);',
  ])('refuses in the engine: %s', (text) => {
    expect(violationsOf('src/engine/kubelet/a.ts', text)).toHaveLength(1);
  });

  it.each([
    ['src/engine/kubelet/a.ts', "import { b } from '../volumes/files.ts';"],
    ['src/engine/csi/fake/a.ts', "import { b } from '../../volumes/files.ts';"],
    ['src/engine/csi/fake/a.ts', "import type { b } from '../spec/b.ts';"],
    ['src/engine/api/yaml.ts', "import { load } from 'js-yaml';"],
    ['src/engine/cluster.ts', "import { b } from './csi/fake/driver.ts';"],
    ['src/engine/api/a.ts', 'for (const document of documents) visit(document);'],
    ['src/engine/api/a.ts', 'export const f = (window: { fetch: number }) => window.fetch;'],
    ['src/engine/api/a.ts', "const columns = { process: 1, Date: 'x' }; log(columns.process, columns.Date);"],
    ['src/engine/api/a.ts', 'interface Clock { performance: number; fetch(): void }'],
    ['src/worker/entry.ts', "import { b } from '../engine/cluster.ts';"],
    [
      'src/ui/main.tsx',
      "import type { B } from '../worker/protocol.ts'; import { createRoot } from 'react-dom/client';",
    ],
    ['src/ui/client.ts', "import url from '../worker/entry.ts?worker&url';"],
    [
      'src/cli/main.ts',
      "import { b } from '../engine/cluster.ts'; import fs from 'node:fs'; process.exit(Date.now());",
    ],
  ])('accepts in %s: %s', (path, text) => {
    expect(violationsOf(path, text)).toEqual([]);
  });

  it('refuses a file that it cannot read', () => {
    expect(() => violationsOf('src/engine/api/a.ts', 'const = ;')).toThrow(SyntaxError);
  });
});
