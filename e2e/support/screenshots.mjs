// Makes the pictures under docs/: the page with a small story, in both themes and several sizes. `npm run screenshots`.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { build } from 'vite';
import { CHROMIUM_FLAGS, ensureChromium } from './chromium.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const PORT = 4749;

const claim = (name, size, rest) => `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: ${name}}
spec:
  accessModes: [${rest.mode ?? 'ReadWriteOnce'}]
  resources: {requests: {storage: ${size}}}${rest.class === undefined ? '' : `\n  storageClassName: "${rest.class}"`}`;

const pod = (name, claimName, node) => `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  ${node ? `nodeSelector: {kubernetes.io/hostname: ${node}}\n  ` : ''}containers:
  - name: app
    image: nginx
    volumeMounts: [{name: data, mountPath: /data}]
  volumes:
  - name: data
    persistentVolumeClaim: {claimName: ${claimName}}`;

const volume = (name, size, mode, storageClass) => `apiVersion: v1
kind: PersistentVolume
metadata: {name: ${name}}
spec:
  capacity: {storage: ${size}}
  accessModes: [${mode}]
  storageClassName: "${storageClass}"
  nfs: {server: nas-1, path: /${name}}`;

const STORY = [
  claim('data', '10Gi', {}),
  pod('web', 'data'),
  claim('media', '5Gi', { mode: 'ReadWriteMany', class: 'shared' }),
  pod('upload', 'media', 'node-2'),
  pod('serve', 'media', 'node-3'),
  volume('nfs-10', '10Gi', 'ReadWriteMany', ''),
  volume('fast-50', '50Gi', 'ReadWriteMany', 'fast'),
  volume('disk-50', '50Gi', 'ReadWriteOnce', ''),
  claim('archive', '20Gi', { mode: 'ReadWriteMany', class: '' }),
].join('\n---\n');

const PICTURES = [
  { file: 'screenshot.png', width: 1440, height: 900, query: '?theme=light&lang=en' },
  { file: 'screens/light-1440x900.png', width: 1440, height: 900, query: '?theme=light&lang=en' },
  { file: 'screens/dark-1440x900.png', width: 1440, height: 900, query: '?theme=dark&lang=en' },
  { file: 'screens/light-1280x720.png', width: 1280, height: 720, query: '?theme=light&lang=en' },
  { file: 'screens/dark-1280x720.png', width: 1280, height: 720, query: '?theme=dark&lang=en' },
  { file: 'screens/zh-CN-1440x900.png', width: 1440, height: 900, query: '?theme=light&lang=zh-CN' },
  { file: 'screens/light-1920x1080.png', width: 1920, height: 1080, query: '?theme=light&lang=en' },
  { file: 'screens/light-800x1000.png', width: 800, height: 1000, query: '?theme=light&lang=en' },
];

async function serve() {
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

/** The step in which the volume of pod web is being attached: something moves, something waits, something is done. */
async function takeTo(page) {
  await page.waitForFunction(() => globalThis.playground !== undefined);
  await page.evaluate(() => globalThis.playground.reset());
  await page.evaluate((text) => globalThis.playground.apply(text), STORY);
  const { steps } = await page.evaluate(() => globalThis.playground.state());
  for (let step = steps; step > 0; step--) {
    const { objects } = await page.evaluate((n) => globalThis.playground.seek(n), step);
    const attachment = objects.find(({ kind }) => kind === 'VolumeAttachment');
    if (attachment && attachment.status?.attached !== true) break;
  }
  await page.keyboard.press('Escape');
  for (const dismiss of await page.getByRole('button', { name: /^(Dismiss|关闭)$/ }).all()) await dismiss.click();
  await page
    .locator('[data-testid=graph-node][data-kind=PersistentVolumeClaim][data-name=archive]')
    .click({ timeout: 5000 });
}

await build({ root, logLevel: 'error' });
const stop = await serve();
const browser = await chromium.launch({ executablePath: await ensureChromium(), args: CHROMIUM_FLAGS });
try {
  for (const { file, width, height, query } of PICTURES) {
    const page = await browser.newPage({ viewport: { width, height } });
    await page.goto(`http://localhost:${PORT}/${query}`);
    await takeTo(page);
    await page.waitForTimeout(1500);
    const target = path.join(root, 'docs', file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    await page.screenshot({ path: target });
    await page.close();
    console.log(file);
  }
} finally {
  await browser.close();
  stop();
}
