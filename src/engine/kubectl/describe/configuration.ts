import type { Service } from '../../api/kinds/service.ts';
import { labelsText } from '../../api/kinds/workload.ts';
import type { ConfigMap, KubeObject, Secret } from '../../api/object.ts';
import { printAnnotations, printLabels, printName } from './common.ts';
import type { DescriptionWriter } from './writer.ts';

function printHead(w: DescriptionWriter, object: KubeObject): void {
  printName(w, object);
  printLabels(w, 'Labels', object.metadata.labels);
  printAnnotations(w, 'Annotations', object.metadata.annotations);
}

/** Bytes that base64 stands for. */
const sizeOf = (text: string): number => Math.floor((text.replace(/[\s=]/g, '').length * 3) / 4);

/** @see staging/src/k8s.io/kubectl/pkg/describe/describe.go ConfigMapDescriber.Describe */
export function describeConfigMap(w: DescriptionWriter, map: ConfigMap): void {
  printHead(w, map);
  w.line(0, '');
  w.line(0, 'Data');
  w.line(0, '====');
  for (const key of Object.keys(map.data ?? {}).sort()) {
    w.line(0, `${key}:`);
    w.line(0, '----');
    w.line(0, map.data?.[key] ?? '');
    w.line(0, '');
  }
  w.line(0, '');
  w.line(0, 'BinaryData');
  w.line(0, '====');
  for (const key of Object.keys(map.binaryData ?? {}).sort())
    w.line(0, `${key}: ${sizeOf(map.binaryData?.[key] ?? '')} bytes`);
  w.line(0, '');
}

/** @see describeSecret */
export function describeSecret(w: DescriptionWriter, secret: Secret): void {
  printHead(w, secret);
  w.line(0, '');
  w.line(0, `Type:\t${secret.type ?? ''}`);
  w.line(0, '');
  w.line(0, 'Data');
  w.line(0, '====');
  for (const key of Object.keys(secret.data ?? {}).sort())
    w.line(0, `${key}:\t${sizeOf(secret.data?.[key] ?? '')} bytes`);
}

/** @see describeServiceAccount */
export function describeServiceAccount(w: DescriptionWriter, account: KubeObject): void {
  printHead(w, account);
  const { imagePullSecrets = [] } = account as { readonly imagePullSecrets?: readonly { readonly name: string }[] };
  if (imagePullSecrets.length === 0) w.line(0, 'Image pull secrets:\t<none>');
  for (const [i, { name }] of imagePullSecrets.entries())
    w.line(0, `${i === 0 ? 'Image pull secrets:' : ' '.repeat(19)}\t${name}`);
}

/** @see describeService. Services are kept and not routed: they have no endpoints. */
export function describeService(w: DescriptionWriter, service: Service): void {
  const { spec, status } = service;
  const { ipFamilies = [], ipFamilyPolicy } = spec as {
    readonly ipFamilies?: readonly string[];
    readonly ipFamilyPolicy?: string;
  };
  printHead(w, service);
  w.line(0, `Selector:\t${labelsText(spec.selector)}`);
  w.line(0, `Type:\t${spec.type ?? ''}`);
  if (ipFamilyPolicy !== undefined) w.line(0, `IP Family Policy:\t${ipFamilyPolicy}`);
  w.line(0, `IP Families:\t${ipFamilies.join(',') || '<none>'}`);
  w.line(0, `IP:\t${spec.clusterIP ?? ''}`);
  w.line(0, `IPs:\t${spec.clusterIPs?.join(',') || '<none>'}`);
  if (spec.externalIPs?.length) w.line(0, `External IPs:\t${spec.externalIPs.join(',')}`);
  if (spec.externalName) w.line(0, `External Name:\t${spec.externalName}`);
  const ingress = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || (hostname ?? ''));
  if (ingress.length > 0) w.line(0, `LoadBalancer Ingress:\t${ingress.join(', ')}`);
  for (const { name = '<unset>', port, protocol = 'TCP', targetPort = port, nodePort } of spec.ports ?? []) {
    w.line(0, `Port:\t${name}\t${port}/${protocol}`);
    w.line(0, `TargetPort:\t${targetPort}/${protocol}`);
    if (nodePort) w.line(0, `NodePort:\t${name}\t${nodePort}/${protocol}`);
    w.line(0, 'Endpoints:\t');
  }
  w.line(0, `Session Affinity:\t${spec.sessionAffinity ?? ''}`);
  if (spec.externalTrafficPolicy) w.line(0, `External Traffic Policy:\t${spec.externalTrafficPolicy}`);
  if (spec.internalTrafficPolicy !== undefined) w.line(0, `Internal Traffic Policy:\t${spec.internalTrafficPolicy}`);
}
