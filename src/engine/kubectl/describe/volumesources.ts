import { canonicalQuantity } from '../../api/quantity.ts';
import type { DescriptionWriter } from './writer.ts';

type Fields = Readonly<Record<string, unknown>>;

const MAX_ATTRIBUTE = 140;

const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));
const bool = (value: unknown): string => String(value === true);
const list = (value: unknown): string => (Array.isArray(value) ? value.join(',') : '');

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

interface Printed {
  readonly type: string;
  /** Lines below the type: title and value. */
  readonly lines: (source: Fields) => readonly (readonly [string, string])[];
}

const optional = ({ optional: value }: Fields): readonly [string, string] => ['Optional', bool(value)];

/** What is printed of each source. @see staging/src/k8s.io/kubectl/pkg/describe/describe.go describeVolumes */
const SOURCES: Readonly<Record<string, Printed>> = {
  hostPath: {
    type: 'HostPath (bare host directory volume)',
    lines: ({ path, type }) => [
      ['Path', text(path)],
      ['HostPathType', type === undefined ? '<none>' : text(type)],
    ],
  },
  emptyDir: {
    type: "EmptyDir (a temporary directory that shares a pod's lifetime)",
    lines: ({ medium, sizeLimit }) => [
      ['Medium', text(medium)],
      ['SizeLimit', sizeLimit === undefined ? '<unset>' : canonicalQuantity(String(sizeLimit))],
    ],
  },
  secret: {
    type: 'Secret (a volume populated by a Secret)',
    lines: (source) => [['SecretName', text(source['secretName'])], optional(source)],
  },
  configMap: {
    type: 'ConfigMap (a volume populated by a ConfigMap)',
    lines: (source) => [['Name', text(source['name'])], optional(source)],
  },
  nfs: {
    type: 'NFS (an NFS mount that lasts the lifetime of a pod)',
    lines: ({ server, path, readOnly }) => [
      ['Server', text(server)],
      ['Path', text(path)],
      ['ReadOnly', bool(readOnly)],
    ],
  },
  persistentVolumeClaim: {
    type: 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
    lines: ({ claimName, readOnly }) => [
      ['ClaimName', text(claimName)],
      ['ReadOnly', bool(readOnly)],
    ],
  },
  local: {
    type: 'LocalVolume (a persistent volume backed by local storage on a node)',
    lines: ({ path }) => [['Path', text(path)]],
  },
  flexVolume: {
    type: 'FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)',
    lines: ({ driver, fsType, readOnly }) => [
      ['Driver', text(driver)],
      ['FSType', text(fsType)],
      ['ReadOnly', bool(readOnly)],
    ],
  },
  fc: {
    type: 'FC (a Fibre Channel disk)',
    lines: ({ targetWWNs, lun, fsType, readOnly }) => [
      ['TargetWWNs', list(targetWWNs)],
      ['LUN', text(lun)],
      ['FSType', text(fsType)],
      ['ReadOnly', bool(readOnly)],
    ],
  },
};

/** A volume's source, or what can be said of one that has no description. */
export function printVolumeSource(w: DescriptionWriter, holder: Fields): void {
  const csi = holder['csi'] as Fields | undefined;
  if (csi) {
    const persistent = csi['volumeHandle'] !== undefined;
    w.line(2, `Type:\t${CSI}`);
    w.line(2, `Driver:\t${text(csi['driver'])}`);
    w.line(2, `FSType:\t${text(csi['fsType'])}`);
    if (persistent) w.line(2, `VolumeHandle:\t${text(csi['volumeHandle'])}`);
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
  for (const [title, value] of printed.lines(holder[name] as Fields)) w.line(2, `${title}:\t${value}`);
}
