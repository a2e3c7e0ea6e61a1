import { CSI, expect, HOST_PATH, test } from './support/visit.ts';

test('a first visit shows a small scenario at rest before its first step', async ({ playground }) => {
  await expect(playground.slider).toHaveValue('0');
  await expect(playground.page.getByText('Press Play, or Space').first()).toBeVisible();
  await expect(playground.node('Pod', 'web')).toHaveAttribute('data-phase', 'Unborn');
  await expect(playground.node('PersistentVolumeClaim', 'data')).toHaveAttribute('data-phase', 'Unborn');
  for (const name of ['Manifest editor', 'Storage graph', 'Inspector', 'Timeline'] as const) {
    await expect(playground.region(name)).toBeVisible();
  }
  await playground.button('Play').click();
  await expect(playground.node('Pod', 'web')).toHaveAttribute('data-phase', 'Running', { timeout: 40_000 });
});

test('a hostPath volume binds and its pod runs, and all of it can be stepped back and forward', async ({
  playground,
}) => {
  await playground.page.emulateMedia({ reducedMotion: 'reduce' });
  await playground.apply(HOST_PATH);
  await playground.button('Jump to end').click();
  await expect(playground.node('Pod', 'task-pv-pod')).toHaveAttribute('data-phase', 'Running');
  await expect(playground.node('PersistentVolumeClaim', 'task-pv-claim')).toHaveAttribute('data-phase', 'Bound');
  await expect(playground.node('PersistentVolume', 'task-pv-volume')).toHaveAttribute('data-phase', 'Bound');
  await expect(playground.edge('bound')).toHaveCount(1);

  const pictureNow = (): Promise<string> =>
    playground.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('[data-testid="graph-node"], [data-testid="graph-edge"]')]
        .map(({ dataset }) =>
          JSON.stringify([dataset['name'], dataset['phase'], dataset['relation'], dataset['from'], dataset['to']]),
        )
        .sort()
        .join('\n'),
    );
  const { steps } = await playground.state();
  expect(steps).toBeGreaterThan(8);
  const backwards: string[] = [];
  for (let step = steps; step > 0; step -= 1) {
    await expect(playground.slider).toHaveValue(String(step));
    backwards.unshift(await pictureNow());
    await playground.button('Step back').click();
  }
  await expect(playground.slider).toHaveValue('0');
  for (const kind of ['Pod', 'PersistentVolumeClaim', 'PersistentVolume']) {
    await expect(playground.node(kind)).toHaveAttribute('data-phase', 'Unborn');
  }
  expect((await playground.state()).objects.filter(({ kind }) => kind === 'Pod')).toEqual([]);

  const forwards: string[] = [];
  for (let step = 1; step <= steps; step += 1) {
    await playground.button('Step forward').click();
    await expect(playground.slider).toHaveValue(String(step));
    forwards.push(await pictureNow());
  }
  expect(forwards).toEqual(backwards);
  await expect(playground.node('Pod', 'task-pv-pod')).toHaveAttribute('data-phase', 'Running');
});

test('a CSI volume is provisioned, attached, staged and mounted before its pod runs', async ({ playground }) => {
  await playground.apply(CSI);
  const { steps } = await playground.state();
  const seen: Record<string, number> = {};
  for (let step = 1; step <= steps; step += 1) {
    await playground.page.evaluate((to) => window.playground.seek(to), step);
    await expect(playground.slider).toHaveValue(String(step));
    for (const relation of ['half-bound', 'bound', 'attaching', 'attached', 'staged', 'mounted']) {
      if ((await playground.edge(relation).count()) > 0) seen[relation] ??= step;
    }
    const pod = playground.node('Pod', 'writer');
    if ((await pod.getAttribute('data-phase')) === 'Running') seen['running'] ??= step;
  }
  const order = Object.entries(seen)
    .sort(([, a], [, b]) => a - b)
    .map(([what]) => what);
  expect(order).toEqual(['half-bound', 'bound', 'attaching', 'attached', 'staged', 'mounted', 'running']);
});

test('the inspector gives the recorded reason, the exact Events and what changed in the YAML', async ({
  playground,
}) => {
  await playground.apply(`${HOST_PATH.split('---')[0]}---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: big}
spec:
  storageClassName: manual
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 30Gi}}
`);
  await playground.button('Jump to end').click();
  const inspector = playground.region('Inspector');
  await expect(inspector.getByText('Needs attention')).toBeVisible();
  await inspector.getByRole('button', { name: /big/ }).click();
  await expect(inspector.getByText('The class manual does not exist.')).toBeVisible();
  const candidate = inspector.getByRole('listitem').filter({ hasText: 'task-pv-volume' });
  await expect(candidate).toContainText('capacity');
  await expect(candidate).toContainText('10Gi');
  await expect(candidate).toContainText('30Gi');
  await inspector.getByRole('tab', { name: 'Events' }).click();
  await expect(inspector.getByText('storageclass.storage.k8s.io "manual" not found')).toBeVisible();
  await inspector.getByRole('tab', { name: 'YAML diff' }).click();
  await expect(inspector.getByText('+ status:')).toBeVisible();
  await expect(inspector.getByText('+   phase: Pending')).toBeVisible();
});

test('everything can be done with the keyboard alone', async ({ playground }) => {
  const { page } = playground;
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the manifest editor' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(playground.region('Manifest editor')).toBeFocused();

  await playground.write(HOST_PATH);
  await page.keyboard.press('Control+Enter');
  await playground.atRest();
  await page.keyboard.press('F6');
  await expect(playground.region('Storage graph')).toBeFocused();
  await page.keyboard.press('Home');
  await expect(playground.slider).toHaveValue('0');
  await page.keyboard.press('.');
  await expect(playground.slider).toHaveValue('1');
  await page.keyboard.press('.');
  await page.keyboard.press(',');
  await expect(playground.slider).toHaveValue('1');
  await page.keyboard.press('Space');
  await expect(playground.button('Pause')).toBeVisible();
  await page.keyboard.press('Space');
  await expect(playground.button('Play')).toBeVisible();
  await page.keyboard.press('End');
  await expect(playground.node('Pod', 'task-pv-pod')).toHaveAttribute('data-phase', 'Running');

  await page.keyboard.press('Tab');
  for (let presses = 0; presses < 20; presses += 1) {
    if (
      await page.evaluate(
        () =>
          document.activeElement?.getAttribute('data-testid') === 'graph-node' &&
          document.activeElement.hasAttribute('data-slot'),
      )
    )
      break;
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  const inspector = playground.region('Inspector');
  await expect(inspector.getByRole('tab', { name: 'Why' })).toBeVisible();
  await page.keyboard.press('2');
  await expect(inspector.getByRole('tab', { name: 'Events' })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('3');
  await expect(inspector.getByRole('tab', { name: 'YAML diff' })).toHaveAttribute('aria-selected', 'true');
  // The closer look at the card with the focus closes first.
  await expect(page.getByTestId('hover-card')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('hover-card')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(inspector.getByRole('tab', { name: 'Why' })).toHaveCount(0);
  await page.keyboard.press('Shift+F6');
  await expect(playground.region('Manifest editor')).toBeFocused();
});

test('an embedding page can apply, step and read the state', async ({ playground }) => {
  const { page } = playground;
  const outcome = await page.evaluate((yaml) => window.playground.apply(yaml), HOST_PATH);
  expect(outcome.accepted).toBe(true);
  const after = await playground.state();
  expect(after.step).toBe(outcome.step);
  const end = await page.evaluate(async () => window.playground.seek((await window.playground.state()).steps));
  expect(end.settled).toBe(true);
  expect(end.objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toContain('Pod/task-pv-pod');
  expect(end.events.map(({ reason }) => reason)).toContain('Scheduled');
  const back = await page.evaluate(() => window.playground.step(-1));
  expect(back.step).toBe(end.step - 1);
  const answered = await page.evaluate(
    () =>
      new Promise((resolve) => {
        window.addEventListener('message', ({ data }) => {
          if (data.playground === 'answer') resolve(data);
        });
        window.postMessage({ playground: 'seek', args: [2], id: 7 }, window.location.origin);
      }),
  );
  expect(answered).toMatchObject({ playground: 'answer', id: 7, result: { step: 2 } });
  const empty = await page.evaluate(() => window.playground.reset());
  expect(empty).toMatchObject({ step: 0, steps: 0 });
});

test('the language and the theme can be changed and are kept', async ({ playground }) => {
  const { page } = playground;
  await playground.button('Dark theme').click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await playground.button('中文').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(page.getByRole('button', { name: '应用' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: '应用' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.goto('./?lang=en&theme=light');
  await expect(playground.button('Apply')).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
});
