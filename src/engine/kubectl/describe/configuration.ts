import type { ConfigMap, KubeObject, Secret } from '../../api/object.ts';
import { printHead } from './common.ts';
import type { DescriptionWriter } from './writer.ts';

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

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The text that base64 stands for. */
function fromBase64(text: string): string {
  const digits = [...text].map((digit) => ALPHABET.indexOf(digit)).filter((digit) => digit >= 0);
  const bytes: number[] = [];
  for (let i = 0; i + 1 < digits.length; i += 4) {
    const [a = 0, b = 0, c, d] = digits.slice(i, i + 4);
    bytes.push((a << 2) | (b >> 4));
    if (c !== undefined) bytes.push(((b & 15) << 4) | (c >> 2));
    if (c !== undefined && d !== undefined) bytes.push(((c & 3) << 6) | d);
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

/** @see describeSecret */
export function describeSecret(w: DescriptionWriter, secret: Secret): void {
  printHead(w, secret);
  w.line(0, '');
  w.line(0, `Type:\t${secret.type ?? ''}`);
  w.line(0, '');
  w.line(0, 'Data');
  w.line(0, '====');
  for (const key of Object.keys(secret.data ?? {}).sort()) {
    const value = secret.data?.[key] ?? '';
    const isToken = key === 'token' && secret.type === 'kubernetes.io/service-account-token';
    w.line(0, `${key}:\t${isToken ? fromBase64(value) : `${sizeOf(value)} bytes`}`);
  }
}

/** @see describeServiceAccount */
export function describeServiceAccount(w: DescriptionWriter, account: KubeObject): void {
  printHead(w, account);
  const { imagePullSecrets = [] } = account as { readonly imagePullSecrets?: readonly { readonly name: string }[] };
  if (imagePullSecrets.length === 0) w.line(0, 'Image pull secrets:\t<none>');
  for (const [i, { name }] of imagePullSecrets.entries())
    w.line(0, `${i === 0 ? 'Image pull secrets:' : ' '.repeat(19)}\t${name}`);
}
