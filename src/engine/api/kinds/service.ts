import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import { isDNS1035Label } from '../names.ts';
import type { KubeObject } from '../object.ts';
import { VALUES } from '../schema/values.ts';
import { oneOf, required } from './field.ts';
import {
  ageColumn,
  byNamespace,
  byOwner,
  nameColumn,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './metadata.ts';
import { labelsText } from './workload.ts';

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly targetPort?: number | string;
  readonly nodePort?: number;
}

export interface Service extends KubeObject {
  readonly spec: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly clusterIPs?: readonly string[];
    readonly externalIPs?: readonly string[];
    readonly externalName?: string;
    readonly ports?: readonly ServicePort[];
    readonly selector?: Readonly<Record<string, string>>;
    readonly sessionAffinity?: string;
    readonly internalTrafficPolicy?: string;
    readonly externalTrafficPolicy?: string;
  };
  readonly status?: {
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] };
  };
}

/** @see pkg/printers/internalversion/printers.go getServiceExternalIP */
function externalIP({ spec, status }: Service): string {
  const { externalIPs = [], type } = spec;
  if (type === 'ExternalName') return spec.externalName ?? '';
  if (type === 'LoadBalancer') {
    const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '');
    return [...new Set(addresses), ...externalIPs].join(',') || '<pending>';
  }
  return externalIPs.join(',') || '<none>';
}

const ports = ({ spec }: Service): string =>
  (spec.ports ?? [])
    .map(({ port, nodePort, protocol = 'TCP' }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`)
    .join(',') || '<none>';

const columns: readonly Column<Service>[] = [
  nameColumn,
  { name: 'Type', cell: ({ spec }) => spec.type ?? '' },
  { name: 'Cluster-IP', cell: ({ spec }) => spec.clusterIPs?.[0] ?? (spec.clusterIP || '<none>') },
  { name: 'External-IP', cell: externalIP },
  { name: 'Port(s)', cell: ports },
  ageColumn,
  { name: 'Selector', priority: 1, cell: ({ spec }) => labelsText(spec.selector) },
];

/** Addresses are not handed out: a Service is headless or has the address that it names. @see SetDefaults_Service */
function setDefaults(object: Service): Service {
  const spec = object.spec ?? {};
  const type = spec.type || 'ClusterIP';
  return {
    ...object,
    spec: {
      ...spec,
      type,
      sessionAffinity: spec.sessionAffinity || 'None',
      ...(spec.ports && {
        ports: spec.ports.map((port) => ({
          ...port,
          protocol: port.protocol || 'TCP',
          targetPort: port.targetPort || port.port,
        })),
      }),
      ...(type !== 'ExternalName' && { internalTrafficPolicy: spec.internalTrafficPolicy ?? 'Cluster' }),
      ...((type === 'NodePort' || type === 'LoadBalancer') && {
        externalTrafficPolicy: spec.externalTrafficPolicy ?? 'Cluster',
      }),
      ...(spec.clusterIP && { clusterIPs: spec.clusterIPs ?? [spec.clusterIP] }),
    },
  };
}

function validate({ metadata, spec }: Service): FieldError[] {
  const errors = validateObjectMeta(metadata, true, isDNS1035Label);
  const headless = spec.clusterIP === 'None' || spec.type === 'ExternalName';
  if (!headless && (spec.ports ?? []).length === 0) errors.push(required('spec.ports'));
  errors.push(...oneOf('spec.type', spec.type, VALUES['core.ServiceType']));
  const several = (spec.ports ?? []).length > 1;
  for (const [i, { name }] of (spec.ports ?? []).entries())
    if (several && !name) errors.push(required(`spec.ports[${i}].name`));
  return errors;
}

export const service = defineKind<Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  namespaced: true,
  all: true,
  statusSubresource: true,
  indices: { byNamespace, byOwner },
  columns,
  defaults: setDefaults,
  prepareForCreate: (object) => ({ ...object, status: { loadBalancer: {} } }),
  validate,
  validateUpdate: ({ metadata }, old) => validateObjectMetaUpdate(metadata, old.metadata),
});
