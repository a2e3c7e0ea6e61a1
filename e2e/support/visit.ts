import { type BrowserContext, test as base, expect, type Locator, type Page } from '@playwright/test';

/** The hostPath volume, claim and pod of the Kubernetes documentation's task, as people paste it. */
export const HOST_PATH = `kind: PersistentVolume
apiVersion: v1
metadata:
  name: task-pv-volume
  labels:
    type: local
spec:
  storageClassName: manual
  capacity:
    storage: 10Gi
  accessModes:
    - ReadWriteOnce
  hostPath:
    path: "/mnt/data"
    
---

kind: PersistentVolumeClaim
apiVersion: v1
metadata:
  name: task-pv-claim
spec:
  storageClassName: manual
  accessModes:
    - ReadWriteOnce
  resources:
    requests:
      storage: 3Gi
---
kind: Pod
apiVersion: v1
metadata:
  name: task-pv-pod
spec:
  volumes:
    - name: task-pv-storage
      persistentVolumeClaim:
       claimName: task-pv-claim
  containers:
    - name: task-pv-container
      image: nginx
      ports:
        - containerPort: 80
          name: "http-server"
      volumeMounts:
        - mountPath: "/usr/share/nginx/html"
          name: task-pv-storage
`;

/** A class, a claim and a pod of a CSI driver that attaches and stages. */
export const CSI = `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: fast
provisioner: disk.csi.example.com
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: logs
spec:
  storageClassName: fast
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 5Gi
---
apiVersion: v1
kind: Pod
metadata:
  name: writer
spec:
  containers:
    - name: main
      image: busybox
      volumeMounts:
        - {name: logs, mountPath: /logs}
  volumes:
    - name: logs
      persistentVolumeClaim: {claimName: logs}
`;

/** The page, with what a test of it does over and over. */
export class Playground {
  readonly page: Page;
  readonly #messages: string[];

  constructor(page: Page, messages: string[]) {
    this.page = page;
    this.#messages = messages;
  }

  /** Opens the page and waits until its first run is at rest. */
  async open(query = ''): Promise<void> {
    await this.page.goto(`./${query}`);
    await this.atRest();
  }

  async atRest(): Promise<void> {
    await this.page.waitForFunction(async () => (await window.playground.hash()) !== '');
  }

  region(name: 'Manifest editor' | 'Storage graph' | 'Inspector' | 'Timeline'): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  node(kind: string, name?: string): Locator {
    const named = name === undefined ? '' : `[data-name="${name}"]`;
    return this.page.locator(`[data-testid="graph-node"][data-kind="${kind}"]${named}`);
  }

  edge(relation: string): Locator {
    return this.page.locator(`[data-testid="graph-edge"][data-relation="${relation}"]`);
  }

  get slider(): Locator {
    return this.page.getByRole('slider', { name: 'Timeline position' });
  }

  /** The text of the open tab, whichever editor holds it. */
  get editor(): Locator {
    return this.region('Manifest editor').getByRole('textbox');
  }

  /** Replaces the text of the open tab, as a person does who pastes another. */
  async write(text: string): Promise<void> {
    // The field that stands in for Monaco takes the focus with it when it goes.
    await expect(this.page.locator('textarea[data-for-now]')).toHaveCount(0);
    await this.editor.focus();
    await this.page.keyboard.press('ControlOrMeta+a');
    if (text === '') await this.page.keyboard.press('Delete');
    else await this.page.keyboard.insertText(text);
  }

  /** Writes and applies, and waits until the run is at rest. */
  async apply(text: string): Promise<void> {
    await this.write(text);
    await this.button('Apply').click();
    await this.atRest();
  }

  async state(): Promise<Awaited<ReturnType<Window['playground']['state']>>> {
    return this.page.evaluate(() => window.playground.state());
  }

  /** What the browser's console got, and requests that went elsewhere. */
  get messages(): readonly string[] {
    return this.#messages;
  }
}

function listen(page: Page, messages: string[], origin: string): void {
  page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => messages.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && url.protocol !== 'data:' && url.protocol !== 'blob:') messages.push(`request: ${url}`);
  });
}

/** Each test gets the page open on a first visit, and fails when the console or the network got anything. */
export const test = base.extend<{ playground: Playground; context: BrowserContext }>({
  playground: async ({ page, baseURL }, use) => {
    const messages: string[] = [];
    listen(page, messages, new URL(baseURL ?? '').origin);
    const playground = new Playground(page, messages);
    await playground.open();
    await use(playground);
    expect(messages).toEqual([]);
  },
});

export { expect };
