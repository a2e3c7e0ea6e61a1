import { parseId } from '../model/ids.ts';
import { lifeOf, type Moment } from '../model/moment.ts';
import { documentsOf } from './documents.ts';
import { idOfDocument } from './markLines.ts';

/** A name that may stand where the cursor is. */
export interface NameProposal {
  readonly name: string;
  readonly kind: string;
  /** Column from which the name replaces what is there, from 1. */
  readonly column: number;
}

/** The kind whose objects a field names. */
const KIND_OF_FIELD: Readonly<Record<string, string>> = {
  claimName: 'PersistentVolumeClaim',
  configMapName: 'ConfigMap',
  driver: 'CSIDriver',
  driverName: 'CSIDriver',
  namespace: 'Namespace',
  nodeName: 'Node',
  persistentVolumeClaimName: 'PersistentVolumeClaim',
  persistentVolumeName: 'PersistentVolume',
  priorityClassName: 'PriorityClass',
  provisioner: 'CSIDriver',
  secretName: 'Secret',
  serviceAccountName: 'ServiceAccount',
  storageClassName: 'StorageClass',
  volumeAttributesClassName: 'VolumeAttributesClass',
  volumeName: 'PersistentVolume',
  volumeSnapshotClassName: 'VolumeSnapshotClass',
};

const FIELD = /(?:^|[\s{,])([A-Za-z]+):\s+(["']?)([\w.-]*)$/;

/**
 * Names of objects that the field before the cursor may take: those that are there at the playhead, and those that the
 * texts describe. Claims and the like only of the document's own namespace.
 */
export function namesAt(before: string, namespace: string, moment: Moment, texts: readonly string[]): NameProposal[] {
  const [, field = '', , typed = ''] = FIELD.exec(before) ?? [];
  const kind = Object.hasOwn(KIND_OF_FIELD, field) ? KIND_OF_FIELD[field] : undefined;
  if (kind === undefined) return [];
  const isNear = (of: string): boolean => of === '' || of === namespace;
  const living = [...moment.structure.elements.values()].filter((element) => lifeOf(moment, element) === 'alive');
  const written = texts.flatMap(documentsOf).map((document) => parseId(idOfDocument(document)));
  const fitting = [...living, ...written].filter((object) => object.kind === kind && isNear(object.namespace));
  const names = new Set(fitting.map(({ name }) => name));
  return [...names].sort().map((name) => ({ name, kind, column: before.length - typed.length + 1 }));
}
