import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { CSI, expect, test } from './support/visit.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The same claim and pod twice, in two namespaces; the second claim asks for a class that is not there. */
const TWO_NAMESPACES = `${CSI}---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: orders
  namespace: shop
spec:
  storageClassName: nowhere
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
`;

test('the list shows what the graph shows, sorted as one likes, and selects the same', async ({ playground }) => {
  const { page } = playground;
  await playground.apply(CSI);
  await playground.button('Jump to end').click();
  await page.keyboard.press('Escape');
  await playground.region('Storage graph').getByRole('button', { name: 'List view' }).click();
  const grid = page.getByRole('grid', { name: 'Objects at this step' });
  const row = (name: string) => page.locator(`[data-testid="list-row"][data-name="${name}"]`);
  await expect(row('writer')).toContainText('Running');
  await expect(row('logs')).toContainText('Bound');
  await expect(row('logs')).toContainText('fast');
  await expect(row('logs')).toContainText('5Gi');
  expect(page.url()).toContain('view=list');

  await row('logs').click();
  await expect(playground.region('Inspector').getByRole('heading', { name: 'logs' })).toBeVisible();
  await grid.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect(row('writer')).toHaveAttribute('aria-selected', 'true');

  const names = (): Promise<string[]> =>
    page.locator('[data-testid="list-row"]').evaluateAll((rows) =>
      rows
        .map((element) => [Number(element.getAttribute('aria-rowindex')), element.getAttribute('data-kind')] as const)
        .sort(([a], [b]) => a - b)
        .map(([, kind]) => kind ?? ''),
    );
  await page.getByRole('columnheader', { name: 'Kind' }).getByRole('button').click();
  await expect(page.getByRole('columnheader', { name: 'Kind' })).toHaveAttribute('aria-sort', 'ascending');
  const sorted = await names();
  expect(sorted).toEqual([...sorted].sort((a, b) => a.localeCompare(b, 'en')));
  expect(sorted).toContain('PersistentVolumeClaim');

  await page.evaluate(() => window.playground.seek(0));
  await expect(row('writer')).toHaveCount(0);
  await page.keyboard.press('g');
  await expect(playground.node('Pod', 'writer')).toHaveAttribute('data-phase', 'Unborn');
  expect(page.url()).not.toContain('view=list');
});

test('filters hold for graph and list, stay in the address and say when nothing matches', async ({ playground }) => {
  const { page } = playground;
  await playground.apply(TWO_NAMESPACES);
  await playground.button('Jump to end').click();
  await page.getByRole('combobox', { name: 'Namespace' }).selectOption('shop');
  await expect(playground.node('PersistentVolumeClaim', 'orders')).toBeVisible();
  await expect(playground.node('PersistentVolumeClaim', 'logs')).toHaveCount(0);
  await page.getByRole('combobox', { name: 'Namespace' }).selectOption('');
  await page.getByRole('combobox', { name: 'Status' }).selectOption('Waiting or failed');
  await expect(playground.node('PersistentVolumeClaim', 'orders')).toBeVisible();
  await expect(playground.node('Pod', 'writer')).toHaveCount(0);

  await page.reload();
  await playground.atRest();
  await expect(page.getByRole('combobox', { name: 'Status' })).toHaveValue('attention');
  await page.locator('body').press('/');
  await page.keyboard.insertText('nothing of this name');
  await expect(page.getByText('No object matches')).toBeVisible();
  await page.getByRole('button', { name: 'List view' }).click();
  await expect(page.getByText('No object matches')).toBeVisible();
  await playground.button('Clear').click();
  await expect(page.locator('[data-testid="list-row"][data-name="writer"]')).toBeVisible();
  expect(new URL(page.url()).searchParams.get('status')).toBeNull();
});

test('the graph is grouped by class and node', async ({ playground }) => {
  const { page } = playground;
  await playground.apply(TWO_NAMESPACES);
  await playground.button('Jump to end').click();
  const grouping = page.getByRole('combobox', { name: 'Group by' });
  await grouping.selectOption('By class');
  await expect(page.getByText('Class fast', { exact: true })).toBeVisible();
  await expect(page.getByText('Class nowhere', { exact: true })).toBeVisible();
  await grouping.selectOption('By node');
  const node = await page.evaluate(async () => {
    const { objects } = await window.playground.state();
    const pod = objects.find(({ kind }) => kind === 'Pod') as { spec?: { nodeName?: string } } | undefined;
    return pod?.spec?.nodeName ?? '';
  });
  await expect(page.getByText(`Node ${node}`, { exact: true })).toBeVisible();
  await expect(page.getByText('No node', { exact: true })).toBeVisible();
});

test('axe finds nothing in the list, in either theme', async ({ playground }) => {
  const { page } = playground;
  await playground.apply(CSI);
  for (const theme of ['light', 'dark']) {
    await playground.open(`?view=list&theme=${theme}`);
    await playground.atRest();
    await page.evaluate(async () => window.playground.seek((await window.playground.state()).steps));
    await page.locator('[data-testid="list-row"][data-name="logs"]').click();
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run(document));
    expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))).toEqual([]);
  }
});
