// The page in Chromium: seeks, long tasks while playing, memory of a long recording.
import { spawn } from 'node:child_process';
import { chromium } from '@playwright/test';
import { CHROMIUM_FLAGS, ensureChromium } from '../support/chromium.mjs';

const PORT = 4739;

const manifests = (pods) =>
  Array.from(
    { length: pods },
    (_, i) => `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data-${i}}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
---
apiVersion: v1
kind: Pod
metadata: {name: app-${i}}
spec:
  containers:
  - {name: app, image: app, volumeMounts: [{name: data, mountPath: /data}]}
  volumes:
  - {name: data, persistentVolumeClaim: {claimName: data-${i}}}`,
  ).join('\n---\n');

const percentile = (values, share) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

async function serve(root) {
  const server = spawn('npx', ['vite', 'preview', '--port', String(PORT), '--strictPort'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  await new Promise((resolve, reject) => {
    server.stdout.on('data', (data) => String(data).includes(String(PORT)) && resolve());
    server.on('exit', () => reject(new Error('the preview server ended')));
  });
  return () => process.kill(-server.pid);
}

/** Memory of the page and its workers, as Chromium counts it, in MB. */
async function memory(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  let workers = 0;
  for (const worker of page.workers()) workers += await worker.evaluate(() => performance.memory?.usedJSHeapSize ?? 0);
  return { page: usedSize / 2 ** 20, workers: workers / 2 ** 20 };
}

async function open(browser) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(() => {
    globalThis.longTasks = [];
    new PerformanceObserver((list) =>
      globalThis.longTasks.push(...list.getEntries().map(({ duration }) => duration)),
    ).observe({ type: 'longtask', buffered: true });
  });
  await page.goto(`http://localhost:${PORT}/`);
  await page.waitForFunction(() => globalThis.playground !== undefined);
  await page.getByRole('button', { name: 'Play' }).waitFor();
  return page;
}

async function seeks(browser, pods) {
  const page = await open(browser);
  await page.evaluate(() => globalThis.playground.reset());
  await page.evaluate((text) => globalThis.playground.apply(text), manifests(pods));
  const { steps } = await page.evaluate(() => globalThis.playground.state());
  // By the slider, as a visitor does: its event ends when the page has been rendered anew.
  const times = await page.evaluate(async (count) => {
    const slider = document.querySelector('input[type=range]');
    const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
    const found = [];
    let seed = 7;
    for (let i = 0; i < 300; i++) {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      set.call(slider, String(seed % count));
      const begin = performance.now();
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      found.push(performance.now() - begin);
      await new Promise(requestAnimationFrame);
    }
    return found;
  }, steps);
  const used = await memory(page);
  console.log(
    `seek in ${steps} steps: p50 ${percentile(times, 0.5).toFixed(1)} ms, p95 ${percentile(times, 0.95).toFixed(1)} ms, worst ${Math.max(...times).toFixed(1)} ms; heap: page ${used.page.toFixed(0)} MB, workers ${used.workers.toFixed(0)} MB`,
  );
  await page.close();
}

async function play(browser) {
  const page = await open(browser);
  await page.evaluate(() => globalThis.playground.reset());
  await page.evaluate((text) => globalThis.playground.apply(text), manifests(75));
  await page.evaluate(() => globalThis.playground.seek(0));
  await page.evaluate(() => {
    globalThis.longTasks.length = 0;
    globalThis.frames = [];
    const frame = (at) => {
      globalThis.frames.push(at);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await page.getByRole('button', { name: 'Play' }).click();
  const stop = Date.now() + 20_000;
  while (Date.now() < stop) await page.waitForTimeout(500);
  const { longTasks, frames, objects } = await page.evaluate(async () => ({
    longTasks: globalThis.longTasks,
    frames: globalThis.frames,
    objects: (await globalThis.playground.state()).objects.length,
  }));
  const gaps = frames.slice(1).map((at, i) => at - frames[i]);
  console.log(
    `playing 75 claims with pods (${objects} objects at the end) for 20 s: ${(1000 / percentile(gaps, 0.5)).toFixed(0)} frames a second, ${((100 * gaps.filter((gap) => gap > 18).length) / gaps.length).toFixed(1)} % of frames over 18 ms; tasks over 50 ms: ${longTasks.length}${longTasks.length > 0 ? `, longest ${Math.max(...longTasks).toFixed(0)} ms` : ''}`,
  );
  await page.close();
}

/** How long a text takes that is refused: 5 MB, and an alias bomb. */
async function badInput(browser) {
  const page = await open(browser);
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${[...'bcdefgh'].map((key, i) => `${key}: &${key} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(', ')}]`).join('\n')}\n`;
  const large = `${manifests(1)}\n---\n`.repeat(12_000).slice(0, 5 * 2 ** 20 - 1);
  for (const [what, text] of [
    ['5 MB of text', `${large}x`.padEnd(5 * 2 ** 20 + 9, 'y')],
    ['5 MB less a byte, broken at its end', large],
    ['an alias bomb', bomb],
  ]) {
    const waited = await page.evaluate(async (value) => {
      const begin = performance.now();
      await globalThis.playground.apply(value);
      return performance.now() - begin;
    }, text);
    console.log(`${what} is answered in ${waited.toFixed(0)} ms`);
  }
  await page.close();
}

export async function measurePage(root) {
  const stop = await serve(root);
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: [...CHROMIUM_FLAGS, '--enable-precise-memory-info'],
  });
  try {
    console.log(`\nPage in Chromium ${browser.version()}`);
    await play(browser);
    await badInput(browser);
    await seeks(browser, 300);
    await seeks(browser, 3000);
  } finally {
    await browser.close();
    stop();
  }
}
