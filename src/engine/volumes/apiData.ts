import { keyOf } from '../api/kind.ts';
import type { ConfigMap, KeyToPath, Pod, Secret } from '../api/object.ts';
import { quantityMilliValue, quantityValue } from '../api/quantity.ts';
import { CONFIG_MAPS, PODS, SECRETS } from '../api/tables.ts';
import { decodeBase64, secretData } from '../csi/spec/secrets.ts';
import type { Context } from '../sim/context.ts';
import { makePayload, type Payload, type PayloadResult } from './payload.ts';

/** What a volume takes from one ConfigMap or Secret. */
export interface KeySource {
  readonly name: string;
  readonly items?: readonly KeyToPath[] | undefined;
  readonly optional?: boolean | undefined;
  readonly defaultMode?: number | undefined;
}

/** @see pkg/volume/configmap/configmap.go SetUpAt */
export function configMapPayload(ctx: Context, namespace: string, source: KeySource): PayloadResult {
  const found = ctx.live<ConfigMap>(CONFIG_MAPS, keyOf(namespace, source.name));
  if (!found) return source.optional ? { payload: {} } : { error: `configmap "${source.name}" not found` };
  const binary = Object.entries(found.binaryData ?? {}).map(([key, value]) => [key, decodeBase64(value)] as const);
  const data = { ...found.data, ...Object.fromEntries(binary) };
  return makePayload(source.items, data, source, (key) => `configmap references non-existent config key: ${key}`);
}

/** @see pkg/volume/secret/secret.go SetUpAt */
export function secretPayload(ctx: Context, namespace: string, source: KeySource): PayloadResult {
  const found = ctx.live<Secret>(SECRETS, keyOf(namespace, source.name));
  if (!found) return source.optional ? { payload: {} } : { error: `secret "${source.name}" not found` };
  return makePayload(
    source.items,
    secretData(found.data),
    source,
    (key) => `references non-existent secret key: ${key}`,
  );
}

export interface DownwardItem {
  readonly path: string;
  readonly mode?: number;
  readonly fieldRef?: { readonly fieldPath: string };
  readonly resourceFieldRef?: { readonly containerName?: string; readonly resource: string; readonly divisor?: string };
}

/** @see pkg/volume/downwardapi/downwardapi.go CollectData */
export function downwardPayload(
  ctx: Context,
  podKey: string,
  items: readonly DownwardItem[],
  defaultMode: number,
): PayloadResult {
  const pod = ctx.live<Pod>(PODS, podKey);
  if (!pod) return { error: `pod "${podKey}" not found` };
  const payload: Record<string, Payload[string]> = {};
  const errors: string[] = [];
  for (const { path, mode = defaultMode, fieldRef, resourceFieldRef } of items) {
    const content = fieldRef
      ? podField(pod, fieldRef.fieldPath)
      : resourceFieldRef && containerResource(pod, resourceFieldRef);
    if (content === undefined)
      errors.push(`unsupported fieldPath: ${fieldRef?.fieldPath ?? resourceFieldRef?.resource ?? ''}`);
    else payload[path] = { content, mode };
  }
  const [error] = errors;
  return error === undefined ? { payload } : { error };
}

/** @see pkg/fieldpath/fieldpath.go ExtractFieldPathAsString */
function podField({ metadata }: Pod, path: string): string | undefined {
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (subscript) return metadata[subscript[1] as 'labels' | 'annotations']?.[subscript[2] ?? ''] ?? '';
  if (path === 'metadata.labels' || path === 'metadata.annotations') {
    const map = metadata[path === 'metadata.labels' ? 'labels' : 'annotations'] ?? {};
    return Object.keys(map)
      .sort()
      .map((key) => `${key}=${JSON.stringify(map[key])}`)
      .join('\n');
  }
  if (path === 'metadata.name') return metadata.name;
  if (path === 'metadata.namespace') return metadata.namespace ?? 'default';
  return path === 'metadata.uid' ? metadata.uid : undefined;
}

/** @see pkg/api/v1/resource/helpers.go ExtractContainerResourceValue */
function containerResource({ spec }: Pod, ref: NonNullable<DownwardItem['resourceFieldRef']>): string | undefined {
  const container = [...(spec.initContainers ?? []), ...spec.containers].find(
    ({ name }) => name === (ref.containerName ?? name),
  );
  const [kind = '', ...rest] = ref.resource.split('.');
  const name = rest.join('.');
  const amounts = kind === 'limits' ? container?.resources?.limits : container?.resources?.requests;
  const amount = amounts?.[name] ?? '0';
  const divisor = ref.divisor === undefined || ref.divisor === '0' ? '1' : ref.divisor;
  const [value, by] =
    name === 'cpu'
      ? [quantityMilliValue(amount), quantityMilliValue(divisor)]
      : [quantityValue(amount), quantityValue(divisor)];
  if (by === 0n) return undefined;
  return String((value + by - 1n) / by);
}
