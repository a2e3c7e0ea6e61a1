import { keyOf } from '../../api/kind.ts';
import type { PersistentVolumeClaim, Pod, Volume } from '../../api/object.ts';
import { PERSISTENT_VOLUME_CLAIMS, PODS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import type { HintEvent } from '../framework.ts';

export const ephemeralClaimName = (pod: Pod, volume: Volume): string => `${pod.metadata.name}-${volume.name}`;

/** Name of the claim behind a volume of a pod, of either way to name one. */
export const claimNameOf = (pod: Pod, volume: Volume): string | undefined =>
  volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral ? ephemeralClaimName(pod, volume) : undefined);

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
