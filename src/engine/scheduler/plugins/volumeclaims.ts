import { keyOf } from '../../api/kind.ts';
import type { PersistentVolumeClaim, Pod } from '../../api/object.ts';
import { PERSISTENT_VOLUME_CLAIMS, PODS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { claimNameOf } from '../../volumes/ephemeral.ts';
import type { HintEvent } from '../framework.ts';

/** Names of the claims that a pod names itself, without those of its ephemeral volumes. */
export const namedClaims = ({ spec: { volumes = [] } }: Pod): readonly string[] =>
  volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);

export const usesClaims = (pod: Pod): boolean =>
  pod.spec.volumes?.some((volume) => claimNameOf(pod, volume) !== undefined) ?? false;

export const claimKey = ({ metadata }: Pod, name: string): string => keyOf(metadata.namespace, name);

export const findClaim = (ctx: Context, pod: Pod, name: string): PersistentVolumeClaim | undefined =>
  ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, claimKey(pod, name));

/** The pods that use the claim of an event: nobody else is helped by it. */
export const podsOfClaim = (ctx: Context, { key }: HintEvent): readonly string[] => ctx.bucket(PODS, 'byClaim', key);
