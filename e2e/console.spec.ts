import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Locator } from '@playwright/test';
import { expect, HOST_PATH, type Playground, test } from './support/visit.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Console {
  readonly region: Locator;
  readonly log: Locator;
  readonly line: Locator;
  /** Runs a line and waits until it has been answered. */
  run(line: string): Promise<Locator>;
}

async function openConsole({ page }: Playground): Promise<Console> {
  await page.getByRole('tab', { name: 'Console' }).click();
  const region = page.getByRole('region', { name: 'Console', exact: true });
  const log = region.getByRole('log');
  const line = region.getByRole('combobox', { name: 'Command line' });
  const entries = log.locator('.console-entry');
  return {
    region,
    log,
    line,
    run: async (text) => {
      const count = await entries.count();
      await line.fill(text);
      await line.press('Enter');
      await expect(entries).toHaveCount(count + 1);
      await expect(region).toHaveAttribute('aria-busy', 'false');
      return entries.last();
    },
  };
}

test('the console answers at the playhead, and its operations show in graph and timeline', async ({ playground }) => {
  await playground.apply(HOST_PATH);
  await playground.button('Jump to end').click();
  const console = await openConsole(playground);
  await expect(await console.run('kubectl get pvc')).toContainText(/task-pv-claim +Bound +task-pv-volume +10Gi +RWO/);

  await playground.page.evaluate(() => window.playground.seek(1));
  await expect(await console.run('kubectl get pv -o name')).toContainText('persistentvolume/task-pv-volume');
  await expect(await console.run('kubectl get pods')).toContainText('No resources found in default namespace.');
  const { steps } = await playground.state();
  expect((await playground.state()).step).toBe(1);

  await playground.button('Jump to end').click();
  const deleted = await console.run('kubectl delete pod task-pv-pod');
  await expect(deleted).toContainText('pod "task-pv-pod" deleted from default namespace');
  const after = await playground.state();
  expect(after.step).toBeGreaterThan(steps);
  await expect(playground.node('Pod', 'task-pv-pod')).toHaveAttribute('data-phase', 'Gone');
  await expect(await console.run('kubectl get pods | wc -l')).toContainText('0');
});

test('errors are marked, and what was run comes back with the arrows', async ({ playground }) => {
  const console = await openConsole(playground);
  const failed = await console.run('kubectl get pvc ghost');
  await expect(failed).toContainText('Error from server (NotFound): persistentvolumeclaims "ghost" not found');
  await expect(failed.getByText('Error', { exact: true })).toBeVisible();
  await console.run('kubectl get nodes');
  await console.line.press('ArrowUp');
  await expect(console.line).toHaveValue('kubectl get nodes');
  await console.line.press('ArrowUp');
  await expect(console.line).toHaveValue('kubectl get pvc ghost');
  await console.line.press('ArrowDown');
  await console.line.press('ArrowDown');
  await expect(console.line).toHaveValue('');
  await playground.page.reload();
  const again = await openConsole(playground);
  await again.line.press('ArrowUp');
  await expect(again.line).toHaveValue('kubectl get nodes');
});

test('Tab completes what is there, and leaves an empty line', async ({ playground }) => {
  const console = await openConsole(playground);
  await console.line.fill('kubectl get no');
  await console.line.press('Tab');
  await expect(console.line).toHaveValue('kubectl get no');
  const list = console.region.getByRole('listbox');
  await expect(list.getByRole('option')).toHaveText(['no', 'nodes']);
  await console.line.press('Tab');
  await expect(list.getByRole('option', { name: 'nodes' })).toHaveAttribute('aria-selected', 'true');
  await console.line.press('Enter');
  await expect(console.line).toHaveValue('kubectl get nodes ');
  await console.line.press('Tab');
  await expect(console.line).toHaveValue(/^kubectl get nodes node-$/);
  await console.line.fill('');
  await console.line.press('Tab');
  await expect(console.line).not.toBeFocused();
});

test('axe finds nothing in the console', async ({ playground }) => {
  const { page } = playground;
  const console = await openConsole(playground);
  await console.run('kubectl get pvc ghost');
  await console.run('kubectl get nodes');
  await console.line.fill('kubectl get no');
  await console.line.press('Tab');
  await expect(console.region.getByRole('listbox')).toBeVisible();
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  expect(violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])).toEqual([]);
});

test('a here-document is written in several lines and applied', async ({ playground }) => {
  const console = await openConsole(playground);
  await console.line.fill("kubectl apply -f - <<'EOF'");
  await console.line.press('Enter');
  const field = console.region.getByRole('textbox', { name: 'Command line' });
  await expect(field).toBeFocused();
  await playground.page.keyboard.insertText(`${HOST_PATH.split('---')[0]?.trimEnd()}\nEOF`);
  await field.press('Enter');
  await expect(console.log).toContainText('persistentvolume/task-pv-volume created');
  await expect(playground.node('PersistentVolume', 'task-pv-volume')).toHaveAttribute(
    'data-phase',
    /Pending|Available/,
  );
});
