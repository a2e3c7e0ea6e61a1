import { useEffect } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Machinery } from '../../worker/protocol.ts';
import { useSession } from '../shell/hooks.ts';
import { player } from '../store/player.ts';
import { run } from '../store/run.ts';
import type { Session } from '../store/session.ts';

/** What the faults are to be about: a node, a driver and one of its calls, or a component by its id in the recording. */
export interface Subject {
  readonly node?: string;
  readonly driver?: string;
  readonly method?: string;
  readonly component?: string;
}

/** Whether the faults are shown, and about what. */
export const faultMenu = createStore<{ readonly isOpen: boolean; readonly subject: Subject }>(() => ({
  isOpen: false,
  subject: {},
}));

export function openFaults(subject: Subject = {}): void {
  faultMenu.setState({ isOpen: true, subject });
}

export function closeFaults(): void {
  faultMenu.setState({ isOpen: false });
}

const machinery = createStore<{ readonly known: Machinery | undefined }>(() => ({ known: undefined }));

let asking = false;

/** One question at a time: while the playhead moves on, the next is asked about where it then is. */
async function follow(session: Session): Promise<void> {
  if (asking) return;
  asking = true;
  try {
    for (let asked = ''; asked !== placeNow(); ) {
      asked = placeNow();
      const known = await session.machinery(player.getState().step);
      machinery.setState({ known });
    }
  } finally {
    asking = false;
  }
}

const placeNow = (): string => `${run.getState().run} ${player.getState().step}`;

/** What runs and what fails at the playhead; undefined until the worker has told. Asks only while `isWanted`. */
export function useMachinery(isWanted: boolean): Machinery | undefined {
  const session = useSession();
  const number = useStore(run, (state) => state.run);
  const step = useStore(player, (state) => state.step);
  const known = useStore(machinery, (state) => state.known);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run or step has other faults
  useEffect(() => {
    if (isWanted && number > 0) void follow(session);
  }, [session, isWanted, number, step]);
  return isWanted ? known : undefined;
}

/** Whether anything in the run could have made something fail. */
export function useMayHaveFaults(): boolean {
  return useStore(
    run,
    ({ source }) =>
      source.operations.some(({ operation }) => operation.type === 'fault') || /\bfaults:/.test(source.cluster),
  );
}
