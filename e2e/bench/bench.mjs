// `npm run bench`: prints what the engine and the built page cost on this machine. Figures only; nothing here passes or fails.
// `npm run bench -- page seek`: one part, and of the page one figure: start, play, play-many, bad, seek, large or long.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { measurePage } from './page.mjs';
import { measureSizes } from './sizes.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');

const WORKLOADS = [
  ['Deployment of 100 until ready, 20 nodes', 'deployment', 100],
  ['Deployment of 500', 'deployment', 500],
  ['Deployment of 1,000', 'deployment', 1000],
  ['Deployment of 2,000', 'deployment', 2000],
  ['1,000 claims, 1,000 static volumes', 'static', 1000],
  ['10,000 claims, 10,000 static volumes', 'static', 10000],
  ['1,000 provisioned CSI claims with pods', 'dynamic', 1000],
  ['a file of 10,000 objects, only applied', 'file', 10000],
];

async function engine() {
  const bundle = path.join(root, 'node_modules/.cache/playground/bench.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/request.ts'],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
  // The flags under which the runner runs, so that its figures are these.
  const { scripts } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const flags = scripts.sim.match(/--\S+/g) ?? [];
  console.log(`\nEngine: a cold Node process each (${flags.join(' ')}), whole CPU time and peak memory`);
  console.log(
    `${'work'.padEnd(44)} ${'CPU s'.padStart(8)} ${'peak MB'.padStart(8)} ${'steps'.padStart(8)} ${'done'.padStart(8)}  virtual`,
  );
  for (const [name, workload, size] of WORKLOADS) {
    const out = execFileSync(
      process.execPath,
      [...flags, path.join(here, 'engine.mjs'), bundle, workload, String(size)],
      {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      },
    );
    const { cpuSeconds, peakMB, steps, done, virtual } = JSON.parse(out);
    console.log(
      `${name.padEnd(44)} ${cpuSeconds.toFixed(2).padStart(8)} ${peakMB.toFixed(0).padStart(8)} ${String(steps).padStart(8)} ${String(done).padStart(8)}  ${virtual}`,
    );
  }
}

const [, , only, part] = process.argv;
console.log(`${os.cpus().length} cores, ${os.cpus()[0]?.model ?? ''}, Node ${process.version}`);
if (!only || only === 'engine') await engine();
if (!only || only === 'sizes') measureSizes(root);
if (!only || only === 'page') await measurePage(root, part);
