import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { CSI, expect, type Playground, test } from './support/visit.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A pod of a CSI driver with an unused emptyDir; beside it a claim that every volume refuses. */
const CHAIN = `${CSI}    - name: scratch
      emptyDir: {}
---
apiVersion: v1
kind: PersistentVolume
metadata:
  name: small
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  nfs: {server: nas-1, path: /small}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: archive
spec:
  storageClassName: ""
  accessModes: [ReadWriteMany]
  resources: {requests: {storage: 20Gi}}
`;

/** Pods with a claim each; every tenth asks for a class that is not there. */
function many(pods: number): string {
  const documents = Array.from({ length: pods }, (_, index) => {
    const storageClass = index % 10 === 3 ? 'nowhere' : 'fast';
    return `---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: c${index}}
spec: {storageClassName: ${storageClass}, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: p${index}}
spec:
  containers: [{name: main, image: busybox, volumeMounts: [{name: data, mountPath: /data}]}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: c${index}}}]
`;
  });
  return `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: disk.csi.example.com
${documents.join('')}`;
}

async function run(playground: Playground, text: string): Promise<void> {
  await playground.page.evaluate((yaml) => window.playground.apply(yaml), text);
  await playground.atRest();
  await playground.button('Jump to end').click();
  await playground.page.keyboard.press('Escape');
}

const violations = async (playground: Playground): Promise<readonly string[]> => {
  await playground.page.evaluate(axe);
  const found = await playground.page.evaluate(() => window.axe.run(document));
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
};

test('a closer look shows a whole chain, its lines to the rail, and all that a card has no room for', async ({
  playground,
}) => {
  const { page } = playground;
  await run(playground, CHAIN);
  await expect(page.getByTestId('rail-lines')).toHaveCount(0);
  await playground.node('Pod', 'writer').hover();
  await expect(playground.node('PersistentVolumeClaim', 'logs')).toHaveClass(/is-chain/);
  await expect(playground.node('PersistentVolumeClaim', 'archive')).toHaveClass(/is-dim/);
  await expect(page.getByTestId('rail-lines')).toHaveAttribute('d', /^M.+V.+H.+V/);
  const card = page.getByTestId('hover-card');
  await expect(card).toContainText('writer');
  await expect(card).toContainText('mounted');
  await expect(card).toContainText('kube-api-access-');
  await page.keyboard.press('Escape');
  await page.mouse.move(5, 5);
  await expect(card).toHaveCount(0);
  await expect(playground.node('PersistentVolumeClaim', 'archive')).not.toHaveClass(/is-dim/);

  await playground.node('Node', 'node-1').hover();
  await expect(playground.node('PersistentVolumeClaim', 'archive')).toHaveClass(/is-dim/);
});

test('a refused claim shows its crosses at full strength and what lost a step back', async ({ playground }) => {
  await run(playground, CHAIN);
  await playground.node('PersistentVolumeClaim', 'archive').click();
  await playground.page.mouse.move(5, 5);
  await expect(playground.node('PersistentVolume', 'small')).toHaveClass(/is-loser/);
  await expect(playground.edge('rejected')).toHaveCount(2);
  await expect(playground.edge('rejected').first()).not.toHaveClass(/is-dim/);
});

test('a card is heard with its volumes and how far each has come', async ({ playground }) => {
  await run(playground, CHAIN);
  const writer = playground.page.getByRole('button', { name: /^Pod writer, Running on node-\d\. / });
  await expect(writer).toHaveAccessibleName(/Volume logs: mounted\. Claims logs\./);
  await expect(playground.node('InlineVolume', 'writer/scratch')).toContainText('not used');
});

test('the graph works by keys: along the chain, actions, fit', async ({ playground }) => {
  const { page } = playground;
  await run(playground, CHAIN);
  await playground.node('Pod', 'writer').focus();
  await page.keyboard.press('ArrowRight');
  await expect(playground.node('PersistentVolumeClaim', 'logs')).toBeFocused();
  await page.keyboard.press('Shift+F10');
  const menu = page.getByRole('menu');
  await expect(menu.getByRole('menuitem', { name: 'Delete' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(menu).toHaveCount(0);
  await expect(playground.node('PersistentVolumeClaim', 'logs')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(playground.node('PersistentVolumeClaim', 'logs')).toHaveAttribute('aria-current', 'true');

  const zoom = page.getByRole('button', { name: /^\d+%$/ });
  const before = await zoom.textContent();
  await page.keyboard.press('Shift+F');
  await expect(zoom).not.toHaveText(before ?? '');
  await page.keyboard.press('f');
  await expect(zoom).toHaveText(before ?? '');
});

test('drivers are on the rail on demand', async ({ playground }) => {
  await run(playground, CHAIN);
  await expect(playground.node('CSIDriver')).toHaveCount(0);
  const more = playground.page.getByRole('button', { name: /^\d+ more$/ });
  await more.click();
  await expect(playground.node('CSIDriver').first()).toBeVisible();
  await expect(playground.node('CSINode', 'node-1')).toContainText('driver');
});

test('of many objects calm groups are a line in words, and what waits is open', async ({ playground }) => {
  const { page } = playground;
  await run(playground, many(24));
  const group = (name: string) => page.locator(`[data-testid="graph-group"][data-name="${name}"]`);
  await expect(group('p1')).toContainText('1 Running');
  await expect(group('p1')).toHaveAccessibleName(/^Open the group of p1\. Pod: 1 Running\. PVC: 1 Bound\./);
  await expect(playground.node('Pod', 'p3')).toHaveAttribute('data-phase', 'Pending');

  await group('p1').click();
  await expect(playground.node('Pod', 'p1')).toBeVisible();
  await playground.node('Pod', 'p1').focus();
  await page.keyboard.press('Backspace');
  await expect(playground.node('Pod', 'p1')).toHaveCount(0);
  await expect(group('p1')).toBeFocused();
});

test('of very many objects there are bars of counts, three open groups, and a filter at hand', async ({
  playground,
}) => {
  test.slow();
  const { page } = playground;
  await run(playground, many(110));
  const group = (name: string) => page.locator(`[data-testid="graph-group"][data-name="${name}"]`);
  await expect(group('p0').locator('.bar-part')).toHaveCount(4);
  for (const name of ['p0', 'p1', 'p2', 'p3']) await group(name).click();
  await expect(playground.node('Pod', 'p1')).toBeVisible();
  await expect(playground.node('Pod', 'p3')).toBeVisible();
  await expect(group('p0')).toBeVisible();

  await playground.region('Storage graph').getByRole('button', { name: 'Waiting or failed' }).click();
  await expect(group('p0')).toHaveCount(0);
  await expect(playground.node('Pod', 'p3')).toBeVisible();
  expect(new URL(page.url()).searchParams.get('status')).toBe('attention');
});

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing while a chain is looked at or a claim is refused, in the ${theme} theme`, async ({
    playground,
  }) => {
    test.slow();
    const { page } = playground;
    await playground.open(`?theme=${theme}`);
    await playground.atRest();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await run(playground, CHAIN);
    await playground.node('PersistentVolumeClaim', 'archive').click();
    await page.mouse.move(5, 5);
    await expect(playground.node('PersistentVolume', 'small')).toHaveClass(/is-loser/);
    expect(await violations(playground)).toEqual([]);
    await playground.node('Pod', 'writer').hover();
    await expect(page.getByTestId('hover-card')).toBeVisible();
    expect(await violations(playground)).toEqual([]);
    await page.mouse.move(5, 5);
    // A half bind has a label, which steps back, too.
    const { steps } = await playground.state();
    const halfBound = playground.edge('half-bound').locator('.e-label');
    for (let step = 1; step < steps && (await halfBound.count()) === 0; step += 1) {
      await page.evaluate((to) => window.playground.seek(to), step);
    }
    await expect(halfBound).toHaveText('claimRef');
    await playground.node('Node', 'node-3').hover();
    await expect(playground.node('PersistentVolumeClaim', 'logs')).toHaveClass(/is-dim/);
    expect(await violations(playground)).toEqual([]);
  });
}

test('in a narrow window one panel shows at a time, and nothing lies over the switch', async ({ playground }) => {
  const { page } = playground;
  await page.setViewportSize({ width: 800, height: 1000 });
  await run(playground, CHAIN);
  await expect(page.locator('.notice')).toBeVisible();
  const panels = page.getByRole('navigation', { name: 'Panels' });
  for (const [button, region] of [
    ['Manifests', 'Manifest editor'],
    ['Inspector', 'Inspector'],
    ['Timeline', 'Timeline'],
    ['Graph', 'Storage graph'],
  ] as const) {
    await panels.getByRole('button', { name: button }).click();
    await expect(playground.region(region)).toBeVisible();
  }
  await expect(playground.region('Manifest editor')).toBeHidden();
});

test('in forced colours states keep their borders, patterns and words', async ({ playground }) => {
  const { page } = playground;
  await page.emulateMedia({ forcedColors: 'active' });
  await run(playground, CHAIN);
  await expect(playground.node('Pod', 'writer')).toContainText('Running');
  const look = (selector: string, property: string): Promise<string> =>
    page
      .locator(selector)
      .first()
      .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
  const ink = await look('body', 'color');
  expect(await look('.graph .path i.d', 'background-color')).toBe(ink);
  expect(await look('.graph .e-mounted', 'stroke')).toBe(ink);
  await page.evaluate(() => window.playground.seek(1));
  expect(await look('.graph .node.is-unborn', 'border-top-style')).toBe('dotted');
});

test('with reduced motion nothing travels, and what a step changed is underlined', async ({ playground }) => {
  const { page } = playground;
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await run(playground, CHAIN);
  const { steps } = await playground.state();
  await page.evaluate((step) => window.playground.seek(step), steps);
  let underlined = 0;
  for (let step = 1; step <= 8; step += 1) {
    await page.evaluate((to) => window.playground.seek(to), step);
    underlined += await page.locator('.node.is-changed').count();
    await expect(page.locator('.ball')).toHaveCount(0);
  }
  expect(underlined).toBeGreaterThan(0);
});
