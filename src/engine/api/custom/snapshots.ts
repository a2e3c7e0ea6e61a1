import { byText } from '../kinds/metadata.ts';
import type { KubeObject } from '../object.ts';
import type { CustomKind, PrinterColumn } from './kind.ts';
import {
  BOOLEAN,
  DELETION_POLICY,
  exactlyOne,
  INTEGER,
  immutable,
  LABEL_SELECTOR,
  notEmpty,
  object,
  objectReference,
  type Rule,
  requiredOnceSet,
  type Schema,
  STATUS_ERROR,
  STRING,
  STRING_MAP,
  STRINGS,
} from './schema.ts';

/** Snapshot kinds, as external-snapshotter's CustomResourceDefinitions have them (client/config/crd). */

const SNAPSHOT = { group: 'snapshot.storage.k8s.io', version: 'v1' } as const;
const GROUP_SNAPSHOT = { group: 'groupsnapshot.storage.k8s.io', version: 'v1' } as const;

const fixed = (field: string, schema: Schema = STRING, text = 'is immutable'): Schema => ({
  ...schema,
  rules: [...(schema.rules ?? []), immutable(`${field} ${text}`)],
});

const nonEmpty = (field: string): Schema => ({ type: 'string', rules: [notEmpty(field)] });

const named = (field: string): Rule => ({
  message: `both ${field}.name and ${field}.namespace must be set`,
  holds: (self: { readonly name?: string; readonly namespace?: string }) =>
    self.name !== undefined && self.namespace !== undefined,
});

const age: PrinterColumn = { name: 'Age', path: 'metadata.creationTimestamp', type: 'date' };
const readyToUse: PrinterColumn = { name: 'ReadyToUse', path: 'status.readyToUse' };

const classColumns: readonly PrinterColumn[] = [
  { name: 'Driver', path: 'driver' },
  { name: 'DeletionPolicy', path: 'deletionPolicy' },
  age,
];

export const volumeSnapshotClass: CustomKind = {
  ...SNAPSHOT,
  kind: 'VolumeSnapshotClass',
  plural: 'volumesnapshotclasses',
  shortNames: ['vsclass', 'vsclasses'],
  namespaced: false,
  statusSubresource: false,
  columns: classColumns,
  schema: object({ deletionPolicy: DELETION_POLICY, driver: STRING, parameters: STRING_MAP }, [
    'deletionPolicy',
    'driver',
  ]),
};

export const volumeSnapshot: CustomKind = {
  ...SNAPSHOT,
  kind: 'VolumeSnapshot',
  plural: 'volumesnapshots',
  shortNames: ['vs'],
  namespaced: true,
  statusSubresource: true,
  indices: {
    /** By namespace and name of the claim that a snapshot is taken of. */
    byClaim: byText(
      (snapshot: KubeObject & { readonly spec?: { readonly source?: { persistentVolumeClaimName?: string } } }) => {
        const claim = snapshot.spec?.source?.persistentVolumeClaimName;
        return claim === undefined ? undefined : `${snapshot.metadata.namespace ?? ''}/${claim}`;
      },
    ),
  },
  columns: [
    readyToUse,
    { name: 'SourcePVC', path: 'spec.source.persistentVolumeClaimName' },
    { name: 'SourceSnapshotContent', path: 'spec.source.volumeSnapshotContentName' },
    { name: 'RestoreSize', path: 'status.restoreSize' },
    { name: 'SnapshotClass', path: 'spec.volumeSnapshotClassName' },
    { name: 'SnapshotContent', path: 'status.boundVolumeSnapshotContentName' },
    { name: 'CreationTime', path: 'status.creationTime', type: 'date' },
    age,
  ],
  schema: object(
    {
      spec: object(
        {
          source: object(
            {
              persistentVolumeClaimName: fixed('persistentVolumeClaimName'),
              volumeSnapshotContentName: fixed('volumeSnapshotContentName'),
            },
            [],
            [
              requiredOnceSet('persistentVolumeClaimName'),
              requiredOnceSet('volumeSnapshotContentName'),
              exactlyOne('volumeSnapshotContentName', 'persistentVolumeClaimName'),
            ],
          ),
          volumeSnapshotClassName: nonEmpty('volumeSnapshotClassName'),
        },
        ['source'],
      ),
      status: object({
        boundVolumeSnapshotContentName: STRING,
        creationTime: STRING,
        error: STATUS_ERROR,
        readyToUse: BOOLEAN,
        restoreSize: { type: 'quantity' },
        volumeGroupSnapshotName: STRING,
      }),
    },
    ['spec'],
  ),
};

export const volumeSnapshotContent: CustomKind = {
  ...SNAPSHOT,
  kind: 'VolumeSnapshotContent',
  plural: 'volumesnapshotcontents',
  shortNames: ['vsc', 'vscs'],
  namespaced: false,
  statusSubresource: true,
  indices: {
    byDriver: byText((content: KubeObject & { readonly spec?: { readonly driver?: string } }) => content.spec?.driver),
  },
  columns: [
    readyToUse,
    { name: 'RestoreSize', path: 'status.restoreSize' },
    { name: 'DeletionPolicy', path: 'spec.deletionPolicy' },
    { name: 'Driver', path: 'spec.driver' },
    { name: 'VolumeSnapshotClass', path: 'spec.volumeSnapshotClassName' },
    { name: 'VolumeSnapshot', path: 'spec.volumeSnapshotRef.name' },
    { name: 'VolumeSnapshotNamespace', path: 'spec.volumeSnapshotRef.namespace' },
    age,
  ],
  schema: object(
    {
      spec: object(
        {
          deletionPolicy: DELETION_POLICY,
          driver: STRING,
          source: object(
            { snapshotHandle: fixed('snapshotHandle'), volumeHandle: fixed('volumeHandle') },
            [],
            [
              requiredOnceSet('volumeHandle'),
              requiredOnceSet('snapshotHandle'),
              exactlyOne('volumeHandle', 'snapshotHandle'),
            ],
          ),
          sourceVolumeMode: fixed('sourceVolumeMode'),
          volumeSnapshotClassName: STRING,
          volumeSnapshotRef: objectReference([named('spec.volumeSnapshotRef')]),
        },
        ['deletionPolicy', 'driver', 'source', 'volumeSnapshotRef'],
        [requiredOnceSet('sourceVolumeMode')],
      ),
      status: object({
        creationTime: INTEGER,
        error: STATUS_ERROR,
        readyToUse: BOOLEAN,
        restoreSize: { type: 'integer', minimum: 0 },
        snapshotHandle: STRING,
        volumeGroupSnapshotHandle: STRING,
      }),
    },
    ['spec'],
  ),
};

export const volumeGroupSnapshotClass: CustomKind = {
  ...GROUP_SNAPSHOT,
  kind: 'VolumeGroupSnapshotClass',
  plural: 'volumegroupsnapshotclasses',
  shortNames: ['vgsclass', 'vgsclasses'],
  namespaced: false,
  statusSubresource: false,
  columns: classColumns,
  schema: object(
    {
      deletionPolicy: fixed('deletionPolicy', DELETION_POLICY, 'is immutable once set'),
      driver: fixed('driver', STRING, 'is immutable once set'),
      parameters: fixed('parameters', STRING_MAP, 'are immutable once set'),
    },
    ['deletionPolicy', 'driver'],
  ),
};

export const volumeGroupSnapshot: CustomKind = {
  ...GROUP_SNAPSHOT,
  kind: 'VolumeGroupSnapshot',
  plural: 'volumegroupsnapshots',
  shortNames: ['vgs'],
  namespaced: true,
  statusSubresource: true,
  columns: [
    readyToUse,
    { name: 'VolumeGroupSnapshotClass', path: 'spec.volumeGroupSnapshotClassName' },
    { name: 'VolumeGroupSnapshotContent', path: 'status.boundVolumeGroupSnapshotContentName' },
    { name: 'CreationTime', path: 'status.creationTime', type: 'date' },
    age,
  ],
  schema: object(
    {
      spec: object(
        {
          source: object(
            {
              selector: fixed('selector', LABEL_SELECTOR),
              volumeGroupSnapshotContentName: fixed('volumeGroupSnapshotContentName'),
            },
            [],
            [
              requiredOnceSet('selector'),
              requiredOnceSet('volumeGroupSnapshotContentName'),
              exactlyOne('selector', 'volumeGroupSnapshotContentName'),
            ],
          ),
          volumeGroupSnapshotClassName: nonEmpty('volumeGroupSnapshotClassName'),
        },
        ['source'],
      ),
      status: object({
        boundVolumeGroupSnapshotContentName: fixed(
          'boundVolumeGroupSnapshotContentName',
          STRING,
          'is immutable once set',
        ),
        creationTime: STRING,
        error: STATUS_ERROR,
        readyToUse: BOOLEAN,
      }),
    },
    ['spec'],
  ),
};

export const volumeGroupSnapshotContent: CustomKind = {
  ...GROUP_SNAPSHOT,
  kind: 'VolumeGroupSnapshotContent',
  plural: 'volumegroupsnapshotcontents',
  shortNames: ['vgsc', 'vgscs'],
  namespaced: false,
  statusSubresource: true,
  columns: [
    readyToUse,
    { name: 'DeletionPolicy', path: 'spec.deletionPolicy' },
    { name: 'Driver', path: 'spec.driver' },
    { name: 'VolumeGroupSnapshotClass', path: 'spec.volumeGroupSnapshotClassName' },
    { name: 'VolumeGroupSnapshotNamespace', path: 'spec.volumeGroupSnapshotRef.namespace' },
    { name: 'VolumeGroupSnapshot', path: 'spec.volumeGroupSnapshotRef.name' },
    age,
  ],
  schema: object(
    {
      spec: object(
        {
          deletionPolicy: DELETION_POLICY,
          driver: fixed('driver', STRING, 'is immutable once set'),
          source: object(
            {
              groupSnapshotHandles: fixed(
                'groupSnapshotHandles',
                object({ volumeGroupSnapshotHandle: STRING, volumeSnapshotHandles: STRINGS }, [
                  'volumeGroupSnapshotHandle',
                  'volumeSnapshotHandles',
                ]),
              ),
              volumeHandles: fixed('volumeHandles', STRINGS),
            },
            [],
            [
              requiredOnceSet('volumeHandles'),
              requiredOnceSet('groupSnapshotHandles'),
              exactlyOne('volumeHandles', 'groupSnapshotHandles'),
            ],
          ),
          volumeGroupSnapshotClassName: fixed('volumeGroupSnapshotClassName', STRING, 'is immutable once set'),
          volumeGroupSnapshotRef: objectReference([named('volumeGroupSnapshotRef')]),
        },
        ['deletionPolicy', 'driver', 'source', 'volumeGroupSnapshotRef'],
      ),
      status: object({
        creationTime: STRING,
        error: STATUS_ERROR,
        readyToUse: BOOLEAN,
        volumeGroupSnapshotHandle: fixed('volumeGroupSnapshotHandle', STRING, 'is immutable once set'),
        volumeSnapshotInfoList: {
          type: 'array',
          items: object({
            creationTime: INTEGER,
            readyToUse: BOOLEAN,
            restoreSize: INTEGER,
            snapshotHandle: STRING,
            volumeHandle: STRING,
          }),
        },
      }),
    },
    ['spec'],
  ),
};
