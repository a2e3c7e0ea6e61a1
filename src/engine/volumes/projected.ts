import type { KeyToPath } from '../api/object.ts';
import type { Context } from '../sim/context.ts';
import type { Json } from '../sim/types.ts';
import { configMapPayload, type DownwardItem, downwardPayload, type KeySource, secretPayload } from './apiData.ts';
import { nodeDisk, removeTree } from './files.ts';
import { DEFAULT_MODE, type Payload, type PayloadResult, writePayload } from './payload.ts';
import { hasSource, podCall, podInfo, sourceOf, type VolumePlugin } from './plugin.ts';

const PROJECTED = 'kubernetes.io/projected';
const DOWNWARD = 'kubernetes.io/downward-api';

interface KeyProjection {
  readonly name?: string;
  readonly items?: readonly KeyToPath[];
  readonly optional?: boolean;
}

interface Projection {
  readonly secret?: KeyProjection;
  readonly configMap?: KeyProjection;
  readonly downwardAPI?: { readonly items?: readonly DownwardItem[] };
  readonly serviceAccountToken?: { readonly path: string; readonly audience?: string };
}

interface PodName {
  readonly namespace: string;
  readonly name: string;
}

/** @see pkg/volume/projected/projected.go */
export const projected: VolumePlugin = {
  name: PROJECTED,
  canSupport: (spec) => spec.persistentVolume === undefined && hasSource(spec, 'projected'),
  requiresRemount: () => true,
  setUp: (host, args) => {
    const source = sourceOf<{ sources?: Json; defaultMode?: number }>(args.spec, 'projected') ?? {};
    return podCall(host, PROJECTED, 'SetUp', args, { ...source, ...(podInfo(args) as object) });
  },
  tearDown: (host, args) => podCall(host, PROJECTED, 'TearDown', args, {}),
  answers: {
    SetUp: (ctx, node, request) => {
      const sources = (request['sources'] ?? []) as unknown as readonly Projection[];
      const mode = typeof request['defaultMode'] === 'number' ? request['defaultMode'] : DEFAULT_MODE;
      const result = collectData(ctx, request['pod'] as unknown as PodName, sources, mode);
      if ('error' in result) return { code: 'UNKNOWN', message: result.error };
      writePayload(ctx, node, String(request['dir']), result.payload, request['fsGroup']);
      return { code: 'OK' };
    },
    TearDown: (ctx, node, { dir }) => {
      removeTree(ctx, nodeDisk(node), String(dir));
      return { code: 'OK' };
    },
  },
};

/** Puts all sources together; one error stands alone, several are listed. @see pkg/volume/projected/projected.go collectData */
function collectData(ctx: Context, pod: PodName, sources: readonly Projection[], defaultMode: number): PayloadResult {
  const payload: Record<string, Payload[string]> = {};
  const errors: string[] = [];
  for (const source of sources) {
    const result = payloadOf(ctx, pod, source, defaultMode);
    if ('error' in result) errors.push(result.error);
    else Object.assign(payload, result.payload);
  }
  if (errors.length === 0) return { payload };
  return { error: errors.length === 1 ? (errors[0] ?? '') : `[${[...new Set(errors)].join(', ')}]` };
}

function payloadOf(ctx: Context, pod: PodName, source: Projection, defaultMode: number): PayloadResult {
  const keys = (projection: KeyProjection): KeySource => ({ ...projection, name: projection.name ?? '', defaultMode });
  if (source.secret) return secretPayload(ctx, pod.namespace, keys(source.secret));
  if (source.configMap) return configMapPayload(ctx, pod.namespace, keys(source.configMap));
  if (source.downwardAPI)
    return downwardPayload(ctx, `${pod.namespace}/${pod.name}`, source.downwardAPI.items ?? [], defaultMode);
  if (source.serviceAccountToken) {
    const { path, audience = '' } = source.serviceAccountToken;
    return { payload: { [path]: { content: `token:${pod.namespace}:${pod.name}:${audience}`, mode: 0o600 } } };
  }
  return { payload: {} };
}

/** @see pkg/volume/downwardapi/downwardapi.go */
export const downwardAPI: VolumePlugin = {
  name: DOWNWARD,
  canSupport: (spec) => spec.persistentVolume === undefined && hasSource(spec, 'downwardAPI'),
  requiresRemount: () => true,
  setUp: (host, args) => {
    const source = sourceOf<{ items?: Json; defaultMode?: number }>(args.spec, 'downwardAPI') ?? {};
    return podCall(host, DOWNWARD, 'SetUp', args, { ...source, ...(podInfo(args) as object) });
  },
  tearDown: (host, args) => podCall(host, DOWNWARD, 'TearDown', args, {}),
  answers: {
    SetUp: (ctx, node, request) => {
      const { namespace, name } = request['pod'] as unknown as PodName;
      const items = (request['items'] ?? []) as unknown as readonly DownwardItem[];
      const mode = typeof request['defaultMode'] === 'number' ? request['defaultMode'] : DEFAULT_MODE;
      const result = downwardPayload(ctx, `${namespace}/${name}`, items, mode);
      if ('error' in result) return { code: 'UNKNOWN', message: result.error };
      writePayload(ctx, node, String(request['dir']), result.payload, request['fsGroup']);
      return { code: 'OK' };
    },
    TearDown: (ctx, node, { dir }) => {
      removeTree(ctx, nodeDisk(node), String(dir));
      return { code: 'OK' };
    },
  },
};
