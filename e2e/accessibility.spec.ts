import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, HOST_PATH, test } from './support/visit.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

declare global {
  interface Window {
    axe: { run(root: Document): Promise<AxeResults> };
  }
}

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing in the ${theme} theme`, async ({ playground }) => {
    test.slow();
    const { page } = playground;
    await playground.open(`?theme=${theme}`);
    await playground.apply(HOST_PATH);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const check = async (): Promise<readonly string[]> => {
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run(document));
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
    };
    await playground.button('Jump to end').click();
    expect(await check()).toEqual([]);
    await playground.node('PersistentVolumeClaim', 'task-pv-claim').click();
    expect(await check()).toEqual([]);
    await page.getByRole('tab', { name: 'Events' }).click();
    expect(await check()).toEqual([]);
    await page.getByRole('tab', { name: 'YAML diff' }).click();
    await expect(page.getByText('+ status:')).toBeVisible();
    expect(await check()).toEqual([]);
    await page.getByRole('tab', { name: 'History' }).click();
    await expect(playground.button('Next change of this object')).toBeVisible();
    expect(await check()).toEqual([]);
    await page.getByRole('tab', { name: 'Calls' }).click();
    await expect(page.getByRole('heading', { name: 'Never called' })).toBeVisible();
    expect(await check()).toEqual([]);
    await playground.button('Faults').click();
    await expect(page.getByRole('dialog', { name: 'Faults' }).getByText('Nothing is made to fail.')).toBeVisible();
    expect(await check()).toEqual([]);
  });
}
