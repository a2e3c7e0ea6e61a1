import type { KeyToPath } from '../api/object.ts';
import type { Json } from '../sim/types.ts';
import { configMapPayload, type KeySource, secretPayload } from './apiData.ts';
import { nodeDisk, removeTree } from './files.ts';
import { writePayload } from './payload.ts';
import { type Answer, hasSource, type MountArgs, podCall, podInfo, sourceOf, type VolumePlugin } from './plugin.ts';

interface KeyVolume {
  readonly name?: string;
  readonly secretName?: string;
  readonly items?: readonly KeyToPath[];
  readonly optional?: boolean;
  readonly defaultMode?: number;
}

const tearDown: Answer = (ctx, node, { dir }) => {
  removeTree(ctx, nodeDisk(node), String(dir));
  return { code: 'OK' };
};

/** A plugin whose volumes hold the keys of one object. */
function keyVolumes(name: string, field: string, payloadOf: typeof configMapPayload): VolumePlugin {
  const request = (args: MountArgs): Json => {
    const { name: object, secretName, ...source } = sourceOf<KeyVolume>(args.spec, field) ?? {};
    return { name: object ?? secretName ?? '', ...source, ...(podInfo(args) as object) } as unknown as Json;
  };
  return {
    name,
    canSupport: (spec) => spec.persistentVolume === undefined && hasSource(spec, field),
    requiresRemount: () => true,
    setUp: (host, args) => podCall(host, name, 'SetUp', args, request(args)),
    tearDown: (host, args) => podCall(host, name, 'TearDown', args, {}),
    answers: {
      SetUp: (ctx, node, asked) => {
        const { namespace = 'default' } = asked['pod'] as { readonly namespace?: string };
        const result = payloadOf(ctx, namespace, asked as unknown as KeySource);
        if ('error' in result) return { code: 'UNKNOWN', message: result.error };
        writePayload(ctx, node, String(asked['dir']), result.payload, asked['fsGroup']);
        return { code: 'OK' };
      },
      TearDown: tearDown,
    },
  };
}

/** @see pkg/volume/configmap/configmap.go */
export const configMap: VolumePlugin = keyVolumes('kubernetes.io/configmap', 'configMap', configMapPayload);

/** @see pkg/volume/secret/secret.go */
export const secret: VolumePlugin = keyVolumes('kubernetes.io/secret', 'secret', secretPayload);
