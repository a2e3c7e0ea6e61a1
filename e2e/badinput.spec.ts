import { expect, HOST_PATH, type Playground, test } from './support/visit.ts';

interface BadInput {
  readonly what: string;
  readonly text: string;
  /** What the list of problems says. */
  readonly says: RegExp;
  readonly line: number;
  readonly path?: string;
}

const CLAIM = `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: c
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
`;

const bomb = (): string => {
  const levels = Array.from({ length: 12 }, (_, level) => {
    const before =
      level === 0
        ? '[x, x, x, x, x, x, x, x, x]'
        : `[${Array(9)
            .fill(`*a${level - 1}`)
            .join(', ')}]`;
    return `a${level}: &a${level} ${before}`;
  });
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bomb}\n${levels.join('\n')}\n`;
};

const CASES: readonly BadInput[] = [
  { what: 'broken YAML', text: CLAIM.replace('  name: c', '  name: c\n bad: [1'), says: /yaml/i, line: 5 },
  { what: 'a tab', text: CLAIM.replace('  name: c', '\tname: c'), says: /replace every tab with spaces/, line: 4 },
  {
    what: 'a duplicate key',
    text: CLAIM.replace('  name: c', '  name: c\n  name: d'),
    says: /already set in map/,
    line: 5,
  },
  {
    what: 'an unknown kind',
    text: CLAIM.replace('PersistentVolumeClaim', 'PersistentVolumeClame'),
    says: /no matches for kind "PersistentVolumeClame" in version "v1"/,
    line: 2,
    path: 'kind',
  },
  {
    what: 'an unknown field',
    text: CLAIM.replace('accessModes', 'accessModez'),
    says: /unknown field "spec\.accessModez"/,
    line: 6,
    path: 'spec.accessModez',
  },
  {
    what: 'a wrong type',
    text: CLAIM.replace('[ReadWriteOnce]', 'ReadWriteOnce'),
    says: /cannot unmarshal string/,
    line: 6,
    path: 'spec.accessModes',
  },
  { what: 'an alias bomb', text: bomb(), says: /excessive aliasing/, line: 7 },
  { what: 'binary', text: `\u0000\u0001\u0002PNG\u0000${'\u0003'.repeat(200)}`, says: /This is no text/, line: 1 },
  { what: 'a document that is no object', text: 'just a sentence\n', says: /apiVersion, kind and metadata/, line: 1 },
];

/** Writes a text that is refused, applies it, and waits for the answer. */
async function answerTo(playground: Playground, text: string): Promise<void> {
  await playground.page.evaluate((value) => {
    const field = document.querySelector<HTMLTextAreaElement>('textarea.code.plain');
    if (field === null) throw new Error('no plain text field');
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set?.call(field, value);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }, text);
  await playground.button('Apply').click();
  await expect(playground.region('Manifest editor').getByRole('list', { name: 'Problems' })).toBeVisible({
    timeout: 5000,
  });
}

test('5 MB of text are answered with what to do', async ({ playground }) => {
  const { page } = playground;
  await expect(page.locator('.monaco-editor')).toBeVisible();
  await playground.editor.focus();
  await page.keyboard.press('ControlOrMeta+a');
  const text = `${`${CLAIM}---\n`.repeat(Math.ceil((5 * 2 ** 20) / (CLAIM.length + 4)))}\tname: c\n`;
  await page.evaluate(async (pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    document.activeElement?.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    );
    await window.playground.apply(pasted);
  }, text);
  const problem = playground
    .region('Manifest editor')
    .getByRole('list', { name: 'Problems' })
    .getByRole('listitem')
    .first();
  await expect(problem).toContainText('The text is too large to be read.');
  await expect(playground.node('Pod', 'web')).toHaveCount(1);
});

test.describe('bad input', () => {
  // The plain text field takes what no keyboard can type.
  test.use({ serviceWorkers: 'block' });
  test.beforeEach(async ({ page }) => {
    await page.route(/monacoSetup/, (route) => route.fulfill({ contentType: 'text/javascript', body: 'export {};' }));
  });

  for (const { what, text, says, line, path } of CASES) {
    test(`${what} is answered with the line and what to do; the last good run stays`, async ({ playground }) => {
      await playground.button('Jump to end').click();
      await expect(playground.node('Pod', 'web')).toHaveAttribute('data-phase', 'Running');
      const before = await playground.state();
      await answerTo(playground, text);
      const problem = playground
        .region('Manifest editor')
        .getByRole('list', { name: 'Problems' })
        .getByRole('listitem')
        .first();
      await expect(problem).toContainText(says);
      await expect(problem.getByRole('button', { name: `line ${line}`, exact: true })).toBeVisible();
      if (path !== undefined) await expect(problem.locator('code')).toHaveText(path);
      await expect(problem.locator('.remedy')).not.toBeEmpty();
      expect(await playground.state()).toEqual(before);
      await expect(playground.node('Pod', 'web')).toHaveAttribute('data-phase', 'Running');
      await expect(playground.page.getByText(`Showing step ${before.step} of the last valid run`)).toBeVisible();
    });
  }

  test('a byte order mark and CRLF are no problem', async ({ playground }) => {
    await playground.page.evaluate(() => window.playground.reset());
    const outcome = await playground.page.evaluate(
      (yaml) => window.playground.apply(yaml),
      `\uFEFF${HOST_PATH.replaceAll('\n', '\r\n')}`,
    );
    expect(outcome).toMatchObject({ accepted: true, diagnostics: [] });
  });

  test('empty text is answered, too, and changes nothing', async ({ playground }) => {
    const before = await playground.state();
    const field = playground.page.getByRole('textbox', { name: 'Manifests, YAML' });
    await field.fill('');
    await expect(playground.page.getByText('Paste manifests, drop a file, or start from a scenario.')).toBeVisible();
    await playground.button('Apply').click();
    await expect(playground.page.getByText('error: no objects passed to apply')).toBeVisible();
    expect(await playground.state()).toEqual(before);
  });

  test('what the cluster lacks can be added to it', async ({ playground }) => {
    const field = playground.page.getByRole('textbox', { name: 'Manifests, YAML' });
    await field.fill(CLAIM.replace('spec:', 'spec:\n  storageClassName: gold'));
    await playground.button('Add class gold to the cluster').click();
    await playground.atRest();
    const { objects } = await playground.page.evaluate(async () =>
      window.playground.seek((await window.playground.state()).steps),
    );
    const classes = objects.filter(({ kind }) => kind === 'StorageClass').map(({ metadata }) => metadata.name);
    expect(classes).toContain('gold');
    await playground.page.getByRole('tab', { name: 'cluster' }).click();
    await expect(playground.page.getByRole('textbox', { name: 'Cluster, YAML' })).toHaveValue(/name: "?gold"?/);
  });
});
