import type {
  CSIDriver,
  KubeObject,
  ObjectInput,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  StorageClass,
} from './api/object.ts';
import type { Diagnostic } from './diagnostics.ts';
import { at, type SourceObject } from './manifests.ts';

/** What a cluster and a text offer together. */
export interface Offer {
  readonly drivers: ReadonlySet<string>;
  readonly classes: ReadonlySet<string>;
  readonly nodes: ReadonlySet<string>;
}

/** What objects bring: CSIDriver objects count as drivers only with the fake that a Cluster document installs. */
export function offerOf(drivers: readonly string[], objects: readonly (KubeObject | ObjectInput)[]): Offer {
  const names = (kind: string): string[] =>
    objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name ?? '');
  // A class that volumes carry needs no StorageClass for claims to find them.
  const carried = objects
    .filter(({ kind }) => kind === 'PersistentVolume')
    .map((object) => (object as unknown as PersistentVolume).spec?.storageClassName ?? '');
  return {
    drivers: new Set(drivers),
    classes: new Set([...names('StorageClass'), ...carried]),
    nodes: new Set(names('Node')),
  };
}

const HOSTNAME = 'kubernetes.io/hostname';

/** Drivers, classes and nodes that manifests need and nobody has; each with the documents that would add it. */
export function findMissing(text: string, objects: readonly SourceObject[], offer: Offer): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const said = new Set<string>();
  const say = (
    source: SourceObject,
    path: readonly (string | number)[],
    what: 'driver' | 'class' | 'node',
    name: string,
    addition: string,
  ): void => {
    if (said.has(`${what} ${name}`)) return;
    said.add(`${what} ${name}`);
    found.push(
      at(text, source.document, path, {
        severity: 'warning',
        message: `${what === 'class' ? 'StorageClass' : what === 'node' ? 'Node' : 'CSI driver'} "${name}" is not in this cluster`,
        remedy: { key: `missing.${what}`, values: { name } },
        addToCluster: { title: { key: `add.${what}`, values: { name } }, text: addition },
      }),
    );
  };
  for (const source of objects) {
    const object = source.object as unknown as KubeObject;
    const driver = (path: readonly (string | number)[], name: string | undefined): void => {
      if (name && !name.startsWith('kubernetes.io/') && !offer.drivers.has(name))
        say(source, path, 'driver', name, driverText(name));
    };
    const node = (path: readonly (string | number)[], name: string | undefined): void => {
      if (name && !offer.nodes.has(name)) say(source, path, 'node', name, nodeText(name));
    };
    if (object.kind === 'StorageClass') driver(['provisioner'], (object as StorageClass).provisioner);
    if (object.kind === 'CSIDriver') driver(['metadata', 'name'], (object as CSIDriver).metadata.name);
    if (object.kind === 'PersistentVolume') {
      const { spec } = object as PersistentVolume;
      driver(['spec', 'csi', 'driver'], spec?.csi?.driver);
      for (const name of affinityHosts(spec)) node(['spec', 'nodeAffinity'], name);
    }
    if (object.kind === 'PersistentVolumeClaim') {
      const wanted = (object as PersistentVolumeClaim).spec?.storageClassName;
      if (wanted && !offer.classes.has(wanted))
        say(source, ['spec', 'storageClassName'], 'class', wanted, classText(wanted, offer.drivers));
    }
    if (object.kind === 'Pod') {
      const { spec } = object as Pod;
      node(['spec', 'nodeName'], spec?.nodeName);
      node(['spec', 'nodeSelector'], spec?.nodeSelector?.[HOSTNAME]);
      for (const [i, volume] of (spec?.volumes ?? []).entries())
        driver(['spec', 'volumes', i, 'csi', 'driver'], volume.csi?.driver);
    }
  }
  return found;
}

function affinityHosts(spec: PersistentVolume['spec'] | undefined): readonly string[] {
  const terms = spec?.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  return terms.flatMap(({ matchExpressions = [] }) =>
    matchExpressions
      .filter(({ key, operator }) => key === HOSTNAME && operator === 'In')
      .flatMap(({ values = [] }) => values),
  );
}

const driverText = (name: string): string => `---
apiVersion: playground/v1
kind: Cluster
metadata: {name: driver-${name}}
spec:
  drivers:
  - name: ${JSON.stringify(name)}
    attachRequired: true
    capabilities:
      plugin: [CONTROLLER_SERVICE]
      controller: [CREATE_DELETE_VOLUME, PUBLISH_UNPUBLISH_VOLUME]
      node: [STAGE_UNSTAGE_VOLUME]
`;

const nodeText = (name: string): string => `---
apiVersion: playground/v1
kind: Cluster
metadata: {name: node-${name}}
spec:
  nodes:
  - {name: ${JSON.stringify(name)}, zone: zone-a}
`;

const classText = (name: string, drivers: ReadonlySet<string>): string => `---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: ${JSON.stringify(name)}}
provisioner: ${[...drivers].sort()[0] ?? 'disk.csi.example.com'}
volumeBindingMode: WaitForFirstConsumer
`;
