// Starts the headless runner: bundles src/cli/main.ts when a source of it has changed since the last bundle, then
// runs it in this process with the same arguments.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const cache = path.join(root, 'node_modules/.cache/playground');
const manifestFile = path.join(cache, 'sim.json');
const ENTRY = 'src/cli/main.ts';
/** A bundle that another process may have just picked from the manifest stays this long (ms). */
const KEEP = 60 * 60 * 1000;

/** Size and time of a source, as one comparable text; empty when it is gone. */
function stamp(file) {
  const stat = fs.statSync(path.join(root, file), { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs}/${stat.size}` : '';
}

/** The cached bundle's file, or undefined when there is none or one of its sources differs. */
function cached() {
  let manifest;
  try {
    manifest = JSON.parse(fs.readFileSync(manifestFile, 'utf8'));
  } catch {
    return undefined;
  }
  const bundle = path.join(cache, manifest.bundle);
  const fresh = Object.entries(manifest.inputs).every(([file, was]) => stamp(file) === was);
  return fresh && fs.existsSync(bundle) ? bundle : undefined;
}

/** Writes by rename, so that a process running at the same time sees the whole file or the former one. */
function write(file, content) {
  const temporary = `${file}.${process.pid}`;
  fs.writeFileSync(temporary, content);
  fs.renameSync(temporary, file);
}

async function bundle() {
  const { build } = await import('esbuild');
  const started = Date.now();
  const result = await build({
    absWorkingDir: root,
    entryPoints: [ENTRY],
    outfile: path.join(cache, 'sim.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'external',
    metafile: true,
    write: false,
    logLevel: 'error',
  });
  const code = result.outputFiles.find((file) => file.path.endsWith('.mjs'));
  const map = result.outputFiles.find((file) => file.path.endsWith('.map'));
  const name = `sim-${createHash('sha256').update(code.contents).digest('hex').slice(0, 16)}.mjs`;
  fs.mkdirSync(cache, { recursive: true });
  write(path.join(cache, `${name}.map`), map.contents);
  write(path.join(cache, name), `${code.text}//# sourceMappingURL=${name}.map\n`);
  // A source written while the bundle was made may or may not be in it: an empty stamp makes the next start bundle again.
  const inputs = Object.keys(result.metafile.inputs).map((file) => {
    const changed = fs.statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? started;
    return [file, changed < started ? stamp(file) : ''];
  });
  write(manifestFile, JSON.stringify({ bundle: name, inputs: Object.fromEntries(inputs) }));
  for (const file of fs.readdirSync(cache)) {
    const full = path.join(cache, file);
    const stat = fs.statSync(full, { throwIfNoEntry: false });
    if (stat?.isFile() && !file.startsWith(name) && file !== 'sim.json' && started - stat.mtimeMs > KEEP) {
      fs.rmSync(full, { force: true });
    }
  }
  return path.join(cache, name);
}

let file = cached();
if (file === undefined) {
  try {
    file = await bundle();
  } catch (error) {
    // esbuild has printed what is wrong with the sources; anything else is printed here.
    if (!Array.isArray(error.errors)) console.error(error);
    process.exit(2);
  }
}
process.setSourceMapsEnabled(true);
await import(pathToFileURL(file).href);
