/**
 * The specs as the API server's internal types print them: refusals of a change end in a diff of that form.
 * @see staging/src/k8s.io/apimachinery/pkg/util/diff/diff.go Diff
 */

type Fields = Readonly<Record<string, unknown>>;

/** A struct's fields in the order of the internal type: its Go name, the name in the API, what an absent one prints as. */
type Struct = readonly (readonly [go: string, json: string, zero?: unknown, nested?: Struct])[];

const SECRET: Struct = [
  ['Name', 'name', ''],
  ['Namespace', 'namespace', ''],
];

const CLAIM_SPEC: Struct = [
  ['AccessModes', 'accessModes'],
  ['Selector', 'selector'],
  [
    'Resources',
    'resources',
    { Limits: null, Requests: null },
    [
      ['Limits', 'limits'],
      ['Requests', 'requests'],
    ],
  ],
  ['VolumeName', 'volumeName', ''],
  ['StorageClassName', 'storageClassName'],
  ['VolumeMode', 'volumeMode'],
  [
    'DataSource',
    'dataSource',
    null,
    [
      ['APIGroup', 'apiGroup'],
      ['Kind', 'kind', ''],
      ['Name', 'name', ''],
    ],
  ],
  [
    'DataSourceRef',
    'dataSourceRef',
    null,
    [
      ['APIGroup', 'apiGroup'],
      ['Kind', 'kind', ''],
      ['Name', 'name', ''],
      ['Namespace', 'namespace'],
    ],
  ],
  ['VolumeAttributesClassName', 'volumeAttributesClassName'],
];

const VOLUME_SOURCE: Struct = [
  ['GCEPersistentDisk', 'gcePersistentDisk'],
  ['AWSElasticBlockStore', 'awsElasticBlockStore'],
  [
    'HostPath',
    'hostPath',
    null,
    [
      ['Path', 'path', ''],
      ['Type', 'type'],
    ],
  ],
  ['Glusterfs', 'glusterfs'],
  [
    'NFS',
    'nfs',
    null,
    [
      ['Server', 'server', ''],
      ['Path', 'path', ''],
      ['ReadOnly', 'readOnly', false],
    ],
  ],
  ['RBD', 'rbd'],
  ['Quobyte', 'quobyte'],
  ['ISCSI', 'iscsi'],
  ['FlexVolume', 'flexVolume'],
  ['Cinder', 'cinder'],
  ['CephFS', 'cephfs'],
  ['FC', 'fc'],
  ['Flocker', 'flocker'],
  ['AzureFile', 'azureFile'],
  ['VsphereVolume', 'vsphereVolume'],
  ['AzureDisk', 'azureDisk'],
  ['PhotonPersistentDisk', 'photonPersistentDisk'],
  ['PortworxVolume', 'portworxVolume'],
  ['ScaleIO', 'scaleIO'],
  [
    'Local',
    'local',
    null,
    [
      ['Path', 'path', ''],
      ['FSType', 'fsType'],
    ],
  ],
  ['StorageOS', 'storageos'],
  [
    'CSI',
    'csi',
    null,
    [
      ['Driver', 'driver', ''],
      ['VolumeHandle', 'volumeHandle', ''],
      ['ReadOnly', 'readOnly', false],
      ['FSType', 'fsType', ''],
      ['VolumeAttributes', 'volumeAttributes'],
      ['ControllerPublishSecretRef', 'controllerPublishSecretRef', null, SECRET],
      ['NodeStageSecretRef', 'nodeStageSecretRef', null, SECRET],
      ['NodePublishSecretRef', 'nodePublishSecretRef', null, SECRET],
      ['ControllerExpandSecretRef', 'controllerExpandSecretRef', null, SECRET],
      ['NodeExpandSecretRef', 'nodeExpandSecretRef', null, SECRET],
    ],
  ],
];

const TYPES = { PersistentVolumeClaimSpec: CLAIM_SPEC, PersistentVolumeSource: VOLUME_SOURCE } as const;

function internal(fields: Fields, struct: Struct): Fields {
  return Object.fromEntries(
    struct.map(([go, json, zero = null, nested]) => {
      const value = fields[json];
      if (value === undefined || value === null) return [go, zero];
      return [go, nested ? internal(value as Fields, nested) : sortKeys(value)];
    }),
  );
}

/** Maps print with sorted keys. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sortKeys(part)]),
  );
}

/** The unified diff of two specs, ending in a line break. */
export function specDiff(type: keyof typeof TYPES, before: object, after: object): string {
  return unifiedDiff(
    ...([before, after].map((spec) => JSON.stringify(internal(spec as Fields, TYPES[type]), undefined, 1)) as [
      string,
      string,
    ]),
  );
}

/** The unified diff of two objects without a known internal type. */
export const plainDiff = (before: unknown, after: unknown): string =>
  unifiedDiff(JSON.stringify(before, undefined, 1), JSON.stringify(after, undefined, 1));

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

const CONTEXT = 3;

/** Hunks with three lines of context, without file heads. */
export function unifiedDiff(before: string, after: string): string {
  const lines = compareLines(before.split('\n'), after.split('\n'));
  let text = '';
  let [a, b] = [1, 1];
  let at = 0;
  while (at < lines.length) {
    const first = lines.findIndex((line, i) => i >= at && line.sign !== ' ');
    if (first < 0) break;
    const start = Math.max(at, first - CONTEXT);
    for (; at < start; at++, a++, b++);
    let end = first + 1;
    for (let i = end; i < lines.length && i < end + 2 * CONTEXT; i++) if (lines[i]?.sign !== ' ') end = i + 1;
    const hunk = lines.slice(start, Math.min(lines.length, end + CONTEXT));
    const old = hunk.filter(({ sign }) => sign !== '+').length;
    const now = hunk.filter(({ sign }) => sign !== '-').length;
    text += `@@ -${range(a, old)} +${range(b, now)} @@\n${hunk.map(({ sign, text: line }) => `${sign}${line}\n`).join('')}`;
    a += old;
    b += now;
    at = start + hunk.length;
  }
  return text;
}

const range = (start: number, length: number): string =>
  length === 1 ? String(start) : `${length === 0 ? start - 1 : start},${length}`;

/** Lines of both texts by their longest common subsequence; what goes comes before what is new. */
function compareLines(a: readonly string[], b: readonly string[]): Line[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const common = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    const row = lengths[i] ?? [];
    for (let j = b.length - 1; j >= 0; j--) {
      row[j] = a[i] === b[j] ? common(i + 1, j + 1) + 1 : Math.max(common(i + 1, j), common(i, j + 1));
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ sign: ' ', text: a[i] ?? '' });
      i++;
      j++;
    } else if (i < a.length && (j >= b.length || common(i + 1, j) >= common(i, j + 1)))
      lines.push({ sign: '-', text: a[i++] ?? '' });
    else lines.push({ sign: '+', text: b[j++] ?? '' });
  }
  return lines;
}
