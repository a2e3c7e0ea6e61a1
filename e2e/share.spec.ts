import { readFileSync } from 'node:fs';
import type { Download, Page } from '@playwright/test';
import { CSI, expect, HOST_PATH, type Playground, test } from './support/visit.ts';

/** The link that the Share panel shows. */
async function linkOf({ page }: Playground): Promise<string> {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  return link;
}

async function saved(page: Page, name: string): Promise<Download> {
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
  const file = await download;
  await expect(page.getByText(`Saved ${file.suggestedFilename()}.`)).toBeVisible();
  await page.keyboard.press('Escape');
  return file;
}

/** Drops a file on the graph, as the file manager does. */
async function drop(page: Page, name: string, content: Buffer | string, size = 0): Promise<void> {
  await page.evaluate(
    ({ fileName, base64, filled }) => {
      const bytes = filled > 0 ? new Uint8Array(filled) : Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], fileName));
      const target = document.querySelector('.graph-area') ?? document.body;
      for (const type of ['dragover', 'drop'])
        target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    },
    { fileName: name, base64: Buffer.from(content).toString('base64'), filled: size },
  );
}

/** A run that stands in its middle, with the claim selected. */
async function prepare(playground: Playground): Promise<{ readonly step: number; readonly hash: string }> {
  await playground.page.emulateMedia({ reducedMotion: 'reduce' });
  await playground.apply(CSI);
  const { steps } = await playground.state();
  const step = Math.round(steps / 2);
  await playground.page.evaluate((to) => window.playground.seek(to), step);
  await playground.node('PersistentVolumeClaim', 'logs').click();
  return { step, hash: await playground.page.evaluate(() => window.playground.hash()) };
}

async function isPrepared(playground: Playground, { step, hash }: { step: number; hash: string }): Promise<void> {
  await playground.atRest();
  await expect(playground.slider).toHaveValue(String(step));
  await expect(playground.node('PersistentVolumeClaim', 'logs')).toHaveAttribute('aria-current', 'true');
  await expect(playground.region('Manifest editor')).toContainText('name: writer');
  expect(await playground.page.evaluate(() => window.playground.hash())).toBe(hash);
}

test('a link opens the same run at the same step for somebody else', async ({ playground, browser, baseURL }) => {
  const run = await prepare(playground);
  const link = await linkOf(playground);
  expect(new URL(link).hash).toMatch(/^#1\.[\w-]+$/);
  expect(link.length).toBeLessThan(4000);

  const other = await browser.newContext();
  const page = await other.newPage();
  const messages: string[] = [];
  page.on('console', (message) => messages.push(message.text()));
  await page.goto(link);
  await expect(page.getByText('The link was opened.')).toBeVisible({ timeout: 30_000 });
  const colleague = new (playground.constructor as new (page: Page, messages: string[]) => Playground)(page, messages);
  await isPrepared(colleague, run);
  expect(page.url()).toBe(baseURL);
  // What was there before comes back.
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(colleague.node('Pod', 'web')).toHaveAttribute('data-phase', 'Unborn');
  expect(messages).toEqual([]);
  await other.close();
});

test('the link is copied, and one that is too long for chat programs offers the file', async ({
  playground,
  context,
}) => {
  const { page } = playground;
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await prepare(playground);
  await playground.button('Share').click();
  await expect(page.getByText('Copied to the clipboard.')).toBeVisible();
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  await expect(page.getByRole('button', { name: 'Save as a file' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(playground.button('Share')).toBeFocused();

  // Lines that do not pack well.
  let noise = '';
  for (let count = 0; count < 1600; count += 1) {
    noise += `${count % 20 === 0 ? '\n# ' : ''}${(Math.imul(count + 7, 2654435761) >>> 0).toString(36)}`;
  }
  await playground.apply(`${CSI}${noise}`);
  await playground.button('Share').click();
  await expect(page.getByText(/The link has [\d,]+ characters, more than many chat programs take/)).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as a file' }).click();
  const file = await download;
  await page.keyboard.press('Escape');
  await playground.button('Reset').click();
  await drop(page, file.suggestedFilename(), readFileSync(await file.path()));
  await expect(page.getByText('storage-scene.json was opened.')).toBeVisible();
  await expect(playground.node('Pod', 'writer')).toHaveCount(1);
});

test('links that are cut off, changed or from the future say so and leave the work alone', async ({ playground }) => {
  const { page } = playground;
  const run = await prepare(playground);
  const { hash } = new URL(await linkOf(playground));
  const at = Math.floor(hash.length / 2);
  const broken: readonly (readonly [string, string])[] = [
    [hash.slice(0, -30), 'This link or file is cut off'],
    [`${hash.slice(0, at)}${hash[at] === 'A' ? 'B' : 'A'}${hash.slice(at + 1)}`, 'was changed on its way'],
    [`#7${hash.slice(2)}`, 'has format 7; this page reads up to 1'],
  ];
  for (const [address, said] of broken) {
    await page.evaluate((to) => {
      window.location.hash = to;
    }, address);
    await expect(page.getByRole('status').getByText(said)).toBeVisible();
    await isPrepared(playground, run);
  }
});

for (const [name, type] of [
  ['Picture, PNG', 'png'],
  ['Picture, SVG', 'svg'],
  ['Recording, JSON', 'json'],
] as const) {
  test(`a saved ${type} dropped on the page opens again where it was saved`, async ({ playground }) => {
    const { page } = playground;
    const run = await prepare(playground);
    const file = await saved(page, name);
    expect(file.suggestedFilename()).toMatch(new RegExp(`\\.${type}$`));
    const content = readFileSync(await file.path());
    await playground.apply(HOST_PATH);
    await drop(page, file.suggestedFilename(), content);
    await expect(page.getByText(`${file.suggestedFilename()} was opened.`)).toBeVisible();
    await isPrepared(playground, run);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(playground.node('PersistentVolume', 'task-pv-volume')).toHaveCount(1);
  });
}

test('the picture shows the objects of the step with their states, and draws', async ({ playground }) => {
  const { page } = playground;
  await playground.apply(HOST_PATH);
  await playground.button('Jump to end').click();
  const svg = readFileSync(await (await saved(page, 'Picture, SVG')).path(), 'utf8');
  for (const text of ['task-pv-claim', 'task-pv-volume', 'Running', 'Bound', 'node-1', 'standard']) {
    expect(svg).toContain(`>${text}</text>`);
  }
  expect(svg).toContain('<title>Pod task-pv-pod, Running</title>');
  expect(svg).not.toContain('NaN');
  expect(svg).not.toContain('undefined');
  expect(svg).not.toContain('var(');
  const png = readFileSync(await (await saved(page, 'Picture, PNG')).path());
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const colours = await page.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width;
    canvas.height = image.height;
    const drawing = canvas.getContext('2d');
    drawing?.drawImage(image, 0, 0);
    const points = drawing?.getImageData(0, 0, image.width, image.height).data ?? new Uint8ClampedArray();
    const found = new Set<number>();
    for (let at = 0; at < points.length; at += 4)
      found.add(((points[at] ?? 0) << 16) | ((points[at + 1] ?? 0) << 8) | (points[at + 2] ?? 0));
    return found.size;
  }, png.toString('base64'));
  expect(width).toBeGreaterThan(1500);
  expect(height).toBeGreaterThan(300);
  expect(colours).toBeGreaterThan(50);
});

test('the report tells what was applied, how it ended and why, the Events and the calls', async ({ playground }) => {
  const { page } = playground;
  await playground.apply(`${CSI}---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: big}
spec:
  storageClassName: manual
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 30Gi}}
`);
  const report = readFileSync(await (await saved(page, 'Report, Markdown')).path(), 'utf8');
  expect(report).toContain('kind: PersistentVolumeClaim\nmetadata: {name: big}');
  expect(report).toMatch(/### Pending\n\n.*\n.*\n\| PersistentVolumeClaim \| default \| big \|/);
  expect(report).toContain('The class manual does not exist.');
  expect(report).toContain('storageclass.storage.k8s.io "manual" not found |');
  expect(report).toMatch(/\| ControllerPublishVolume.*\| OK \|/);
  expect(report).toMatch(/\| Normal \| Scheduled \| Pod\/default\/writer \| 1 \| default-scheduler \|/);
});

test('a dump of a real cluster is the starting state', async ({ playground }) => {
  const { page } = playground;
  await playground.apply(CSI);
  await playground.button('Jump to end').click();
  const { objects } = await playground.state();
  const pod = objects.find(({ kind }) => kind === 'Pod');
  const dump = { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items: objects };
  await playground.button('Reset').click();
  // Every JSON text is YAML.
  await drop(page, 'cluster.yaml', JSON.stringify(dump, null, 2));
  await expect(page.getByText(/cluster\.yaml was opened: \d+ objects are the starting state/)).toBeVisible();
  await playground.atRest();
  await playground.button('Jump to end').click();
  await expect(playground.node('Pod', 'writer')).toHaveAttribute('data-phase', 'Running');
  await expect(playground.edge('mounted')).toHaveCount(1);
  const after = (await playground.state()).objects.find(({ kind }) => kind === 'Pod');
  expect(after?.metadata.uid).toBe(pod?.metadata.uid);
});

test('manifests are applied, and what is no scene is said to be none', async ({ playground }) => {
  const { page } = playground;
  const run = await prepare(playground);
  const wrong: readonly (readonly [string, Buffer | string, string])[] = [
    ['empty.yaml', '', 'empty.yaml is empty.'],
    [
      'photo.png',
      readFileSync(new URL('../public/favicon.svg', import.meta.url)),
      'photo.png is a picture without a scene',
    ],
    ['binary.dat', Buffer.from([0, 1, 2, 255]), 'binary.dat is neither text nor a picture'],
    ['half.json', '{"format": "kubernetes-storage-pl', 'half.json is no complete JSON'],
    ['other.json', '{"a": 1}', 'other.json is JSON, but neither'],
    [
      'future.json',
      '{"format": "kubernetes-storage-playground", "version": 9}',
      'has format 9; this page reads up to 1',
    ],
    [
      'edited.json',
      '{"format": "kubernetes-storage-playground", "version": 1, "scene": {"manifests": "", "cluster": 3}}',
      'the field “cluster” is missing or wrong',
    ],
  ];
  for (const [name, content, said] of wrong) {
    await drop(page, name, content);
    await expect(page.getByRole('status').getByText(said)).toBeVisible();
  }
  await drop(page, 'large.yaml', '', 51 * 2 ** 20);
  await expect(page.getByText('large.yaml has 51 MB; the limit is 50 MB')).toBeVisible();
  await isPrepared(playground, run);
  await drop(page, 'claim.yaml', HOST_PATH);
  await expect(page.getByText('claim.yaml was applied to the cluster')).toBeVisible();
  await playground.atRest();
  await playground.button('Jump to end').click();
  await expect(playground.node('Pod', 'task-pv-pod')).toHaveAttribute('data-phase', 'Running');
  await page.getByText('claim.yaml was applied').locator('..').getByRole('button', { name: 'Undo' }).click();
  await isPrepared(playground, run);
});

test('earlier states are kept over reloads and can be opened', async ({ playground }) => {
  const { page } = playground;
  await playground.apply(HOST_PATH);
  await playground.apply(CSI);
  await page.reload();
  await playground.atRest();
  await playground.button('Export').click();
  const states = page.getByRole('dialog').getByRole('listitem').filter({ hasText: 'operation' });
  await expect(states.first()).toContainText('2 operations');
  const first = states.filter({ hasText: '3 documents, 1 operation' });
  await first.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByText('The earlier state was opened.')).toBeVisible();
  await playground.atRest();
  await playground.button('Jump to end').click();
  await expect(playground.node('Pod', 'task-pv-pod')).toHaveAttribute('data-phase', 'Running');
  await expect(playground.node('Pod', 'writer')).toHaveCount(0);
});
