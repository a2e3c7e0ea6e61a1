import { membersOf } from '../model/filterGroups.ts';
import { plansOf } from '../model/layout.ts';
import type { Replica } from '../model/replica.ts';
import type { Structure } from '../model/structure.ts';

/** Steps that wrote an object of the group, decided about it, or began or ended a call for it; ascending. */
export function stepsOfGroup(replica: Replica, structure: Structure, group: string | undefined): readonly number[] {
  const plan = plansOf(replica, structure, 'owner').find(({ id }) => id === group);
  const steps = new Set<number>();
  for (const { id } of plan === undefined ? [] : membersOf(structure, plan)) {
    for (const step of replica.changesOf(id)) steps.add(step);
    for (const { step } of replica.decisionsAbout(id, replica.steps)) steps.add(step);
    for (const { call } of replica.callsAbout(id, replica.steps)) {
      steps.add(call.beganStep);
      if (call.endedStep !== undefined) steps.add(call.endedStep);
    }
  }
  steps.delete(0);
  return [...steps].sort((a, b) => a - b);
}

/** The step that the caption tells of, 0 before the first, and the one that follows. */
export function captionSteps(
  steps: readonly number[],
  step: number,
): { readonly now: number; readonly next: number | undefined } {
  const next = steps.findIndex((candidate) => candidate > step);
  const before = next < 0 ? steps.at(-1) : steps[next - 1];
  return { now: before ?? 0, next: next < 0 ? undefined : steps[next] };
}
