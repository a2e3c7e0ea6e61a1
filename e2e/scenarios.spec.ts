import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, HOST_PATH, test } from './support/visit.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

test('a scenario is found and opened with the keyboard, and what was there comes back', async ({ playground }) => {
  const { page } = playground;
  await playground.apply(HOST_PATH);
  await playground.button('Scenarios').focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Scenarios' });
  await expect(dialog.getByRole('option', { name: /^One claim, one disk, one pod/ })).toBeVisible();
  await expect(dialog.getByRole('combobox', { name: 'Search scenarios' })).toBeFocused();
  await page.keyboard.type('smallest fits');
  await expect(dialog.getByRole('option')).toHaveCount(1);
  await expect(dialog.getByRole('option', { name: /^The smallest volume that fits/ })).toContainText('20Gi');
  await page.keyboard.press('Enter');

  await expect(dialog).toBeHidden();
  await expect(playground.region('Storage graph')).toBeFocused();
  await expect(playground.slider).toHaveValue('0');
  await expect(playground.node('PersistentVolumeClaim', 'data')).toHaveAttribute('data-phase', 'Unborn');
  await expect(playground.node('Pod', 'task-pv-pod')).toHaveCount(0);
  await page.keyboard.press('End');
  await expect(playground.node('PersistentVolume', 'medium')).toHaveAttribute('data-phase', 'Bound');
  await expect(playground.node('PersistentVolume', 'small')).toHaveAttribute('data-phase', 'Available');

  await playground.button('Undo').click();
  await expect(playground.node('Pod', 'task-pv-pod')).toBeVisible();
  await expect(playground.node('PersistentVolume', 'medium')).toHaveCount(0);
  await expect(playground.region('Manifest editor')).toContainText('task-pv-');
});

test('Escape closes the list and gives the focus back', async ({ playground }) => {
  const { page } = playground;
  await playground.button('Scenarios').click();
  await expect(page.getByRole('combobox', { name: 'Search scenarios' })).toBeFocused();
  await page.keyboard.type('nothing like it');
  await expect(page.getByText('No scenario matches')).toBeVisible();
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(page.getByRole('dialog').getByRole('option').first()).toBeVisible();
  await page.getByRole('combobox', { name: 'Search scenarios' }).press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(playground.button('Scenarios')).toBeFocused();
});

test('the address opens a scenario with all that is done in it, until something else is done', async ({
  playground,
}) => {
  const { page } = playground;
  await playground.open('?scenario=held-on-another-node');
  await expect(playground.slider).toHaveValue('0');
  const inspector = playground.region('Inspector');
  await expect(inspector.getByText('The disk is held on another node')).toBeVisible();
  await playground.button('Jump to end').click();
  await expect(playground.node('Pod', 'second')).toHaveAttribute('data-phase', 'Running');
  await expect(playground.node('Pod', 'first')).toHaveAttribute('data-phase', 'Gone');
  const { events, settled } = await playground.state();
  expect(settled).toBe(true);
  expect(events.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^Multi-Attach error for volume ".*" Volume is already used by pod\(s\) first$/),
  );

  await inspector.getByRole('button', { name: 'ReadWriteOnce counts nodes, not pods' }).click();
  await expect(inspector.getByText('Two pods on one node use the same ReadWriteOnce claim')).toBeVisible();
  await expect(playground.slider).toHaveValue('0');
  await playground.atRest();
  expect(new URL(page.url()).searchParams.get('scenario')).toBe('once-counts-nodes');

  await playground.apply(HOST_PATH);
  expect(new URL(page.url()).searchParams.get('scenario')).toBeNull();
  await expect(inspector.getByText('ReadWriteOnce counts nodes, not pods')).toHaveCount(0);
});

test('an address with an unknown scenario says so and leaves the work alone', async ({ playground }) => {
  await playground.apply(HOST_PATH);
  await playground.open('?scenario=no-such-one');
  await expect(playground.page.getByText('There is no scenario “no-such-one”.')).toBeVisible();
  await expect(playground.node('Pod', 'task-pv-pod')).toBeVisible();
});

test('what the API server refuses in a scenario stands beside its document', async ({ playground }) => {
  await playground.open('?scenario=quota-refuses');
  const problem = playground.region('Manifest editor').getByRole('list', { name: 'Problems' }).getByRole('listitem');
  await expect(problem).toContainText('persistentvolumeclaims "second" is forbidden: exceeded quota: storage');
  await playground.button('Jump to end').click();
  await expect(playground.node('PersistentVolumeClaim', 'first')).toHaveAttribute('data-phase', 'Bound');
  await expect(playground.node('PersistentVolumeClaim', 'second')).toHaveCount(0);
});

test('the list speaks Chinese, and axe finds nothing in it in either theme', async ({ playground }) => {
  const { page } = playground;
  for (const theme of ['light', 'dark']) {
    await playground.open(`?lang=zh-CN&theme=${theme}`);
    await playground.button('场景').click();
    await expect(page.getByRole('option', { name: /^最小适配原则/ })).toBeVisible();
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run(document));
    expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))).toEqual([]);
  }
});
