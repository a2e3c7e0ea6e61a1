import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { CSI, expect, type Playground, test } from './support/visit.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const SMALL = `apiVersion: v1
kind: PersistentVolume
metadata: {name: small}
spec:
  storageClassName: manual
  capacity: {storage: 5Gi}
  accessModes: [ReadWriteOnce]
  hostPath: {path: /mnt/small}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: mine}
spec:
  storageClassName: manual
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 10Gi}}
`;

const comparison = ({ page }: Playground) => page.getByRole('region', { name: 'Comparison of two runs' });
const differences = (playground: Playground) =>
  comparison(playground).getByRole('region', { name: 'Differences', exact: true });
const row = (playground: Playground, text: string | RegExp) =>
  differences(playground).getByRole('row').filter({ hasText: text });

/** Applies a claim that waits, and then, before its first step, one that binds: the run forks there. */
async function fork(playground: Playground): Promise<void> {
  await playground.apply(SMALL);
  await playground.page.evaluate(() => window.playground.seek(0));
  await playground.apply(SMALL.replace('10Gi', '4Gi'));
}

test('an operation in the past says that the run forks, compares with what it left, and goes back', async ({
  playground,
}) => {
  const { page } = playground;
  await playground.apply(SMALL);
  const left = await playground.page.evaluate(() => window.playground.hash());
  await page.evaluate(() => window.playground.seek(1));
  await playground.apply(SMALL.replace('10Gi', '4Gi'));
  const notice = page.getByText('At step 1 this run leaves the one that was here, which is not lost.');
  await expect(notice).toBeVisible();
  await playground.button('Compare').click();

  await expect(differences(playground)).toContainText('Step 2 is the first that differs');
  await expect(page.getByRole('region', { name: 'Storage graph of this run' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Storage graph of the other run' })).toBeVisible();
  expect((await playground.state()).step).toBe(2);
  await expect(row(playground, 'spec.resources.requests.storage')).toHaveText(/4Gi\s*10Gi/);
  await expect(row(playground, 'spec.volumeName')).toHaveText(/small\s*not set/);
  await expect(row(playground, 'status.phase').first()).toHaveText(/Bound\s*Pending/);

  await comparison(playground).getByRole('button', { name: 'Return to the other run' }).click();
  await expect(comparison(playground)).toBeHidden();
  await playground.atRest();
  expect(await page.evaluate(() => window.playground.hash())).toBe(left);
  await expect(playground.region('Manifest editor')).toContainText('10Gi');
});

test('both playheads move together by virtual time, to the end of the longer run', async ({ playground }) => {
  const { page } = playground;
  await fork(playground);
  await playground.button('Compare').click();
  const both = comparison(playground).getByRole('slider', { name: 'Time in both runs' });
  await expect(differences(playground)).toContainText(/Step \d+ is the first that differs/);
  const stepsOf = async (): Promise<readonly number[]> =>
    (
      await comparison(playground)
        .getByText(/^step \d+ of \d+$/)
        .allTextContents()
    ).map((text) => Number(/\d+/.exec(text)?.[0]));
  await both.focus();
  await page.keyboard.press('Home');
  expect(await stepsOf()).toEqual([0, 0]);
  await expect(both).toHaveAttribute('aria-valuetext', '00:00.000, step 0 here and step 0 in the other run');
  await page.keyboard.press('ArrowRight');
  expect(await stepsOf()).toEqual([1, 1]);
  await page.keyboard.press('End');
  const [here = 0, there = 0] = await stepsOf();
  const { step, steps } = await playground.state();
  expect([step, here]).toEqual([steps, steps]);
  await expect(comparison(playground).getByText(`step ${there} of ${there}`)).toHaveCount(1);
  await expect(playground.button('Jump to end')).toHaveAttribute('aria-disabled', 'true');
  await page.evaluate(() => window.playground.seek(1));
  expect(await stepsOf()).toEqual([1, 1]);

  await differences(playground).getByRole('button', { name: 'At the playheads' }).click();
  await expect(differences(playground)).toContainText('Every object is the same in both.');
  await differences(playground).getByRole('button', { name: 'Go there' }).click();
  await expect(differences(playground)).not.toContainText('Every object is the same in both.');
  await comparison(playground).getByRole('button', { name: 'Leave the comparison' }).click();
  await expect(playground.region('Manifest editor')).toBeVisible();
});

test('objects with generated names are told by what they are for; what only one run has is listed as such', async ({
  playground,
}) => {
  const { page } = playground;
  await playground.apply(CSI);
  await page.evaluate(() => window.playground.seek(0));
  await playground.apply(`${CSI}---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: more}
spec:
  storageClassName: fast
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
`);
  await playground.button('Compare').click();
  await expect(row(playground, 'more').first()).toHaveText(/PersistentVolumeClaim\s*Bound\s*is not there/);
  await expect(row(playground, /PersistentVolume\s*Bound\s*is not there/)).toHaveCount(1);
  await differences(playground).getByRole('button', { name: 'more', exact: true }).click();
  await expect(playground.region('Inspector').getByRole('heading', { level: 2 })).toContainText('more');
});

test('what a change that was tried has left can be compared, too', async ({ playground }) => {
  const { page } = playground;
  await playground.apply(SMALL);
  await playground.button('Jump to end').click();
  await playground.node('PersistentVolumeClaim', 'mine').click();
  await page.getByRole('button', { name: /^Try Ask for 5Gi/ }).click();
  await playground.button('Compare').click();
  await expect(row(playground, 'spec.resources.requests.storage')).toHaveText(/5Gi\s*10Gi/);
});

test('an earlier run is found in the palette, to go back to and to compare with', async ({ playground }) => {
  const { page } = playground;
  await playground.apply(SMALL);
  await playground.apply(CSI);
  const find = async (text: string): Promise<void> => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Find or run' }).fill(text);
  };
  await find('compare with the earlier run mine');
  await page
    .getByRole('option', {
      name: /^Compare with the earlier run of .*: PersistentVolume small, PersistentVolumeClaim mine/,
    })
    .first()
    .click();
  await expect(differences(playground)).toContainText(/Step \d+ is the first that differs/);
  await expect(comparison(playground).getByText(/^The other run: kept /)).toBeVisible();
  await comparison(playground).getByRole('button', { name: 'Leave the comparison' }).click();
  await find('earlier run of mine');
  await page
    .getByRole('option', { name: /^Earlier run of .*PersistentVolumeClaim mine/ })
    .first()
    .click();
  await expect(page.getByText('The earlier state was opened.')).toBeVisible();
  await expect(playground.region('Manifest editor')).toContainText('name: mine');
});

test('a recording from a file is compared; a file without one says so', async ({ playground }) => {
  const { page } = playground;
  await playground.apply(SMALL);
  await page.keyboard.press('Escape');
  await playground.button('Export').click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Recording, JSON' }).click();
  const recording = readFileSync(await (await download).path());
  await page.keyboard.press('Escape');
  await page.evaluate(() => window.playground.reset());
  await playground.apply(SMALL.replace('10Gi', '3Gi'));

  const openChooser = async (): Promise<void> => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Find or run' }).fill('compare this run');
    await page.getByRole('option', { name: 'Compare this run with another one' }).click();
    await expect(page.getByRole('dialog', { name: 'Compare this run' })).toBeVisible();
  };
  await openChooser();
  const chooser = page.getByRole('dialog', { name: 'Compare this run' }).locator('input[type="file"]');
  await chooser.setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer: Buffer.from('{"kind":"Pod"}') });
  await expect(page.getByText('a.json holds no run that this page has saved')).toBeVisible();
  await chooser.setInputFiles({ name: 'run.json', mimeType: 'application/json', buffer: recording });
  await expect(comparison(playground).getByText('The other run: from run.json')).toBeVisible();
  await expect(row(playground, 'spec.resources.requests.storage')).toHaveText(/3Gi\s*10Gi/);
});

test('a field of the YAML leads to the step that set it, by mouse and by keys', async ({ playground }) => {
  const { page } = playground;
  await playground.button('Jump to end').click();
  const { step: end } = await playground.state();
  await playground.node('PersistentVolumeClaim', 'data').click();
  await page.getByRole('tab', { name: 'YAML diff' }).click();
  const inspector = playground.region('Inspector');
  const specOf = async (): Promise<unknown> => {
    const { objects } = await playground.state();
    return objects.find(({ kind }) => kind === 'PersistentVolumeClaim')?.['spec'];
  };
  await inspector.getByRole('button', { name: /^added ?\+ volumeName: pvc-/ }).click();
  await expect(
    inspector.getByRole('status').filter({ hasText: 'persistentvolume-binder set spec.volumeName at step' }),
  ).toBeVisible();
  const { step } = await playground.state();
  expect(step).toBeLessThan(end);
  expect(await specOf()).toHaveProperty('volumeName');
  await page.keyboard.press(',');
  expect((await playground.state()).step).toBe(step - 1);
  expect(await specOf()).not.toHaveProperty('volumeName');
  await page.keyboard.press('.');
  await inspector.getByRole('button', { name: `Back to step ${end}` }).click();
  expect((await playground.state()).step).toBe(end);

  await inspector.getByRole('button', { name: /^apiVersion: v1/ }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(inspector.getByRole('button', { name: /^kind: PersistentVolumeClaim/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(inspector.getByText('you set kind at step 1.')).toBeVisible();
  expect((await playground.state()).step).toBe(1);
});

test('any two steps of an object are compared', async ({ playground }) => {
  const { page } = playground;
  await playground.apply(SMALL.replace('10Gi', '4Gi'));
  await playground.button('Jump to end').click();
  await playground.node('PersistentVolumeClaim', 'mine').click();
  await page.getByRole('tab', { name: 'YAML diff' }).click();
  const inspector = playground.region('Inspector');
  await inspector.getByRole('button', { name: 'any two steps' }).click();
  await inspector.getByLabel('Before').selectOption({ index: 0 });
  await expect(inspector.getByText('- phase: Pending', { exact: false }).first()).toBeVisible();
  await expect(inspector.getByText('+ phase: Bound', { exact: false }).first()).toBeVisible();
  const steps = await inspector.getByLabel('After').locator('option').count();
  await inspector.getByLabel('After').selectOption({ index: 0 });
  await expect(inspector.getByText('phase: Bound')).toHaveCount(0);
  expect(steps).toBeGreaterThan(1);
});

test("the header's menu edits, breaks on changes and deletes", async ({ playground }) => {
  const { page } = playground;
  await playground.button('Jump to end').click();
  await playground.node('PersistentVolume').first().click();
  const open = async (): Promise<void> => {
    await playground.region('Inspector').getByRole('button', { name: 'More', exact: true }).click();
    await expect(page.getByRole('menu', { name: 'More' })).toBeVisible();
  };
  await open();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu', { name: 'More' })).toBeHidden();
  await expect(playground.region('Inspector').getByRole('button', { name: 'More', exact: true })).toBeFocused();
  await open();
  await page.getByRole('menuitem', { name: 'Break on change' }).click();
  await open();
  await expect(page.getByRole('menuitem', { name: 'Do not break on change' })).toBeVisible();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  const manifests = playground.region('Manifest editor');
  await expect(manifests).toContainText('kind: PersistentVolumemetadata:');
  await expect(manifests).toContainText('3 documents');
  await expect(manifests).not.toContainText('creationTimestamp');

  await playground.node('Pod', 'web').click();
  await open();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await playground.atRest();
  await playground.button('Jump to end').click();
  expect((await playground.state()).objects.some(({ metadata }) => metadata.name === 'web')).toBe(false);
});

test('a fault of the recording is stepped over, changed and taken out', async ({ playground }) => {
  const { page } = playground;
  await playground.button('Jump to end').click();
  const { steps } = await playground.state();
  await page.evaluate(() => window.playground.seek(4));
  await playground.button('Faults').click();
  const dialog = page.getByRole('dialog', { name: 'Faults' });
  await dialog.getByRole('button', { name: 'Inject' }).click();
  const recorded = dialog.getByRole('list', { name: 'In this recording' }).getByRole('listitem');
  await expect(recorded).toContainText('CreateVolume of disk.csi.example.com fails INTERNAL, injected fault, ×2');
  const length = async (): Promise<number> => (await playground.state()).steps;
  await expect.poll(length).toBeGreaterThan(steps);

  await recorded.getByRole('button', { name: /^Edit/ }).click();
  await recorded.getByLabel('Calls').fill('3');
  await recorded.getByRole('button', { name: 'Run with the change' }).click();
  await expect(dialog.getByRole('status')).toContainText('Run again. The playhead is at step 5.');
  await expect(recorded).toContainText('×3');
  // Steps of the run come in over a while.
  const failures = async (): Promise<number> => {
    await page.evaluate(() => window.playground.seek(Number.MAX_SAFE_INTEGER));
    return (await playground.state()).events
      .filter(({ reason }) => reason === 'ProvisioningFailed')
      .reduce((sum, { count }) => sum + count, 0);
  };
  await expect.poll(failures).toBe(3);

  await recorded.getByRole('button', { name: /^Remove/ }).click();
  await expect(dialog.getByText('Nothing is made to fail.')).toBeVisible();
  await expect(recorded).toHaveCount(0);
  await expect.poll(length).toBe(steps);
});

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing in a comparison in the ${theme} theme`, async ({ playground }) => {
    test.slow();
    const { page } = playground;
    await playground.open(`?theme=${theme}`);
    await playground.atRest();
    await fork(playground);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const check = async (): Promise<readonly string[]> => {
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run(document));
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
    };
    expect(await check()).toEqual([]);
    await playground.button('Compare').click();
    await expect(differences(playground)).toBeVisible();
    expect(await check()).toEqual([]);
    await comparison(playground).getByRole('button', { name: 'Leave the comparison' }).click();
    await playground.node('PersistentVolumeClaim', 'mine').click();
    await playground.region('Inspector').getByRole('button', { name: 'More', exact: true }).click();
    await expect(page.getByRole('menuitem', { name: 'Compare runs…' })).toBeVisible();
    expect(await check()).toEqual([]);
    await page.getByRole('menuitem', { name: 'Compare runs…' }).click();
    await expect(page.getByRole('dialog', { name: 'Compare this run' })).toBeVisible();
    expect(await check()).toEqual([]);
  });
}
