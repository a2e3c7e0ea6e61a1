import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Locator } from '@playwright/test';
import { CSI, expect, HOST_PATH, type Playground, test } from './support/visit.ts';

const CLAIM = `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
`;

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostNetwork: true
  containers:
    - name: web
      image: nginx
      livenessProbe:
        httpGet: {port: 80}
`;

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Monaco with its language ready. */
async function ready(playground: Playground, language = 'en'): Promise<Locator> {
  const code = playground.page.locator(`.code[data-assistance="${language}"]`);
  await expect(code).toBeVisible();
  return code;
}

/** Writes a text and leaves the cursor where `|` stands in it. */
async function writeTo(playground: Playground, text: string): Promise<void> {
  const [before = '', after = ''] = text.split('|');
  await playground.write(before + after);
  await playground.page.keyboard.press('Escape');
  await playground.page.keyboard.press('ControlOrMeta+End');
  for (let n = 0; n < after.length; n += 1) await playground.page.keyboard.press('ArrowLeft');
}

/** What the editor proposes where `|` stands. */
async function proposals(playground: Playground, text: string): Promise<Locator> {
  await writeTo(playground, text);
  await playground.page.keyboard.press('Control+Space');
  const rows = playground.page.locator('.suggest-widget.visible .monaco-list-row');
  await expect(rows.first()).toBeVisible();
  return rows;
}

const names = (rows: Locator): Locator => rows.locator('.label-name');

function line(playground: Playground, text: string): Locator {
  return playground.page.locator('.view-line').filter({ hasText: text });
}

test('kinds, fields, values and names of objects are proposed where they may stand', async ({ playground }) => {
  await ready(playground);
  const { keyboard } = playground.page;

  await expect(names(await proposals(playground, 'apiVersion: storage.k8s.io/v1\nkind: |'))).toHaveText([
    'CSIDriver',
    'CSINode',
    'CSIStorageCapacity',
    'StorageClass',
    'VolumeAttachment',
    'VolumeAttributesClass',
  ]);
  await keyboard.press('Escape');

  await expect(names(await proposals(playground, `${CLAIM}  |`))).toHaveText([
    'accessModes',
    'dataSource',
    'dataSourceRef',
    'resources',
    'selector',
    'storageClassName',
    'volumeAttributesClassName',
    'volumeMode',
    'volumeName',
  ]);
  await keyboard.press('Escape');

  for (const list of [`${CLAIM}  accessModes:\n  - |`, `${CLAIM}  accessModes: [|]`]) {
    await expect(names(await proposals(playground, list))).toHaveText([
      'ReadOnlyMany',
      'ReadWriteMany',
      'ReadWriteOnce',
      'ReadWriteOncePod',
    ]);
    await keyboard.press('Escape');
  }

  await expect(names(await proposals(playground, `${CLAIM}  storageClassName: |`))).toHaveText(['shared', 'standard']);
  await keyboard.press('Enter');
  await expect(line(playground, 'storageClassName')).toContainText('storageClassName: shared');

  const volume = '  volumes:\n  - name: v\n    persistentVolumeClaim:\n      claimName: ';
  await expect(names(await proposals(playground, `${CLAIM}---\n${POD}${volume}|`))).toHaveText(['data']);
  await keyboard.press('Escape');

  await expect(
    names(await proposals(playground, 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  nodeName: |')),
  ).toHaveText(['node-1', 'node-2', 'node-3']);
});

test('a cluster is completed, too', async ({ playground }) => {
  await ready(playground);
  await playground.page.getByRole('tab', { name: 'cluster' }).click();
  const cluster = 'apiVersion: playground/v1\nkind: Cluster\nmetadata: {name: a}\nspec:\n  nodes:\n  - name: n\n    |';
  await expect(names(await proposals(playground, cluster))).toHaveText([
    'capacity',
    'labels',
    'region',
    'taints',
    'zone',
  ]);
});

for (const { language, meaning, note } of [
  {
    language: 'en',
    meaning: 'How the volume must be mountable. A volume matches when it offers all of them.',
    note: 'Not simulated: There is no network between pods: names and addresses lead nowhere.',
  },
  {
    language: 'zh-CN',
    meaning: '卷必须支持的挂载方式；卷提供全部这些方式才算匹配。',
    note: '未模拟：Pod 之间没有网络：名称与地址不通向任何地方。',
  },
]) {
  test(`pointing at a field tells type, need and meaning in ${language}`, async ({ playground }) => {
    const { page } = playground;
    await playground.open(`?lang=${language}`);
    await ready(playground, language);
    const editor = page.locator('#editor').getByRole('textbox');
    await editor.focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.insertText(`${CLAIM}  accessModes: [ReadWriteOnce]\n---\n${POD}`);
    await page.keyboard.press('Escape');
    const hover = page.locator('.monaco-hover:not(.hidden)');

    await line(playground, 'accessModes').getByText('accessModes').hover();
    await expect(hover).toContainText('accessModes <[]string> -required-');
    await expect(hover).toContainText(meaning);
    await expect(hover).toContainText('ReadOnlyMany ReadWriteMany ReadWriteOnce ReadWriteOncePod');
    await expect(hover).not.toContainText('Allowed Values');

    await line(playground, 'hostNetwork').getByText('hostNetwork').hover();
    await expect(hover).toContainText(note);
  });
}

test('the key for it tells of the field at the cursor', async ({ playground }) => {
  await ready(playground);
  await writeTo(playground, `${CLAIM}  volume|Mode: Block\n`);
  await playground.page.keyboard.press('F1');
  await expect(playground.page.locator('.monaco-hover:not(.hidden)')).toContainText('volumeMode <string>');
});

test('what the API server would refuse is said while it is written, in its words and once', async ({ playground }) => {
  await ready(playground);
  const problems = playground.region('Manifest editor').getByRole('list', { name: 'Problems' }).getByRole('listitem');
  const claim = (mode: string): string =>
    `${CLAIM}  accessModes: [${mode}]\n  resources:\n    requests:\n      storage: 1Gi\n`;
  const refusal =
    'spec.accessModes: Unsupported value: "ReadWriteEver": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"';

  await playground.write(claim('ReadWriteEver'));
  await expect(problems).toHaveCount(1);
  await expect(problems).toContainText(refusal);
  await expect(problems.getByRole('button', { name: 'line 6' })).toBeVisible();
  await expect(playground.page.locator('.squiggly-error')).toHaveCount(1);

  await playground.button('Apply').click();
  await playground.atRest();
  await expect(problems).toHaveCount(1);
  await expect(playground.page.locator('.squiggly-error')).toHaveCount(1);
  await expect(playground.node('PersistentVolumeClaim', 'data')).toHaveCount(0);

  await playground.write(claim('ReadWriteOnce'));
  await expect(problems).toHaveCount(0);
  await expect(playground.page.locator('.squiggly-error')).toHaveCount(0);
  await expect(playground.region('Manifest editor').getByRole('status')).toContainText('1 document, valid');
});

test('manifests of many kinds have nothing wrong with them', async ({ playground }) => {
  await ready(playground);
  await playground.write(`${HOST_PATH}---\n${CSI}`);
  await expect(playground.region('Manifest editor').getByRole('status')).toContainText('6 documents, valid');
  await expect(playground.page.locator('.squiggly-error, .squiggly-warning')).toHaveCount(0);
});

test('the text is laid out anew by key and by button, and that can be undone', async ({ playground }) => {
  await ready(playground);
  const { keyboard } = playground.page;
  const untidy =
    '# mine\nkind:   ConfigMap\napiVersion: v1\nmetadata: {name: a,   labels: {b: c}}\ndata:\n    x:   "1"';
  const second = 'kind:  ConfigMap\napiVersion: v1\nmetadata: {name:  b}\n';
  await writeTo(playground, `${untidy}\n---\n${second}|`);
  await keyboard.press('Shift+Alt+F');
  await expect(line(playground, 'labels')).toHaveText('metadata: {name: a, labels: {b: c}}');
  await expect(line(playground, 'x:')).toHaveText('  x: "1"');
  await expect(line(playground, '# mine')).toHaveCount(1);
  await expect(line(playground, 'name: b}')).toHaveText('metadata: {name: b}');
  await keyboard.press('ControlOrMeta+z');
  await expect(line(playground, 'x:')).toHaveText('    x:   "1"');
  await playground.region('Manifest editor').getByRole('button', { name: 'Format' }).click();
  await expect(line(playground, 'x:')).toHaveText('  x: "1"');
});

test('what is taken but not simulated is marked at its line, and listed', async ({ playground }) => {
  const { page } = playground;
  await ready(playground);
  await playground.write(POD);
  await expect(line(playground, 'hostNetwork')).toContainText('not simulated');
  await expect(line(playground, 'livenessProbe')).toContainText('not simulated');
  await expect(page.locator('.note-word')).toHaveCount(2);
  await expect(page.locator('.noted')).toHaveText(['hostNetwork', 'livenessProbe']);

  const editor = playground.region('Manifest editor');
  await expect(editor.getByRole('status')).toContainText('1 document, valid');
  await editor.getByText('2 fields accepted, but not simulated').click();
  const notes = editor.getByRole('list', { name: 'Not simulated' }).getByRole('listitem');
  await expect(notes).toHaveText([
    /line 6\s*spec\.hostNetwork\s*There is no network between pods/,
    /line 10\s*spec\.containers\[0\]\.livenessProbe\s*Probes are not run/,
  ]);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  expect(violations.map(({ id }) => id)).toEqual([]);

  // The mark is no part of the text.
  await playground.button('Apply').click();
  await playground.atRest();
  await playground.button('Jump to end').click();
  await expect(playground.node('Pod', 'web')).toHaveAttribute('data-phase', 'Running');
});

test('a mark selects its object, and a selected object shows its document', async ({ playground }) => {
  const { page } = playground;
  await ready(playground);
  const filler = Array.from(
    { length: 12 },
    (_, n) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: filler-${n}\n---\n`,
  ).join('');
  await playground.apply(`${HOST_PATH}---\n${filler}${CSI}`);
  await playground.button('Jump to end').click();
  const inspector = playground.region('Inspector');

  await playground.node('PersistentVolumeClaim', 'logs').click();
  await expect(line(playground, 'storageClassName: fast')).toBeVisible();
  await expect(page.locator('.selected-document').first()).toBeVisible();

  await playground.node('PersistentVolume', 'task-pv-volume').click();
  const mark = page.locator('.mark').filter({ hasText: 'Bound' }).first();
  await expect(mark).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(inspector.getByRole('heading', { level: 2 })).toContainText('Nothing selected');
  // The editor's lines lie over it and hand the click on.
  await mark.click({ force: true });
  await expect(inspector.getByRole('heading', { level: 2 })).toContainText('task-pv-volume');

  await line(playground, 'name: task-pv-claim').click();
  await page.keyboard.press('Alt+Enter');
  await expect(inspector.getByRole('heading', { level: 2 })).toContainText('task-pv-claim');
});

test('a mark stays under the name of its object when the text around it changes', async ({ playground }) => {
  await ready(playground);
  await playground.apply(POD);
  const under = async (): Promise<number> => {
    const name = await line(playground, 'name: web').first().boundingBox();
    const mark = await playground.page.locator('.mark').first().boundingBox();
    return Math.round((mark?.y ?? 0) - (name?.y ?? 0));
  };
  await expect(playground.page.locator('.mark')).toHaveCount(1);
  await expect.poll(under).toBe(17);
  await playground.write(`# mine\n${POD}`);
  await expect(line(playground, '# mine')).toBeVisible();
  await expect.poll(under).toBe(17);
});

test('a class of an old API version runs after one click', async ({ playground }) => {
  await ready(playground);
  const old = CSI.replace('storage.k8s.io/v1', 'storage.k8s.io/v1beta1');
  const problems = playground.region('Manifest editor').getByRole('list', { name: 'Problems' }).getByRole('listitem');
  await playground.apply(old);
  await expect(problems).toContainText(['no matches for kind "StorageClass" in version "storage.k8s.io/v1beta1"']);
  await playground.button('Write apiVersion: storage.k8s.io/v1').click();
  await expect(playground.node('Pod', 'writer')).toBeVisible();
  await playground.atRest();
  await playground.button('Jump to end').click();
  await expect(playground.node('Pod', 'writer')).toHaveAttribute('data-phase', 'Running');
  await expect(problems).toHaveCount(0);
  await playground.editor.focus();
  await playground.page.keyboard.press('ControlOrMeta+Home');
  await expect(line(playground, 'storage.k8s.io')).toHaveText('apiVersion: storage.k8s.io/v1');
});

test('files that are dropped on the editor become its text', async ({ playground }) => {
  await ready(playground);
  await playground.page.locator('.editor-body').evaluate(
    (body, contents) => {
      const dataTransfer = new DataTransfer();
      for (const [index, content] of contents.entries()) dataTransfer.items.add(new File([content], `${index}.yaml`));
      for (const type of ['dragover', 'drop'])
        body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    },
    [CLAIM, POD],
  );
  await expect(playground.region('Manifest editor').getByRole('status')).toContainText('2 documents');
  await expect(line(playground, 'hostNetwork')).toBeVisible();
});
