import { useCallback, useMemo, useState } from 'react';
import type { ObjectId } from '../../worker/protocol.ts';
import { detailFor, openGroups, sizeOf } from '../model/detail.ts';
import type { Grouping } from '../model/filter.ts';
import { plansOf } from '../model/layout.ts';
import { operationSpan } from '../model/operations.ts';
import type { Replica } from '../model/replica.ts';
import type { Structure } from '../model/structure.ts';

export interface GroupsInput {
  readonly replica: Replica;
  readonly structure: Structure;
  readonly step: number;
  readonly selected: ObjectId | undefined;
  readonly shown: ReadonlySet<string> | undefined;
  readonly groupBy: Grouping;
}

export interface Groups {
  /** Ids of the groups that are open; the same set for all steps of an operation, so that nothing is laid out anew. */
  readonly open: ReadonlySet<string>;
  readonly setOpen: (group: string, isOpen: boolean) => void;
}

/** Which groups are open: by what goes on in them, and by what the user does. */
export function useGroups({ replica, structure, step, selected, shown, groupBy }: GroupsInput): Groups {
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const setOpen = useCallback((group: string, isOpen: boolean) => {
    setToggled((groups) => {
      const next = new Map(groups);
      next.delete(group);
      return next.set(group, isOpen);
    });
  }, []);
  const plans = useMemo(
    () => plansOf(replica, structure, groupBy).filter(({ id }) => shown?.has(id) ?? true),
    [replica, structure, groupBy, shown],
  );
  const detail = useMemo(
    () => detailFor(plans.reduce((sum, plan) => sum + sizeOf(structure, plan), 0)),
    [structure, plans],
  );
  const { from } = operationSpan(replica, step);
  // biome-ignore lint/correctness/useExhaustiveDependencies: any step of an operation tells the same
  const open = useMemo(
    () => openGroups({ replica, structure, plans, detail, step, selected, toggled }),
    [replica, structure, plans, detail, from, selected, toggled],
  );
  return { open, setOpen };
}
