import { canonicalQuantity, isZeroQuantity } from '../../api/quantity.ts';
import type { DescriptionWriter } from './writer.ts';

type Fields = Readonly<Record<string, unknown>>;

const MAX_ATTRIBUTE = 140;

const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));
const bool = (value: unknown): string => String(value === true);
const number = (value: unknown): string => text(value ?? 0);
/** A Go slice or map as `%v` prints it. */
const slice = (value: unknown): string => `[${Array.isArray(value) ? value.join(' ') : ''}]`;
const map = (value: unknown): string =>
  `map[${Object.entries((value ?? {}) as Fields)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, part]) => `${key}:${text(part)}`)
    .join(' ')}]`;

/** A reference to a Secret as its Go type prints itself. */
function secretRef(value: unknown, isPersistent: boolean): string {
  if (value === undefined || value === null) return 'nil';
  const { name, namespace } = value as Fields;
  return isPersistent
    ? `&SecretReference{Name:${text(name)},Namespace:${text(namespace)},}`
    : `&LocalObjectReference{Name:${text(name)},}`;
}

/** Attributes of a CSI volume; their indentation is a part of each cell. */
function printAttributes(w: DescriptionWriter, attributes: Fields | undefined): void {
  const keys = Object.keys(attributes ?? {}).sort();
  if (keys.length === 0) w.line(2, 'VolumeAttributes:\t<none>');
  for (const [i, key] of keys.entries()) {
    w.write(2, i === 0 ? 'VolumeAttributes:\t' : '');
    if (i > 0) w.write(2, '\t');
    const line = `${key}=${text(attributes?.[key])}`;
    w.line(2, line.length > MAX_ATTRIBUTE ? `${line.slice(0, MAX_ATTRIBUTE)}...` : line);
  }
}

const CSI = 'CSI (a Container Storage Interface (CSI) volume source)';

/** A title, with its colon, and a value. */
type Line = readonly [title: string, value: string];

interface Printed {
  readonly type: string;
  /** Lines below the type; a PersistentVolume may say more than a pod's volume. */
  readonly lines: (source: Fields, isPersistent: boolean) => readonly Line[];
}

const FILESYSTEM = ({ fsType, readOnly }: Fields): readonly Line[] => [
  ['FSType:', text(fsType)],
  ['ReadOnly:', bool(readOnly)],
];
const READ_ONLY = ({ readOnly }: Fields): Line => ['ReadOnly:', bool(readOnly)];
const OPTIONAL = ({ optional: value }: Fields): Line => ['Optional:', bool(value)];

const cloudDisk =
  (id: string, field: string): Printed['lines'] =>
  (source) => [
    [`${id}:`, text(source[field])],
    ['FSType:', text(source['fsType'])],
    ['Partition:', number(source['partition'])],
    READ_ONLY(source),
  ];

/** What is printed of each source. @see staging/src/k8s.io/kubectl/pkg/describe/describe.go describeVolumes */
const SOURCES: Readonly<Record<string, Printed>> = {
  hostPath: {
    type: 'HostPath (bare host directory volume)',
    lines: ({ path, type }) => [
      ['Path:', text(path)],
      ['HostPathType:', type === undefined ? '<none>' : text(type)],
    ],
  },
  emptyDir: {
    type: "EmptyDir (a temporary directory that shares a pod's lifetime)",
    lines: ({ medium, sizeLimit }) => [
      ['Medium:', text(medium)],
      [
        'SizeLimit:',
        sizeLimit === undefined || isZeroQuantity(String(sizeLimit)) ? '<unset>' : canonicalQuantity(String(sizeLimit)),
      ],
    ],
  },
  gcePersistentDisk: {
    type: 'GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)',
    lines: cloudDisk('PDName', 'pdName'),
  },
  awsElasticBlockStore: {
    type: 'AWSElasticBlockStore (a Persistent Disk resource in AWS)',
    lines: cloudDisk('VolumeID', 'volumeID'),
  },
  gitRepo: {
    type: 'GitRepo (a volume that is pulled from git when the pod is created)',
    lines: ({ repository, revision }) => [
      ['Repository:', text(repository)],
      ['Revision:', text(revision)],
    ],
  },
  secret: {
    type: 'Secret (a volume populated by a Secret)',
    lines: (source) => [['SecretName:', text(source['secretName'])], OPTIONAL(source)],
  },
  configMap: {
    type: 'ConfigMap (a volume populated by a ConfigMap)',
    lines: (source) => [['Name:', text(source['name'])], OPTIONAL(source)],
  },
  nfs: {
    type: 'NFS (an NFS mount that lasts the lifetime of a pod)',
    lines: (source) => [['Server:', text(source['server'])], ['Path:', text(source['path'])], READ_ONLY(source)],
  },
  iscsi: {
    type: "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
    lines: (source, isPersistent) => [
      ['TargetPortal:', text(source['targetPortal'])],
      ['IQN:', text(source['iqn'])],
      ['Lun:', number(source['lun'])],
      ['ISCSIInterface', text(source['iscsiInterface'])],
      ['FSType:', text(source['fsType'])],
      READ_ONLY(source),
      ['Portals:', slice(source['portals'])],
      ['DiscoveryCHAPAuth:', bool(source['chapAuthDiscovery'])],
      ['SessionCHAPAuth:', bool(source['chapAuthSession'])],
      ['SecretRef:', secretRef(source['secretRef'], isPersistent)],
      ['InitiatorName:', text(source['initiatorName'] ?? '<none>')],
    ],
  },
  glusterfs: {
    type: "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
    lines: (source, isPersistent) => [
      ['EndpointsName:', text(source['endpoints'])],
      ...(isPersistent ? [['EndpointsNamespace:', text(source['endpointsNamespace'] ?? '<unset>')] as const] : []),
      ['Path:', text(source['path'])],
      READ_ONLY(source),
    ],
  },
  persistentVolumeClaim: {
    type: 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
    lines: (source) => [['ClaimName:', text(source['claimName'])], READ_ONLY(source)],
  },
  rbd: {
    type: "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
    lines: (source, isPersistent) => [
      ['CephMonitors:', slice(source['monitors'])],
      ['RBDImage:', text(source['image'])],
      ['FSType:', text(source['fsType'])],
      ['RBDPool:', text(source['pool'])],
      ['RadosUser:', text(source['user'])],
      ['Keyring:', text(source['keyring'])],
      ['SecretRef:', secretRef(source['secretRef'], isPersistent)],
      READ_ONLY(source),
    ],
  },
  quobyte: {
    type: "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
    lines: (source) => [
      ['Registry:', text(source['registry'])],
      ['Volume:', text(source['volume'])],
      READ_ONLY(source),
    ],
  },
  azureDisk: {
    type: 'AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)',
    lines: (source) => [
      ['DiskName:', text(source['diskName'])],
      ['DiskURI:', text(source['diskURI'])],
      ['Kind: ', text(source['kind'])],
      ['FSType:', text(source['fsType'])],
      ['CachingMode:', text(source['cachingMode'])],
      READ_ONLY(source),
    ],
  },
  vsphereVolume: {
    type: 'vSphereVolume (a Persistent Disk resource in vSphere)',
    lines: ({ volumePath, fsType, storagePolicyName }) => [
      ['VolumePath:', text(volumePath)],
      ['FSType:', text(fsType)],
      ['StoragePolicyName:', text(storagePolicyName)],
    ],
  },
  cinder: {
    type: 'Cinder (a Persistent Disk resource in OpenStack)',
    lines: (source, isPersistent) => [
      ['VolumeID:', text(source['volumeID'])],
      ...FILESYSTEM(source),
      ['SecretRef:', secretRef(source['secretRef'], isPersistent)],
    ],
  },
  photonPersistentDisk: {
    type: 'PhotonPersistentDisk (a Persistent Disk resource in photon platform)',
    lines: ({ pdID, fsType }) => [
      ['PdID:', text(pdID)],
      ['FSType:', text(fsType)],
    ],
  },
  portworxVolume: {
    type: 'PortworxVolume (a Portworx Volume resource)',
    lines: ({ volumeID }) => [['VolumeID:', text(volumeID)]],
  },
  scaleIO: {
    type: 'ScaleIO (a persistent volume backed by a block device in ScaleIO)',
    lines: (source, isPersistent) => {
      const { name, namespace } = (source['secretRef'] ?? {}) as Fields;
      const secret: readonly Line[] = [
        ['SecretName:', text(name)],
        ['SecretNamespace:', text(namespace)],
      ];
      return [
        ['Gateway:', text(source['gateway'])],
        ['System:', text(source['system'])],
        ['Protection Domain:', text(source['protectionDomain'])],
        ['Storage Pool:', text(source['storagePool'])],
        ['Storage Mode:', text(source['storageMode'])],
        ['VolumeName:', text(source['volumeName'])],
        ...(isPersistent ? secret : []),
        ...FILESYSTEM(source),
      ];
    },
  },
  local: {
    type: 'LocalVolume (a persistent volume backed by local storage on a node)',
    lines: ({ path }) => [['Path:', text(path)]],
  },
  cephfs: {
    type: "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
    lines: (source, isPersistent) => [
      ['Monitors:', slice(source['monitors'])],
      ['Path:', text(source['path'])],
      ['User:', text(source['user'])],
      ['SecretFile:', text(source['secretFile'])],
      ['SecretRef:', secretRef(source['secretRef'], isPersistent)],
      READ_ONLY(source),
    ],
  },
  storageos: {
    type: 'StorageOS (a StorageOS Persistent Disk resource)',
    lines: (source) => [
      ['VolumeName:', text(source['volumeName'])],
      ['VolumeNamespace:', text(source['volumeNamespace'])],
      ...FILESYSTEM(source),
    ],
  },
  fc: {
    type: 'FC (a Fibre Channel disk)',
    lines: (source) => [
      ['TargetWWNs:', ((source['targetWWNs'] ?? []) as readonly string[]).join(', ')],
      ['LUN:', text(source['lun'] ?? '<none>')],
      ...FILESYSTEM(source),
    ],
  },
  azureFile: {
    type: 'AzureFile (an Azure File Service mount on the host and bind mount to the pod)',
    lines: (source, isPersistent) => [
      ['SecretName:', text(source['secretName'])],
      ...(isPersistent ? [['SecretNamespace:', text(source['secretNamespace'])] as const] : []),
      ['ShareName:', text(source['shareName'])],
      READ_ONLY(source),
    ],
  },
  flexVolume: {
    type: 'FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)',
    lines: (source, isPersistent) => [
      ['Driver:', text(source['driver'])],
      ['FSType:', text(source['fsType'])],
      ['SecretRef:', secretRef(source['secretRef'], isPersistent)],
      READ_ONLY(source),
      ['Options:', map(source['options'])],
    ],
  },
  flocker: {
    type: 'Flocker (a Flocker volume mounted by the Flocker agent)',
    lines: ({ datasetName, datasetUUID }) => [
      ['DatasetName:', text(datasetName)],
      ['DatasetUUID:', text(datasetUUID)],
    ],
  },
  image: {
    type: 'Image (a container image or OCI artifact)',
    lines: ({ reference, pullPolicy }) => [
      ['Reference:', text(reference)],
      ['PullPolicy:', text(pullPolicy)],
    ],
  },
};

/** The source of a pod's volume or, with `isPersistent`, of a PersistentVolume. */
export function printVolumeSource(w: DescriptionWriter, holder: Fields, isPersistent: boolean): void {
  const csi = holder['csi'] as Fields | undefined;
  if (csi) {
    w.line(2, `Type:\t${CSI}`);
    w.line(2, `Driver:\t${text(csi['driver'])}`);
    w.line(2, `FSType:\t${text(csi['fsType'])}`);
    if (isPersistent) w.line(2, `VolumeHandle:\t${text(csi['volumeHandle'])}`);
    w.line(2, `ReadOnly:\t${bool(csi['readOnly'])}`);
    printAttributes(w, csi['volumeAttributes'] as Fields | undefined);
    return;
  }
  const name = Object.keys(SOURCES).find((entry) => holder[entry] !== undefined);
  const printed = name === undefined ? undefined : SOURCES[name];
  if (name === undefined || !printed) {
    w.line(1, '<unknown>');
    return;
  }
  w.line(2, `Type:\t${printed.type}`);
  for (const [title, value] of printed.lines(holder[name] as Fields, isPersistent)) w.line(2, `${title}\t${value}`);
}
