import { CSI, expect, HOST_PATH, test } from './support/visit.ts';

test('a reload brings back the text and the run', async ({ playground }) => {
  await playground.apply(CSI);
  await playground.button('Jump to end').click();
  const before = await playground.state();
  const hash = await playground.page.evaluate(() => window.playground.hash());
  await playground.write(`# not applied yet\n${CSI}`);
  await playground.page.reload();
  await playground.atRest();
  await expect(playground.region('Manifest editor')).toContainText('# not applied yet');
  await expect(playground.slider).toHaveValue(String(before.step));
  expect(await playground.state()).toEqual(before);
  expect(await playground.page.evaluate(() => window.playground.hash())).toBe(hash);
});

test('a crash of the engine loses neither text nor run', async ({ playground }) => {
  await playground.apply(CSI);
  await playground.button('Jump to end').click();
  const before = await playground.state();
  await playground.write(`${CSI}# typed\n`);
  const engine = playground.page.workers().find((worker) => worker.url().includes('/worker-'));
  if (engine === undefined) throw new Error('no worker of the engine');
  await engine.evaluate(() => {
    setTimeout(() => {
      throw new Error('out of luck');
    });
  });
  await expect(playground.page.getByText(/The engine stopped unexpectedly \(.*out of luck\)/)).toBeVisible();
  await playground.atRest();
  expect(await playground.state()).toEqual(before);
  await expect(playground.region('Manifest editor')).toContainText('# typed');
});

test('Reset empties the run, keeps the text, and can be undone', async ({ playground }) => {
  await playground.apply(HOST_PATH);
  await playground.button('Jump to end').click();
  const before = await playground.state();
  await playground.button('Reset').click();
  await expect(playground.node('Pod')).toHaveCount(0);
  expect(await playground.state()).toMatchObject({ step: 0, steps: 0 });
  await expect(playground.region('Manifest editor')).toContainText('task-pv-pod');
  await playground.button('Undo').click();
  await expect(playground.node('Pod', 'task-pv-pod')).toHaveAttribute('data-phase', 'Running');
  expect(await playground.state()).toEqual(before);
});

test('without storage the visitor is told once and everything else works', async ({ page }) => {
  await page.addInitScript(() => {
    const refuse = (): never => {
      throw new DOMException('no storage here', 'SecurityError');
    };
    Object.defineProperty(window, 'localStorage', { get: refuse });
    Object.defineProperty(window, 'indexedDB', { get: refuse });
  });
  await page.goto('./');
  await expect(page.getByText('This browser keeps nothing for this page.')).toHaveCount(1);
  const outcome = await page.evaluate((yaml) => window.playground.apply(yaml), HOST_PATH);
  expect(outcome.accepted).toBe(true);
});

test('where Monaco cannot be loaded a plain text field does', async ({ page }) => {
  await page.route(/monacoSetup/, (route) => route.abort());
  await page.goto('./');
  const field = page.getByRole('textbox', { name: 'Manifests, YAML' });
  await field.fill(HOST_PATH);
  await page.getByRole('button', { name: 'Apply' }).click();
  const pod = page.locator('[data-testid="graph-node"][data-kind="Pod"][data-name="task-pv-pod"]');
  await expect(pod).toBeVisible();
  await page.getByRole('button', { name: 'Jump to end' }).click();
  await expect(pod).toHaveAttribute('data-phase', 'Running');
});

test('an operation in the past forks the run there', async ({ playground }) => {
  await playground.apply(HOST_PATH);
  const { steps } = await playground.state();
  await playground.page.evaluate(() => window.playground.seek(3));
  const outcome = await playground.page.evaluate((yaml) => window.playground.apply(yaml), CSI);
  expect(outcome.step).toBeGreaterThan(3);
  const end = await playground.page.evaluate(async () =>
    window.playground.seek((await window.playground.state()).steps),
  );
  const pods = end.objects.filter(({ kind }) => kind === 'Pod').map(({ metadata }) => metadata.name);
  expect(pods).toContain('writer');
  expect(end.steps).toBeGreaterThan(steps);
});
