import type { Service } from '../../api/kinds/service.ts';
import { labelsText } from '../../api/kinds/workload.ts';
import type { KubeObject } from '../../api/object.ts';
import type { Context } from '../../sim/context.ts';
import { printHead } from './common.ts';
import type { DescriptionWriter } from './writer.ts';

interface Address {
  readonly ip: string;
}

interface Port {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
}

interface Endpoints extends KubeObject {
  readonly subsets?: readonly {
    readonly addresses?: readonly Address[];
    readonly notReadyAddresses?: readonly Address[];
    readonly ports?: readonly Port[];
  }[];
}

interface EndpointSlice extends KubeObject {
  readonly addressType?: string;
  readonly ports?: readonly Port[];
  readonly endpoints?: readonly {
    readonly addresses?: readonly string[];
    readonly conditions?: { readonly ready?: boolean };
    readonly hostname?: string;
    readonly nodeName?: string;
    readonly zone?: string;
    readonly targetRef?: { readonly kind?: string; readonly name?: string };
  }[];
}

const ENDPOINT_SLICES = 'endpointslices.discovery.k8s.io';
const SERVICE_NAME = 'kubernetes.io/service-name';
/** More than so many are only counted. */
const SHOWN = 3;

/** @see staging/src/k8s.io/kubectl/pkg/describe/describe.go describeEndpoints */
export function describeEndpoints(w: DescriptionWriter, endpoints: Endpoints): void {
  const ips = (addresses: readonly Address[] = []): string => addresses.map(({ ip }) => ip).join(',') || '<none>';
  printHead(w, endpoints);
  w.line(0, 'Subsets:');
  for (const { addresses, notReadyAddresses, ports = [] } of endpoints.subsets ?? []) {
    w.line(1, `Addresses:\t${ips(addresses)}`);
    w.line(1, `NotReadyAddresses:\t${ips(notReadyAddresses)}`);
    if (ports.length > 0) {
      w.line(1, 'Ports:');
      w.line(2, 'Name\tPort\tProtocol');
      w.line(2, '----\t----\t--------');
      for (const { name, port = 0, protocol = '' } of ports) w.line(2, `${name || '<unset>'}\t${port}\t${protocol}`);
    }
    w.line(0, '');
  }
}

/** @see describeEndpointSliceV1 */
export function describeEndpointSlice(w: DescriptionWriter, slice: EndpointSlice): void {
  printHead(w, slice);
  w.line(0, `AddressType:\t${slice.addressType ?? ''}`);
  const { ports = [], endpoints = [] } = slice;
  w.line(0, ports.length === 0 ? 'Ports: <unset>' : 'Ports:');
  if (ports.length > 0) {
    w.line(1, 'Name\tPort\tProtocol');
    w.line(1, '----\t----\t--------');
  }
  for (const { name, port, protocol = 'TCP' } of ports)
    w.line(1, `${name || '<unset>'}\t${port ?? '<unset>'}\t${protocol}`);
  w.line(0, endpoints.length === 0 ? 'Endpoints: <none>' : 'Endpoints:');
  for (const { addresses = [], conditions, hostname, targetRef, nodeName, zone } of endpoints) {
    w.line(1, `- Addresses:\t${addresses.join(', ') || '<none>'}`);
    w.line(2, 'Conditions:');
    w.line(3, `Ready:\t${conditions?.ready ?? '<unset>'}`);
    w.line(2, `Hostname:\t${hostname ?? '<unset>'}`);
    if (targetRef) w.line(2, `TargetRef:\t${targetRef.kind ?? ''}/${targetRef.name ?? ''}`);
    w.line(2, `NodeName:\t${nodeName ?? '<unset>'}`);
    w.line(2, `Zone:\t${zone ?? '<unset>'}`);
  }
}

const slicesOf = (ctx: Context, { metadata: { namespace, name } }: Service): readonly EndpointSlice[] =>
  ctx
    .liveKeys(ENDPOINT_SLICES)
    .filter((key) => key.startsWith(`${namespace ?? ''}/`))
    .map((key) => ctx.live<EndpointSlice>(ENDPOINT_SLICES, key))
    .filter((slice) => slice !== undefined)
    .filter(({ metadata }) => metadata.labels?.[SERVICE_NAME] === name);

const hostPort = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/** @see formatEndpointSlices */
function endpointsText(slices: readonly EndpointSlice[], portName: string): string {
  if (slices.length === 0) return '<none>';
  const found = slices.flatMap(({ ports = [], endpoints = [] }) => {
    const ready = endpoints
      .filter(({ conditions }) => conditions?.ready !== false)
      .map(({ addresses = [] }) => addresses[0] ?? '');
    if (ports.length === 0) return ready;
    const wanted = ports.filter(({ name = '' }) => name === portName);
    return wanted.flatMap(({ port = 0 }) => ready.map((address) => hostPort(address, port)));
  });
  const more = found.length > SHOWN ? ` + ${found.length - SHOWN} more...` : '';
  return found.slice(0, SHOWN).join(',') + more;
}

type Fields = Readonly<Record<string, unknown>>;

/** @see describeService */
export function describeService(w: DescriptionWriter, service: Service, ctx: Context): void {
  const { spec, status } = service;
  const more = spec as unknown as Fields;
  const optional = (title: string, value: unknown): void => {
    if (value !== undefined && value !== '' && value !== 0) w.line(0, `${title}:\t${String(value)}`);
  };
  const list = (value: unknown): string => ((value ?? []) as readonly string[]).join(',');
  printHead(w, service);
  w.line(0, `Selector:\t${labelsText(spec.selector)}`);
  w.line(0, `Type:\t${spec.type ?? ''}`);
  optional('IP Family Policy', more['ipFamilyPolicy']);
  w.line(0, `IP Families:\t${list(more['ipFamilies']) || '<none>'}`);
  w.line(0, `IP:\t${spec.clusterIP ?? ''}`);
  w.line(0, `IPs:\t${spec.clusterIPs?.join(',') || '<none>'}`);
  optional('External IPs', list(spec.externalIPs));
  optional('Desired LoadBalancer IP', more['loadBalancerIP']);
  optional('External Name', spec.externalName);
  const ingress = (status?.loadBalancer?.ingress ?? []) as readonly Readonly<Record<string, string | undefined>>[];
  const texts = ingress.map(({ ip, ipMode, hostname = '' }) =>
    ip ? `${ip}${ipMode ? ` (${ipMode})` : ''}` : hostname,
  );
  optional('LoadBalancer Ingress', texts.join(', '));
  const slices = slicesOf(ctx, service);
  for (const servicePort of spec.ports ?? []) {
    const { name = '', port, protocol = 'TCP', targetPort = port, nodePort } = servicePort;
    const title = name || '<unset>';
    w.line(0, `Port:\t${title}\t${port}/${protocol}`);
    w.line(0, `TargetPort:\t${targetPort}/${protocol}`);
    optional('AppProtocol', (servicePort as unknown as Fields)['appProtocol']);
    if (nodePort) w.line(0, `NodePort:\t${title}\t${nodePort}/${protocol}`);
    w.line(0, `Endpoints:\t${endpointsText(slices, name)}`);
  }
  w.line(0, `Session Affinity:\t${spec.sessionAffinity ?? ''}`);
  optional('External Traffic Policy', spec.externalTrafficPolicy);
  optional('Internal Traffic Policy', spec.internalTrafficPolicy);
  optional('HealthCheck NodePort', more['healthCheckNodePort']);
  optional('LoadBalancer Source Ranges', list(more['loadBalancerSourceRanges']));
  optional('Traffic Distribution', more['trafficDistribution']);
}
