// Compressed sizes of the built page: brotli 11, 1 KB = 1,024 bytes.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

const brotli = (file) =>
  zlib.brotliCompressSync(fs.readFileSync(file), { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11 } }).length /
  1024;

/**
 * Files that are loaded before anything is shown: index.html, its scripts with what they import statically, its style
 * sheets, and the sentences of one language, the larger one.
 */
function firstLoad(dist) {
  const html = path.join(dist, 'index.html');
  const text = fs.readFileSync(html, 'utf8');
  const named = [...text.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, file]) => file);
  const seen = new Set();
  const visit = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    if (!file.endsWith('.js')) return;
    const code = fs.readFileSync(path.join(dist, file), 'utf8');
    for (const [, , imported] of code.matchAll(/(import|from)\s*"\.\/([^"]+\.js)"/g)) visit(`assets/${imported}`);
  };
  for (const file of named) visit(file);
  const languages = fs.readdirSync(path.join(dist, 'assets')).filter((file) => /^(en|zh-CN)-/.test(file));
  const bySize = languages.sort((a, b) => brotli(path.join(dist, 'assets', a)) - brotli(path.join(dist, 'assets', b)));
  seen.add(`assets/${bySize.at(-1)}`);
  return [html, ...[...seen].map((file) => path.join(dist, file))];
}

export function measureSizes(root) {
  execFileSync('npx', ['vite', 'build', '--logLevel', 'error'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const dist = path.join(root, 'dist');
  const assets = fs.readdirSync(path.join(dist, 'assets')).map((file) => path.join(dist, 'assets', file));
  const first = firstLoad(dist);
  const kb = (files) =>
    files
      .reduce((sum, file) => sum + brotli(file), 0)
      .toFixed(1)
      .padStart(8);
  const scripts = assets.filter((file) => file.endsWith('.js'));
  const engineWorker = scripts.filter((file) => /\/worker-/.test(file));
  const monaco = scripts.filter((file) => !first.includes(file) && !engineWorker.includes(file));
  console.log('\nSizes, brotli 11, KB of 1,024 B');
  console.log(`first load without Monaco   ${kb(first)}   (${first.map((file) => path.basename(file)).join(', ')})`);
  console.log(`engine worker               ${kb(engineWorker)}`);
  console.log(`Monaco and other lazy parts ${kb(monaco)}`);
}
