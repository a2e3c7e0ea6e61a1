import { recordEvent } from '../../api/events.ts';
import type { StatefulSet } from '../../api/kinds/statefulset.ts';
import type { Pod } from '../../api/object.ts';
import type { ApiServer, Ref } from '../../api/server.ts';
import type { Context } from '../../sim/context.ts';
import { nameOf, type Replica } from './identity.ts';

const SOURCE = 'statefulset-controller';

/** What one sync of a set works on. */
export interface Sync {
  readonly api: ApiServer;
  readonly ctx: Context;
  readonly set: StatefulSet;
  readonly ref: Ref;
  /** The pods that the set has, as they were when the sync began. */
  readonly pods: readonly Pod[];
  /** Milliseconds since the epoch; one moment for the whole sync. */
  readonly now: number;
  /** Claims that this sync has created: the informer's cache does not have them before its end. */
  readonly created: Set<string>;
}

type Verb = 'Create' | 'Update' | 'Delete';

/** @see pkg/controller/statefulset/stateful_pod_control.go recordPodEvent */
export function recordPodEvent(sync: Sync, verb: Verb, replica: Replica, error?: string): void {
  const what = `${verb} Pod ${nameOf(replica)} in StatefulSet ${sync.set.metadata.name}`;
  record(sync, verb, what, error, 'successful');
}

/** @see pkg/controller/statefulset/stateful_pod_control.go recordClaimEvent */
export function recordClaimEvent(sync: Sync, claim: string, replica: Replica, error?: string): void {
  const pod = `${error === undefined ? '' : 'for '}Pod ${nameOf(replica)}`;
  record(sync, 'Create', `Create Claim ${claim} ${pod} in StatefulSet ${sync.set.metadata.name}`, error, 'success');
}

/** A Warning that is about the set. */
export const warn = ({ api, ctx, set }: Sync, reason: string, message: string): void =>
  recordEvent(api, ctx, { source: SOURCE, about: set, type: 'Warning', reason, message });

function record(sync: Sync, verb: Verb, what: string, error: string | undefined, success: string): void {
  const { api, ctx, set } = sync;
  if (error !== undefined) warn(sync, `Failed${verb}`, `${what} failed error: ${error}`);
  else
    recordEvent(api, ctx, {
      source: SOURCE,
      about: set,
      type: 'Normal',
      reason: `Successful${verb}`,
      message: `${what} ${success}`,
    });
}
