import { CSI, expect, type Playground, test } from './support/visit.ts';

const UNBOUND = `apiVersion: v1
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

const openFaults = async ({ page }: Playground): Promise<void> => {
  await page
    .getByRole('banner')
    .getByRole('button', { name: /^Faults/ })
    .click();
  await expect(page.getByRole('dialog', { name: 'Faults' })).toBeVisible();
};

const active = ({ page }: Playground) => page.getByRole('list', { name: 'Active at this step' }).getByRole('listitem');

test('a call fails as often as it was told to, and its tries are listed with code and message', async ({
  playground,
}) => {
  const { page } = playground;
  await openFaults(playground);
  const dialog = page.getByRole('dialog', { name: 'Faults' });
  await dialog.getByLabel('Message').fill('the backend is full');
  await dialog.getByLabel('Code').selectOption('RESOURCE_EXHAUSTED');
  await dialog.getByRole('button', { name: 'Inject' }).click();
  await expect(active(playground)).toHaveText(/CreateVolume of disk\.csi\.example\.com fails.*2 calls left/);
  await expect(page.getByRole('banner').getByRole('button', { name: 'Faults 1 active fault' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  await playground.apply(CSI);
  await playground.button('Jump to end').click();
  await playground.node('PersistentVolumeClaim', 'logs').click();
  await page.getByRole('tab', { name: 'Calls' }).click();
  const calls = page.getByRole('list', { name: 'Calls' }).getByRole('listitem');
  await expect(calls).toHaveCount(3);
  await expect(calls.nth(0)).toContainText('try 3');
  await expect(calls.nth(0)).toContainText('OK');
  await expect(calls.nth(1)).toContainText('RESOURCE_EXHAUSTED');
  await expect(calls.nth(1)).toContainText('the backend is full');
  await calls.nth(0).getByText('Request', { exact: true }).click();
  await expect(calls.nth(0)).toContainText('capacity_range');
  await calls.nth(0).getByRole('button', { name: 'Make it fail' }).click();
  const again = page.getByRole('dialog', { name: 'Faults of disk.csi.example.com' });
  await expect(again.getByLabel('Method')).toHaveValue('CreateVolume');
  await page.keyboard.press('Escape');
  await expect(again).toBeHidden();
  await expect(page.getByRole('banner').getByRole('button', { name: 'Faults', exact: true })).toBeVisible();
});

test('a node goes down from its chip and comes back; both are operations', async ({ playground }) => {
  const { page } = playground;
  await playground.button('Jump to end').click();
  await expect(playground.node('Pod', 'web')).toHaveAttribute('data-phase', 'Running');
  const { step } = await playground.state();
  await playground.node('Node', 'node-2').click({ button: 'right' });
  const dialog = page.getByRole('dialog', { name: 'Faults of node-2' });
  await dialog.getByRole('button', { name: 'Node down' }).click();
  await expect(active(playground)).toHaveText(/node-2 is down/);
  await expect(dialog.getByRole('status')).toContainText(`Done at step ${step + 1}`);
  await dialog.getByRole('button', { name: 'Take back' }).click();
  await expect(dialog.getByText('Nothing is made to fail.')).toBeVisible();
  expect((await playground.state()).step).toBeGreaterThan(step + 1);

  await page.keyboard.press('Escape');
  await playground.slider.focus();
  await page.evaluate((to) => window.playground.seek(to), step + 1);
  await openFaults(playground);
  await expect(active(playground)).toHaveText(/node-2 is down/);
});

test('what cannot be stopped is refused with a reason', async ({ playground }) => {
  const { page } = playground;
  await openFaults(playground);
  const dialog = page.getByRole('dialog', { name: 'Faults' });
  await dialog.getByLabel('What happens').selectOption('takes long');
  await dialog.getByLabel('Takes').fill('soon');
  await dialog.getByRole('button', { name: 'Inject' }).click();
  await expect(dialog.getByRole('status')).toContainText('"soon" is not a duration');
  await expect(dialog.getByText('Nothing is made to fail.')).toBeVisible();
});

test('History lists each change with field and component, and goes to its step', async ({ playground }) => {
  const { page } = playground;
  await playground.button('Jump to end').click();
  await playground.node('PersistentVolumeClaim', 'data').click();
  await page.getByRole('tab', { name: 'History' }).click();
  const rows = playground.region('Inspector').getByRole('list').getByRole('listitem');
  await expect(rows.first()).toContainText('created');
  const bound = rows.filter({ hasText: 'status.phase' });
  await expect(bound).toContainText('persistentvolume-binder');
  await bound.getByRole('button').click();
  await expect(playground.node('PersistentVolumeClaim', 'data')).toHaveAttribute('data-phase', 'Bound');
  await rows.first().getByRole('button').click();
  expect((await playground.state()).step).toBe(1);
  await playground.button('Next change of this object').click();
  expect((await playground.state()).step).toBeGreaterThan(1);
});

test('a waiting claim is told what would bind it; Try does it in the run that is shown', async ({ playground }) => {
  const { page } = playground;
  await playground.apply(UNBOUND);
  await playground.button('Jump to end').click();
  const claim = playground.node('PersistentVolumeClaim', 'mine');
  await expect(claim).toHaveAttribute('data-phase', 'Pending');
  const before = await playground.state();
  await claim.click();
  const inspector = playground.region('Inspector');
  await expect(inspector.getByRole('heading', { name: /What would bind it/ })).toBeVisible();
  const smaller = inspector.getByRole('button', { name: 'Try Ask for 5Gi, which small has' });
  await expect(smaller).toBeVisible();
  expect(await playground.state()).toEqual(before);
  await smaller.click();
  await expect(claim).toHaveAttribute('data-phase', 'Bound');
  await expect(inspector.getByText('Bound to small.')).toBeVisible();
  await expect(inspector.getByRole('heading', { name: /What would bind it/ })).toBeHidden();
  await page.getByRole('tab', { name: 'History' }).click();
  await expect(inspector.getByText('spec.volumeName')).toBeVisible();
});
