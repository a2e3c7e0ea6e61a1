import type { Locator, Page } from '@playwright/test';
import { CSI, expect, type Playground, test } from './support/visit.ts';

/** The rows' canvas and its place. */
async function canvasOf(page: Page): Promise<{ readonly x: number; readonly y: number; readonly width: number }> {
  const box = await page.locator('.tl canvas').boundingBox();
  if (box === null) throw new Error('no canvas');
  return box;
}

const rowNamed = (page: Page, name: string): Locator => page.locator(`.tl .name[data-row="${name}"]`);

const names = (page: Page): Promise<readonly string[]> => page.locator('.tl .name .cut').allInnerTexts();

/** Where a row is on the screen. */
async function middleOf(row: Locator): Promise<number> {
  const box = await row.boundingBox();
  if (box === null) throw new Error('no row');
  return box.y + box.height / 2;
}

const step = async ({ slider }: Playground): Promise<number> => Number(await slider.inputValue());

/** The rows as they are drawn. */
const picture = (page: Page): Promise<string> =>
  page.locator('.tl canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

async function clusterOf(playground: Playground, nodes: number): Promise<void> {
  const { page } = playground;
  await page.getByRole('tab', { name: 'cluster' }).click();
  const list = Array.from({ length: nodes }, (_, index) => `  - {name: node-${index + 1}}`).join('\n');
  await playground.write(`apiVersion: playground/v1
kind: Cluster
metadata: {name: many}
spec:
  nodes:
${list}
`);
  await page.getByRole('tab', { name: 'manifests' }).click();
}

/** A pod for each node. */
const podsOn = (nodes: number): string =>
  Array.from(
    { length: nodes },
    (_, index) => `apiVersion: v1
kind: Pod
metadata: {name: agent-${index + 1}}
spec:
  nodeSelector: {kubernetes.io/hostname: node-${index + 1}}
  containers:
  - {name: agent, image: agent, volumeMounts: [{name: scratch, mountPath: /scratch}]}
  volumes:
  - {name: scratch, emptyDir: {}}`,
  ).join('\n---\n');

test.beforeEach(async ({ playground }) => {
  await playground.page.emulateMedia({ reducedMotion: 'reduce' });
});

test.describe('breakpoints', () => {
  test('Play stops at what was chosen from a step, says which, and goes on from there', async ({ playground }) => {
    const { page } = playground;
    await playground.apply(CSI);
    const { steps } = await playground.state();
    await page.evaluate(() => window.playground.seek(6));
    await page.keyboard.press('b');
    const panel = page.getByRole('dialog', { name: 'Breakpoints' });
    await expect(panel.getByText('From step 6')).toBeVisible();
    // The keys are at the first offer already.
    await expect(panel.getByRole('checkbox').first()).toBeFocused();
    await panel.getByLabel('Stop at').selectOption('a change of a field');
    await panel.getByLabel('Object').fill('PersistentVolumeClaim/default/logs');
    await panel.getByLabel('Field').fill('status.phase');
    await panel.getByRole('button', { name: 'Add' }).click();
    await panel.getByLabel('Stop at').selectOption('a call');
    await panel.getByLabel('Method').fill('NodePublishVolume');
    await panel.getByLabel('Driver, or any').fill('disk.csi.example.com');
    await panel.getByRole('button', { name: 'Add' }).click();
    await expect(
      panel.getByRole('checkbox', { name: 'NodePublishVolume of disk.csi.example.com is called' }),
    ).toBeChecked();
    await page.keyboard.press('Escape');
    await expect(panel).toHaveCount(0);
    await expect(playground.button('Breakpoints 2')).toBeVisible();

    await playground.button('Jump to start').click();
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('4×');
    await playground.button('Play').click();
    await expect(page.getByText('Stopped: status.phase of PersistentVolumeClaim logs changes').first()).toBeVisible();
    await expect(playground.button('Play')).toBeVisible();
    const first = await step(playground);
    const before = (await playground.state()).objects.find(({ kind }) => kind === 'PersistentVolumeClaim');
    expect(first).toBeGreaterThan(0);
    // The first stop is where the claim is made, with its phase.
    expect(before?.['status']).toMatchObject({ phase: 'Pending' });
    await playground.button('Play').click();
    await expect(playground.slider).not.toHaveValue(String(first));
    await expect(playground.button('Play')).toBeVisible();
    const bound = (await playground.state()).objects.find(({ kind }) => kind === 'PersistentVolumeClaim');
    expect(bound?.['status']).toMatchObject({ phase: 'Bound' });
    const second = await step(playground);

    // `]` and `[` go along the stops; the last one is the call.
    await page.keyboard.press(']');
    const third = await step(playground);
    expect(third).toBeGreaterThan(second);
    // What is published is staged by then, and not yet mounted.
    await expect(playground.edge('staged')).toHaveCount(1);
    await page.keyboard.press(']');
    await expect(playground.slider).toHaveValue(String(third));
    await page.keyboard.press('[');
    await expect(playground.slider).toHaveValue(String(second));
    await page.keyboard.press('[');
    await expect(playground.slider).toHaveValue(String(first));

    // Diamonds: filled up to the playhead.
    await page.evaluate((to) => window.playground.seek(to), second);
    await expect(page.locator('.scrub .brk')).not.toHaveCount(0);
    const filled = await page.locator('.scrub .brk.is-hit').count();
    await page.evaluate((to) => window.playground.seek(to), steps);
    expect(await page.locator('.scrub .brk.is-hit').count()).toBeGreaterThan(filled);
    await expect(page.locator('.scrub .brk:not(.is-hit)')).toHaveCount(0);
  });

  test('breakpoints are edited, switched off, removed, and kept over a reload', async ({ playground }) => {
    const { page } = playground;
    await playground.apply(CSI);
    await page.keyboard.press('b');
    const panel = page.getByRole('dialog', { name: 'Breakpoints' });
    await panel.getByLabel('Stop at').selectOption('an Event');
    await panel.getByLabel('Reason').fill('Scheduled');
    await panel.getByRole('button', { name: 'Add' }).click();
    await expect(panel.getByRole('listitem').filter({ hasText: 'Event Scheduled' }).first()).toContainText('1 stop');
    await panel.getByRole('button', { name: 'Edit breakpoint: Event Scheduled' }).click();
    await panel.getByLabel('Reason').fill('Started');
    await panel.getByRole('button', { name: 'Save' }).click();
    await expect(panel.getByRole('checkbox', { name: 'Event Started' })).toBeChecked();
    await expect(panel.getByRole('checkbox', { name: 'Event Scheduled' })).toHaveCount(0);
    await panel.getByRole('checkbox', { name: 'Event Started' }).uncheck();
    await page.keyboard.press('Escape');
    await expect(page.locator('.scrub .brk')).toHaveCount(0);

    await page.reload();
    await playground.atRest();
    await playground.button('Breakpoints 1').click();
    await expect(panel.getByRole('checkbox', { name: 'Event Started' })).not.toBeChecked();
    await panel.getByRole('button', { name: 'Remove breakpoint: Event Started' }).click();
    await expect(panel.getByText('Play stops nowhere yet')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(playground.button('Breakpoints')).toBeFocused();
  });

  test('a link brings the breakpoints along', async ({ playground, browser, baseURL }) => {
    const { page } = playground;
    await playground.apply(CSI);
    await playground.node('PersistentVolumeClaim', 'logs').click();
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Find or run' });
    await palette.getByRole('combobox').fill('Break on change of logs');
    await expect(palette.getByRole('option').first()).toHaveText('Break on change of logs');
    await page.keyboard.press('Enter');
    await expect(playground.button('Breakpoints 1')).toBeVisible();
    await playground.button('Share').click();
    const link = await page.getByRole('dialog').getByRole('textbox').first().inputValue();
    const other = await browser.newPage(baseURL === undefined ? {} : { baseURL });
    await other.goto(link);
    await expect(other.getByRole('button', { name: 'Breakpoints 1', exact: true })).toBeVisible({ timeout: 20_000 });
    await other.close();
  });
});

test('hovering a call tells all about it and previews the graph; a click selects and goes there', async ({
  playground,
}) => {
  const { page } = playground;
  await playground.apply(CSI);
  await playground.button('Jump to end').click();
  const end = await step(playground);
  const row = rowNamed(page, 'csi-provisioner/disk.csi.example.com');
  const { x } = await canvasOf(page);
  const y = await middleOf(row);
  // Closer, until the call can be pointed at.
  await page.mouse.move(x + 5, y);
  await page.keyboard.down('Control');
  for (let turn = 0; turn < 14; turn += 1) await page.mouse.wheel(0, -100);
  await page.keyboard.up('Control');
  await row.focus();
  await page.keyboard.press('ArrowRight');
  const cursor = await page.locator('.tl .cursor').boundingBox();
  if (cursor === null) throw new Error('no mark');
  await page.mouse.move(cursor.x + 6, y, { steps: 2 });
  const tip = page.locator('.tl-tip');
  await expect(tip).toContainText('CreateVolume');
  for (const said of ['start', 'end', 'duration', 'request', 'capacity_range', 'answer', 'OK', 'volume_id']) {
    await expect(tip).toContainText(said);
  }
  await expect(page.getByText(/^Preview of step \d+/)).toBeVisible();
  await expect(playground.node('PersistentVolumeClaim', 'logs')).toHaveAttribute('data-phase', 'Pending');
  // Nothing else moved: neither the playhead nor the inspector.
  await expect(playground.slider).toHaveValue(String(end));
  await page.mouse.move(x + 300, 200);
  await expect(tip).toHaveCount(0);
  await expect(page.getByText(/^Preview of step/)).toHaveCount(0);
  await expect(playground.node('PersistentVolumeClaim', 'logs')).toHaveAttribute('data-phase', 'Bound');

  await page.mouse.click(cursor.x + 6, y);
  await expect(page.locator('.now')).toContainText('CreateVolume');
  expect(await step(playground)).toBeLessThan(end);
  await expect(playground.region('Inspector').getByRole('heading', { level: 2 }).first()).not.toHaveText(
    'Nothing selected',
  );
});

test('the ruler zooms by dragging, keys pan, an idle time opens, and a double click shows the whole again', async ({
  playground,
}) => {
  const { page } = playground;
  await playground.open('?scenario=held-on-another-node');
  const times = page.locator('.ruler time');
  const gaps = page.locator('.ruler .gap');
  await expect(gaps).not.toHaveCount(0);
  const bands = await gaps.count();
  const whole = await times.allInnerTexts();
  await gaps.first().click();
  await expect(gaps).toHaveCount(bands - 1);
  await expect(page.locator('.tl .name[tabindex="0"]')).toBeFocused();
  await playground.button('Whole run').click();
  await expect(gaps).toHaveCount(bands);

  const { x, width } = await canvasOf(page);
  const ruler = await page.locator('.ruler').boundingBox();
  if (ruler === null) throw new Error('no ruler');
  const y = ruler.y + 8;
  await page.mouse.move(x + 4, y);
  await page.mouse.down();
  await page.mouse.move(x + 60, y, { steps: 3 });
  await page.mouse.up();
  await expect.poll(() => times.allInnerTexts()).not.toEqual(whole);
  const zoomed = await times.allInnerTexts();
  await rowNamed(page, 'api').focus();
  await page.keyboard.press('d');
  await expect.poll(() => times.allInnerTexts()).not.toEqual(zoomed);
  await page.keyboard.press('a');
  await expect.poll(() => times.allInnerTexts()).toEqual(zoomed);
  await page.mouse.dblclick(x + width - 4, y);
  await expect.poll(() => times.allInnerTexts()).toEqual(whole);
});

test('dragging the playhead over the rows scrubs', async ({ playground }) => {
  const { page } = playground;
  await playground.apply(CSI);
  await playground.button('Jump to end').click();
  const end = await step(playground);
  const { x, width } = await canvasOf(page);
  const y = (await middleOf(rowNamed(page, 'kube-scheduler'))) + 1;
  await page.mouse.move(x + width - 2, y);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y, { steps: 4 });
  const half = await step(playground);
  expect(half).toBeLessThan(end);
  await page.mouse.move(x + 1, y, { steps: 4 });
  await page.mouse.up();
  expect(await step(playground)).toBeLessThan(half);
});

test('names are pinned and moved, by dragging and by keys, and stay so over a reload', async ({ playground }) => {
  const { page } = playground;
  await playground.apply(CSI);
  expect(await names(page)).toEqual(
    expect.arrayContaining(['API server', 'persistentvolume-binder', 'scheduler', 'csi-attacher']),
  );
  await rowNamed(page, 'kube-scheduler').click();
  await expect(rowNamed(page, 'kube-scheduler')).toHaveAttribute('aria-pressed', 'true');
  expect((await names(page)).slice(0, 3)).toEqual(['API server', 'scheduler', 'persistentvolume-binder']);

  const attacher = rowNamed(page, 'csi-attacher/disk.csi.example.com');
  const binder = rowNamed(page, 'persistentvolume-binder-controller');
  const from = await middleOf(attacher);
  const to = await middleOf(binder);
  await page.mouse.move(60, from);
  await page.mouse.down();
  await page.mouse.move(60, (from + to) / 2, { steps: 3 });
  await page.mouse.move(60, to, { steps: 3 });
  await page.mouse.up();
  await expect(attacher).toHaveAttribute('aria-pressed', 'false');
  expect((await names(page)).slice(1, 4)).toEqual(['scheduler', 'csi-attacher', 'persistentvolume-binder']);

  await attacher.focus();
  await page.keyboard.press('Alt+ArrowDown');
  await expect.poll(async () => (await names(page)).slice(2, 4)).toEqual(['persistentvolume-binder', 'csi-attacher']);
  await expect(attacher).toBeFocused();
  await page.reload();
  await playground.atRest();
  await expect
    .poll(async () => (await names(page)).slice(1, 4))
    .toEqual(['scheduler', 'persistentvolume-binder', 'csi-attacher']);
});

test('the keys go along rows and marks, read them out, and go to one', async ({ playground }) => {
  const { page } = playground;
  await playground.apply(CSI);
  await playground.button('Jump to end').click();
  const end = await step(playground);
  await rowNamed(page, 'api').focus();
  await page.keyboard.press('ArrowDown');
  await expect(rowNamed(page, 'persistentvolume-binder-controller')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await expect(rowNamed(page, 'persistentvolume-binder-controller')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  const spoken = page.locator('.tl [role="status"]');
  await expect(spoken).toContainText(/^1 of \d+: .*step \d+/);
  await page.keyboard.press('ArrowRight');
  await expect(spoken).toContainText(/^2 of \d+/);
  await page.keyboard.press('Enter');
  expect(await step(playground)).toBeLessThan(end);
  await expect(rowNamed(page, 'persistentvolume-binder-controller')).toHaveAttribute('aria-pressed', 'false');
  await expect(playground.region('Inspector').getByRole('heading', { name: 'logs' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(spoken).toHaveText('');
});

test('more than six kubelets share a row, which opens', async ({ playground }) => {
  const { page } = playground;
  await clusterOf(playground, 9);
  await playground.apply(podsOn(9));
  await playground.button('Jump to end').click();
  const fold = page.getByRole('button', { name: 'kubelet (9)', exact: true });
  await expect(fold).toHaveAttribute('aria-expanded', 'false');
  expect((await names(page)).filter((name) => /^kubelet node-/.test(name)).length).toBeLessThan(3);
  await fold.click();
  await expect(fold).toHaveAttribute('aria-expanded', 'true');
  await fold.press('End');
  await fold.focus();
  const seen = new Set<string>();
  for (let turn = 0; turn < 12; turn += 1) {
    for (const name of await names(page)) seen.add(name);
    await page.keyboard.press('ArrowDown');
  }
  expect([...seen].filter((name) => /^kubelet node-/.test(name)).sort()).toEqual(
    Array.from({ length: 9 }, (_, index) => `kubelet node-${index + 1}`),
  );
});

test('a selected object dims the marks that are not about it', async ({ playground }) => {
  const { page } = playground;
  await playground.apply(CSI);
  await playground.button('Jump to end').click();
  await expect(rowNamed(page, 'csi-attacher/disk.csi.example.com')).toBeVisible();
  const plain = await picture(page);
  await playground.node('PersistentVolumeClaim', 'logs').click();
  await expect.poll(() => picture(page)).not.toBe(plain);
  const ofClaim = await picture(page);
  await playground.node('Pod', 'writer').click();
  await expect.poll(() => picture(page)).not.toBe(ofClaim);
  await page.keyboard.press('Escape');
  await expect.poll(() => picture(page)).toBe(plain);
});
