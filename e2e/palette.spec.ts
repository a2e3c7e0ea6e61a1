import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Locator, Page } from '@playwright/test';
import { CSI, expect, type Playground, test } from './support/visit.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(() =>
    (window as unknown as { axe: { run(root: Document): Promise<AxeResults> } }).axe.run(document),
  );
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

function field(page: Page): Locator {
  return page.getByRole('combobox', { name: 'Find or run' });
}

/** Opens the palette, writes into it and takes the first of what it finds. */
async function choose({ page }: Playground, query: string, expected: string | RegExp): Promise<void> {
  await page.keyboard.press('Control+k');
  await field(page).fill(query);
  await expect(page.getByRole('dialog').getByRole('option').first()).toContainText(expected);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
}

test('the palette goes to steps, objects and Events, and does what the page can do', async ({ playground }) => {
  const { page } = playground;
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await playground.apply(CSI);
  const { steps } = await playground.state();

  // From the text field of the editor, too.
  await playground.editor.focus();
  await choose(playground, `step ${steps - 1}`, `Go to step ${steps - 1} of ${steps}`);
  await expect(playground.slider).toHaveValue(String(steps - 1));

  await choose(playground, 'logs', 'logs');
  await expect(playground.node('PersistentVolumeClaim', 'logs')).toHaveAttribute('aria-current', 'true');

  await choose(playground, 'Successfully assigned', /^Scheduled: Successfully assigned default\/writer/);
  await expect(playground.node('Pod', 'writer')).toHaveAttribute('aria-current', 'true');
  await expect(playground.region('Inspector').getByRole('tab', { name: 'Events' })).toHaveAttribute(
    'aria-selected',
    'true',
  );

  await choose(playground, 'jump to the end', 'Jump to the end');
  await expect(playground.slider).toHaveValue(String(steps));

  await choose(playground, 'kubectl get pvc logs', 'Run kubectl get pvc logs');
  await expect(page.getByRole('tab', { name: 'Console' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByText(/logs +Bound/)).toBeVisible();

  await choose(playground, 'dark theme', 'Dark theme');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');

  await choose(playground, 'smallest volume', 'The smallest volume that fits');
  await playground.atRest();
  await expect(playground.node('PersistentVolumeClaim', 'logs')).toHaveCount(0);
});

test('the palette says when nothing matches, and Escape gives the focus back', async ({ playground }) => {
  const { page } = playground;
  await playground.button('Find').click();
  await field(page).fill('no such thing at all');
  await expect(page.getByText('Nothing matches “no such thing at all”.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(playground.button('Find')).toBeFocused();
});

test('the sheet of keys lists keys that work', async ({ playground }) => {
  const { page } = playground;
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await playground.apply(CSI);
  await playground.button('Jump to end').click();
  await playground.node('PersistentVolumeClaim', 'logs').click();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keys' });
  await expect(sheet.getByText('The next change of the selected object')).toBeVisible();
  await expect(sheet.getByText('Find or run')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);

  // Along the changes of the claim, which are fewer than the steps.
  const { steps } = await playground.state();
  await page.keyboard.press('<');
  const last = Number(await playground.slider.inputValue());
  expect(last).toBeLessThan(steps);
  await page.keyboard.press('<');
  const before = Number(await playground.slider.inputValue());
  expect(before).toBeLessThan(last);
  await page.keyboard.press('>');
  await expect(playground.slider).toHaveValue(String(last));
});

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing on the panels over the page in the ${theme} theme`, async ({ playground }) => {
    const { page } = playground;
    await playground.open(`?theme=${theme}`);
    await playground.atRest();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await playground.apply(CSI);
    for (const name of ['Find', 'Share', 'Export']) {
      await playground.button(name).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await violations(page)).toEqual([]);
  });
}

test('in Chinese, every panel speaks Chinese', async ({ playground }) => {
  const { page } = playground;
  await playground.open('?lang=zh-CN');
  await playground.atRest();
  for (const [button, text] of [
    ['分享', '分享这一步'],
    ['导出', '导出与导入'],
  ] as const) {
    await page.getByRole('button', { name: button, exact: true }).click();
    await expect(page.getByRole('dialog', { name: text })).toBeVisible();
    await page.keyboard.press('Escape');
  }
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: '查找或执行' }).fill('第 2 步');
  await expect(page.getByRole('dialog').getByRole('option').first()).toContainText('转到第 2 步');
});
