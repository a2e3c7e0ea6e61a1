// The built page in Chromium: start, frames and long tasks while playing, seeks, long recordings, large and bad texts.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from '@playwright/test';
import { build } from 'esbuild';
import { CHROMIUM_FLAGS, ensureChromium } from '../support/chromium.mjs';
import { serveBuilt } from './serve.mjs';
import { aliasBomb, claimsWithPods, clusterFor } from './workloads.mjs';

const MB = 2 ** 20;

const percentile = (values, share) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

const spread = (values) =>
  `p50 ${percentile(values, 0.5).toFixed(1)}, p95 ${percentile(values, 0.95).toFixed(1)}, worst ${Math.max(0, ...values).toFixed(1)} ms`;

/** Runs in the page before anything else: notes tasks over 50 ms and how long input events take until they are painted. */
function observe() {
  globalThis.longTasks = [];
  globalThis.inputs = [];
  const note = (type, take, options) =>
    new PerformanceObserver((list) => take(list.getEntries())).observe({ type, buffered: true, ...options });
  note('longtask', (entries) => globalThis.longTasks.push(...entries.map(({ duration }) => duration)));
  const isDrag = ({ name }) => name.startsWith('pointer');
  note('event', (entries) => globalThis.inputs.push(...entries.filter(isDrag).map(({ duration }) => duration)), {
    durationThreshold: 16,
  });
}

/** One page of its own storage, and what is asked of it. */
class Visit {
  constructor(page, bench) {
    this.page = page;
    this.bench = bench;
  }

  /** A page with the first scenario; with a number of claims, one of a cluster that is large enough for them and nothing else. */
  static async begin(bench, claims) {
    const context = await bench.browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(600_000);
    await page.addInitScript(observe);
    const cluster = claims === undefined ? undefined : clusterFor(claims);
    await page.goto(cluster === undefined ? bench.origin : `${bench.origin}/#${codeOf(bench, cluster)}`);
    await page.waitForFunction(() => globalThis.playground !== undefined);
    const nodes = cluster === undefined ? undefined : (cluster.match(/name: node-/g) ?? []).length;
    while (!(await page.evaluate(hasNodes, nodes))) await page.waitForTimeout(500);
    return new Visit(page, bench);
  }

  /** Applies by `window.playground`, until the run is at rest; milliseconds. */
  apply(text) {
    return this.page.evaluate(async (value) => {
      const begin = performance.now();
      await globalThis.playground.apply(value);
      return performance.now() - begin;
    }, text);
  }

  /** What the run has at its end; Events are no objects here. */
  size() {
    return this.page.evaluate(async () => {
      const { step, steps } = await globalThis.playground.state();
      const { objects } = await globalThis.playground.seek(steps);
      await globalThis.playground.seek(step);
      return { steps, objects: objects.filter(({ kind }) => kind !== 'Event').length };
    });
  }

  seek(step) {
    return this.page.evaluate((to) => globalThis.playground.seek(to).then(() => undefined), step);
  }

  /** Tasks over 50 ms since they were asked for last, in words. */
  async tasks() {
    await this.page.waitForTimeout(300);
    const found = await this.page.evaluate(() => globalThis.longTasks.splice(0));
    return `tasks over 50 ms: ${found.length}${found.length > 0 ? `, longest ${Math.max(...found).toFixed(0)} ms` : ''}`;
  }

  /** Memory of the page and each worker in MB, as Chromium counts it after a collection. */
  async memory() {
    const { breakdown } = await this.page.evaluate(() => performance.measureUserAgentSpecificMemory());
    const isEngine = ({ attribution }) => attribution.some(({ url }) => /\/worker-/.test(url));
    const sum = (parts) => parts.reduce((all, { bytes }) => all + bytes, 0) / MB;
    return { engine: sum(breakdown.filter(isEngine)), all: sum(breakdown) };
  }

  end() {
    return this.page.context().close();
  }
}

/** Runs in the page: a run is there, and has so many nodes where a number is asked for. */
async function hasNodes(count) {
  const { objects } = await globalThis.playground.state();
  return count === undefined || objects.filter(({ kind }) => kind === 'Node').length === count;
}

/** A scene with a cluster in which nothing has been applied. */
function codeOf({ encodeScene }, cluster) {
  const source = { cluster, operations: [] };
  return encodeScene({ manifests: '# nothing yet\n', cluster, source, step: 0, selected: null });
}

const VISITS = 5;

async function start(bench) {
  const paints = [];
  const ready = [];
  for (let i = 0; i < VISITS; i++) {
    const visit = await Visit.begin(bench);
    await visit.page.waitForFunction(() => document.querySelector('input[type=range]')?.max > 0);
    // Ready: the first scenario is there, and no long task follows in which nobody would be answered.
    const at = await visit.page.evaluate(async () => {
      const begin = performance.now();
      let end = begin;
      const follow = (list) => {
        for (const { startTime, duration } of list.getEntries()) end = Math.max(end, startTime + duration);
      };
      new PerformanceObserver(follow).observe({ type: 'longtask' });
      await new Promise((resolve) => setTimeout(resolve, 3000));
      const [paint] = performance.getEntriesByName('first-contentful-paint');
      return { paint: paint?.startTime ?? 0, ready: end };
    });
    paints.push(at.paint);
    ready.push(at.ready);
    await visit.end();
  }
  console.log(
    `start of a first visit, median of ${VISITS}: first contentful paint ${percentile(paints, 0.5).toFixed(0)} ms, interactive ${percentile(ready, 0.5).toFixed(0)} ms`,
  );
}

const PLAYED_SECONDS = 20;

const play = (claims, budget) => async (bench) => {
  const visit = await Visit.begin(bench, claims);
  await visit.apply(claimsWithPods(claims));
  const { steps, objects } = await visit.size();
  await visit.seek(Math.floor(steps / 3));
  await visit.tasks();
  await visit.page.evaluate(() => {
    globalThis.frames = [];
    const frame = (at) => {
      globalThis.frames.push(at);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await visit.page.getByRole('button', { name: 'Play', exact: true }).click();
  await visit.page.waitForTimeout(PLAYED_SECONDS * 1000);
  const frames = await visit.page.evaluate(() => globalThis.frames);
  const gaps = frames.slice(1).map((at, i) => at - frames[i]);
  const late = gaps.filter((gap) => gap > 1.1 * (1000 / budget)).length / Math.max(gaps.length, 1);
  console.log(
    `playing ${claims} claims with pods, ${objects} objects, for ${PLAYED_SECONDS} s: ${(gaps.length / PLAYED_SECONDS).toFixed(0)} frames a second, ${(100 * late).toFixed(1)} % of frames slower than ${budget} a second; ${await visit.tasks()}`,
  );
  await visit.end();
};

const SEEKS = 200;

const seeks = (claims) => async (bench) => {
  const visit = await Visit.begin(bench, claims);
  await visit.apply(claimsWithPods(claims));
  const { steps } = await visit.size();
  const client = await visit.page.context().newCDPSession(visit.page);
  await client.send('Performance.enable', { timeDomain: 'threadTicks' });
  const cpu = async () => {
    const { metrics } = await client.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  };
  await seekBySlider(visit.page, steps, 20);
  const before = await cpu();
  const { answered, drawn } = await seekBySlider(visit.page, steps, SEEKS);
  const after = await cpu();
  const each = (name) => ((after[name] - before[name]) * 1000) / SEEKS;
  const [whole, script, style, layout] = ['Task', 'Script', 'RecalcStyle', 'Layout'].map((name) =>
    each(`${name}Duration`),
  );
  const rest = whole - script - style - layout;
  console.log(
    `seek to random steps of ${steps} by the slider: answered in ${spread(answered)}; drawn in ${spread(drawn)}`,
  );
  console.log(
    `  CPU time of the main thread for each: ${whole.toFixed(1)} ms, of that scripts ${script.toFixed(1)}, style ${style.toFixed(1)}, layout ${layout.toFixed(1)}, paint and the rest ${rest.toFixed(1)}`,
  );
  await dragPlayhead(visit, steps);
  await visit.end();
};

/** Sets the slider, as a visitor does. `answered`: its event is over; `drawn`: the next frame has been made as well. */
function seekBySlider(page, steps, times) {
  const run = async ({ count, times }) => {
    const slider = document.querySelector('input[type=range]');
    const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
    const afterFrame = () =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = resolve;
        requestAnimationFrame(() => port2.postMessage(0));
      });
    const found = { answered: [], drawn: [] };
    let seed = 7;
    for (let i = 0; i < times; i++) {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      set.call(slider, String(seed % count));
      const begin = performance.now();
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      found.answered.push(performance.now() - begin);
      await afterFrame();
      found.drawn.push(performance.now() - begin);
    }
    return found;
  };
  return page.evaluate(run, { count: steps, times });
}

/** Drags the playhead there and back; the browser tells how long each movement took until it was painted, in steps of 8 ms. */
async function dragPlayhead({ page }, steps) {
  const box = await page.getByRole('slider', { name: 'Timeline position' }).boundingBox();
  const y = box.y + box.height / 2;
  await page.evaluate(() => globalThis.inputs.splice(0));
  await page.mouse.move(box.x + 5, y);
  await page.mouse.down();
  const moves = 200;
  for (let i = 0; i <= moves; i++) {
    const share = i < moves / 2 ? (2 * i) / moves : 2 - (2 * i) / moves;
    await page.mouse.move(box.x + 5 + share * (box.width - 10), y);
  }
  await page.mouse.up();
  await page.waitForTimeout(500);
  const slow = await page.evaluate(() => globalThis.inputs.splice(0));
  const all = [...slow, ...Array(Math.max(0, moves - slow.length)).fill(8)];
  console.log(`drag of the playhead over ${steps} steps: a movement is painted after ${spread(all)}`);
}

const LONG_CLAIMS = 3700;

async function longRecording(bench) {
  const visit = await Visit.begin(bench, LONG_CLAIMS);
  const took = await visit.apply(claimsWithPods(LONG_CLAIMS));
  const { steps, objects } = await visit.size();
  const tasks = await visit.tasks();
  const { engine, all } = await visit.memory();
  console.log(
    `a recording of ${steps} steps, ${objects} objects, made in ${(took / 1000).toFixed(1)} s: ${all.toFixed(0)} MB, of that ${engine.toFixed(0)} in the engine's worker; ${tasks}`,
  );
  await visit.end();
}

/** A large file, put into the editor and applied from there. */
async function largeText(bench) {
  const count = 5000;
  const visit = await Visit.begin(bench, count);
  const text = claimsWithPods(count);
  const editor = visit.page.getByRole('region', { name: 'Manifest editor' });
  await visit.page.waitForFunction(() => document.querySelector('.monaco-editor .view-line') !== null);
  await editor.locator('.editor-body').evaluate((element, value) => {
    const data = new DataTransfer();
    data.items.add(new File([value], 'large.yaml', { type: 'text/yaml' }));
    element.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  }, text);
  await visit.page.waitForTimeout(8000);
  console.log(
    `a file of ${2 * count} objects, ${(text.length / MB).toFixed(1)} MB, in the editor; ${await visit.tasks()}`,
  );
  const took = await visit.page.evaluate(async () => {
    const begin = performance.now();
    const slider = document.querySelector('input[type=range]');
    [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Apply')?.click();
    while (Number(slider.max) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    return performance.now() - begin;
  });
  console.log(`  applied, first steps after ${(took / 1000).toFixed(1)} s; ${await visit.tasks()}`);
  await visit.end();
}

/** How long a text takes that is refused: too long, broken at its end, and an alias bomb. */
async function badInput(bench) {
  const visit = await Visit.begin(bench);
  const broken = '\nspec: {broken: [\n';
  const large = `${claimsWithPods(1)}\n---\n`.repeat(20_000).slice(0, 5 * MB - broken.length - 1) + broken;
  for (const [what, text] of [
    ['5 MB of text', `${large}and more`],
    ['5 MB less a byte, broken at its end', large],
    ['an alias bomb', aliasBomb()],
  ]) {
    console.log(`${what} is answered in ${(await visit.apply(text)).toFixed(0)} ms; ${await visit.tasks()}`);
  }
  await visit.end();
}

const PARTS = {
  start,
  play: play(75, 60),
  'play-many': play(500, 30),
  bad: badInput,
  seek: seeks(360),
  large: largeText,
  long: longRecording,
};

/** Measures the page in `dist/`; one part of it where one is named. */
export async function measurePage(root, only) {
  const code = path.join(root, 'node_modules/.cache/playground/code.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['src/ui/share/code.ts'],
    outfile: code,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  const { encodeScene } = await import(pathToFileURL(code).href);
  const { origin, close } = await serveBuilt(process.env.PLAYGROUND_DIST ?? path.join(root, 'dist'));
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: [...CHROMIUM_FLAGS, '--enable-blink-features=ForceEagerMeasureMemory'],
  });
  try {
    console.log(`\nPage in Chromium ${browser.version()}`);
    for (const [name, measure] of Object.entries(PARTS)) {
      if (only === undefined || only === name) await measure({ browser, origin, encodeScene });
    }
  } finally {
    await browser.close();
    close();
  }
}
