import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { CSI, expect, test } from './support/visit.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function findings(page: Page): Promise<readonly string[]> {
  // While a chain is pointed at, the others are dimmed.
  await page.mouse.move(0, 0);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

const sizeOf = (page: Page, selector: string): Promise<string> =>
  page
    .locator(selector)
    .first()
    .evaluate((element) => getComputedStyle(element).fontSize);

test('the presenter shows one group twice as large, with a caption that follows it', async ({ playground }) => {
  const { page } = playground;
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await playground.apply(CSI);
  await page.evaluate(() => window.playground.seek(6));
  await playground.node('Pod', 'writer').click();
  await page.keyboard.press('p');
  const strip = page.getByRole('region', { name: 'Caption' });
  await expect(strip).toContainText('Next, ');
  expect(await sizeOf(page, '.strip-clock')).toBe('38px');
  expect(await sizeOf(page, '.strip-now')).toBe('30px');
  expect(await sizeOf(page, '.strip-next')).toBe('22px');
  await expect(playground.region('Manifest editor')).toBeHidden();
  await expect.poll(async () => (await playground.node('Pod', 'writer').boundingBox())?.width).toBeGreaterThan(280);
  expect(new URL(page.url()).searchParams.get('group')).toContain('writer');
  expect(await findings(page)).toEqual([]);

  const caption = strip.locator('.strip-now');
  const before = await caption.textContent();
  await page.evaluate(async () => window.playground.seek((await window.playground.state()).steps));
  await expect(caption).not.toHaveText(before ?? '');
  await expect(strip).toContainText('Nothing more happens to this group');

  await page.evaluate(() => window.playground.seek(0));
  await page.getByRole('checkbox', { name: 'Pause at captions' }).check();
  await playground.button('Play').click();
  await expect(playground.button('Play')).toBeVisible();
  await expect(playground.slider).not.toHaveValue('0');
  await expect(strip).not.toContainText('Nothing has happened');

  // The bar of the timeline is drawn larger than it is laid out: a click still seeks where it is.
  await page.evaluate(async () => window.playground.seek((await window.playground.state()).steps));
  const steps = Number(await playground.slider.inputValue());
  const box = await playground.slider.boundingBox();
  if (box === null) throw new Error('no slider');
  await page.mouse.click(box.x + box.width - 2, box.y + box.height / 2);
  expect(Number(await playground.slider.inputValue())).toBeGreaterThan(steps - 4);

  await page.mouse.move(300, 400);
  await page.keyboard.down('k');
  await expect(page.locator('.laser')).toBeVisible();
  await page.keyboard.up('k');
  await expect(page.locator('.laser')).toHaveCount(0);

  await page.keyboard.press('Escape');
  await expect(strip).toHaveCount(0);
  await expect(playground.region('Manifest editor')).toBeVisible();
  expect(new URL(page.url()).searchParams.get('present')).toBeNull();
});

test('an embedded page has graph, caption and transport, and panels over the graph', async ({ playground }) => {
  const { page } = playground;
  await playground.apply(CSI);
  const mine = await playground.editor.inputValue().catch(() => '');
  await playground.open('?embed=1&scenario=held-on-another-node&step=12&theme=dark');
  await expect(playground.slider).toHaveValue('12');
  await expect(page.getByRole('banner')).toHaveCount(0);
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(playground.region('Manifest editor')).toHaveCount(0);
  await playground.button('Manifests').click();
  await expect(playground.region('Manifest editor')).toBeVisible();
  await playground.button('Close').click();
  await expect(playground.region('Manifest editor')).toHaveCount(0);
  await playground.node('PersistentVolumeClaim', 'data').click();
  await expect(playground.region('Inspector').getByRole('heading', { name: 'data' })).toBeVisible();
  expect(await findings(page)).toEqual([]);

  const [whole] = await Promise.all([
    page.context().waitForEvent('page'),
    playground.button('Open in playground').click(),
  ]);
  await whole.waitForFunction(async () => ((await window.playground?.hash()) ?? '') !== '');
  await expect(whole.getByRole('slider', { name: 'Timeline position' })).toHaveValue('12', { timeout: 20_000 });
  await expect(whole.locator('[data-testid="graph-node"][data-name="second"]').first()).toBeVisible();
  await whole.close();

  // A frame neither shows nor changes what the visitor was at.
  await playground.open('');
  expect(await playground.editor.inputValue().catch(() => '')).toBe(mine);
});

test('an embedded page fits into 480 by 320 pixels and leaves out what its address leaves out', async ({
  playground,
}) => {
  const { page } = playground;
  await page.setViewportSize({ width: 480, height: 320 });
  await playground.open('?embed=1&editor=0&scenario=one-claim-one-disk-one-pod&select=web&step=8');
  await expect(playground.node('Pod', 'web')).toBeInViewport();
  await expect(playground.node('Pod', 'web')).toHaveAttribute('aria-current', 'true');
  await expect(playground.button('Manifests')).toHaveCount(0);
  await expect(page.getByText('Workload', { exact: true })).not.toBeInViewport();
  const overflow = await page.evaluate(() => [
    document.documentElement.scrollWidth - 480,
    document.documentElement.scrollHeight - 320,
  ]);
  expect(overflow).toEqual([0, 0]);
  await playground.open('?embed=1&controls=0');
  await expect(playground.button('Play')).toBeHidden();
});

test('the example page talks to the page inside of it', async ({ playground }) => {
  const { page } = playground;
  const html = readFileSync(new URL('../docs/embed.html', import.meta.url), 'utf8');
  await page.route(/\/docs\/embed\.html/, (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.goto('./docs/embed.html?playground=/');
  const answer = page.getByRole('status').first();
  await expect(answer).toContainText('data', { timeout: 20_000 });
  await page.getByRole('button', { name: 'Apply a claim' }).click();
  await expect(answer).toContainText('from-outside');
  await page.getByRole('button', { name: 'One step back' }).click();
  await expect(answer).not.toContainText('from-outside');
});
