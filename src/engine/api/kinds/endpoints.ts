import { deepEqual } from '../diff.ts';
import { type Column, defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { IMMUTABLE, invalidValue, oneOf } from './field.ts';
import {
  ageColumn,
  byNamespace,
  byOwner,
  nameColumn,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './metadata.ts';

/** More than so many are only counted. */
const SHOWN = 3;

interface Subset {
  readonly addresses?: readonly { readonly ip: string }[];
  readonly ports?: readonly { readonly port: number }[];
}

export interface Endpoints extends KubeObject {
  readonly subsets?: readonly Subset[];
}

function listed(texts: readonly string[], none: string): string {
  if (texts.length === 0) return none;
  const more = texts.length > SHOWN ? ` + ${texts.length - SHOWN} more...` : '';
  return texts.slice(0, SHOWN).join(',') + more;
}

/** Kept as data: no traffic is routed. @see pkg/printers/internalversion/printers.go printEndpoints */
export const endpoints = defineKind<Endpoints>({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  indices: { byNamespace, byOwner },
  columns: [
    nameColumn,
    {
      name: 'Endpoints',
      cell: ({ subsets = [] }) =>
        listed(
          subsets.flatMap(({ addresses = [], ports = [] }) =>
            ports.length === 0
              ? addresses.map(({ ip }) => ip)
              : ports.flatMap(({ port }) => addresses.map(({ ip }) => `${ip}:${port}`)),
          ),
          '<none>',
        ),
    },
    ageColumn,
  ],
  validate: ({ metadata }) => validateObjectMeta(metadata, true),
  validateUpdate: ({ metadata }, old) => validateObjectMetaUpdate(metadata, old.metadata),
  warnings: () => ['v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'],
});

export interface EndpointSlice extends KubeObject {
  readonly addressType?: string;
  readonly endpoints?: readonly { readonly addresses?: readonly string[] }[];
  readonly ports?: readonly { readonly port?: number; readonly name?: string }[];
}

/** @see pkg/printers/internalversion/printers.go printEndpointSlice */
const sliceColumns: readonly Column<EndpointSlice>[] = [
  nameColumn,
  { name: 'AddressType', cell: ({ addressType }) => addressType ?? '' },
  {
    name: 'Ports',
    cell: ({ ports = [] }) =>
      listed(
        ports.map(({ port, name }) => String(port ?? name ?? '*')),
        '<unset>',
      ),
  },
  {
    name: 'Endpoints',
    cell: ({ endpoints: all = [] }) =>
      listed(
        all.flatMap(({ addresses = [] }) => addresses),
        '<unset>',
      ),
  },
  ageColumn,
];

export const endpointSlice = defineKind<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  singular: 'endpointslice',
  shortNames: [],
  namespaced: true,
  generationOf: ['endpoints', 'ports'],
  indices: { byNamespace, byOwner },
  columns: sliceColumns,
  validate: ({ metadata, addressType }) => [
    ...validateObjectMeta(metadata, true),
    ...oneOf('addressType', addressType, ['FQDN', 'IPv4', 'IPv6']),
  ],
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...(deepEqual(object.addressType, old.addressType)
      ? []
      : [invalidValue('addressType', object.addressType, IMMUTABLE)]),
  ],
});
