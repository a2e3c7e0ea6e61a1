/**
 * What a failed attempt leaves behind. `finished`: the driver has surely stopped. `noChange`: it was not asked.
 * `background`: it may still be at work. `reschedule`: another node may do. `ignored`: it is someone else's claim.
 * @see kubernetes-sigs/sig-storage-lib-external-provisioner controller/volume.go ProvisioningState
 */
export type ProvisioningState = 'finished' | 'noChange' | 'background' | 'reschedule' | 'ignored';

export interface ProvisionFailure {
  readonly state: ProvisioningState;
  readonly error: string;
  /** The driver will never do this: it is asked again only after a long time. */
  readonly infeasible?: boolean;
}

export const fail = (state: ProvisioningState, error: string): ProvisionFailure => ({ state, error });

export const isFailure = (value: object | undefined): value is ProvisionFailure =>
  value !== undefined && 'state' in value && 'error' in value;
