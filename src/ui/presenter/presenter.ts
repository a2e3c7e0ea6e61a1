import { createStore } from 'zustand/vanilla';
import { membersOf } from '../model/filterGroups.ts';
import { plansOf } from '../model/layout.ts';
import { currentStructure } from '../store/moment.ts';
import { run } from '../store/run.ts';
import { select, showTab, view } from '../store/view.ts';

/** The page before an audience: one group, large, and what happens to it as a subtitle. */
export interface Presenter {
  readonly isOn: boolean;
  /** The group that is shown; null for the one of the selection, or the first. */
  readonly group: string | null;
  /** Playing stops at each new caption. */
  readonly pausesAtCaptions: boolean;
}

function asked(): Presenter {
  const query = new URLSearchParams(window.location.search);
  return { isOn: query.get('present') === '1', group: query.get('group'), pausesAtCaptions: false };
}

export const presenter = createStore<Presenter>(asked);

// The address pins what is presented, so that it can be passed on.
presenter.subscribe(({ isOn, group }) => {
  const url = new URL(window.location.href);
  if (isOn) url.searchParams.set('present', '1');
  else url.searchParams.delete('present');
  if (isOn && group !== null) url.searchParams.set('group', group);
  else url.searchParams.delete('group');
  if (url.href !== window.location.href) window.history.replaceState(window.history.state, '', url);
});

/** Shows the selection's group to an audience, or leaves that again. */
export function togglePresenter(): void {
  if (presenter.getState().isOn) {
    leavePresenter();
    return;
  }
  const { selected } = view.getState();
  showTab('why');
  const group = presentedGroup(selected === null ? null : (groupWith(selected) ?? null));
  presenter.setState({ isOn: true, group: group ?? null });
  explainGroup(group);
}

export function leavePresenter(): void {
  presenter.setState({ isOn: false, group: null });
}

export function presentGroup(group: string): void {
  presenter.setState({ group });
  explainGroup(group);
}

/** The inspector explains somebody of the group: who is selected there already, else its first pod or claim. */
export function explainGroup(group: string | undefined): void {
  const { selected } = view.getState();
  if (selected !== null && groupWith(selected) === group) return;
  const plan = plansOf(run.getState().replica, currentStructure(), 'owner').find(({ id }) => id === group);
  const first = plan?.pods[0] ?? plan?.claims[0] ?? plan?.volumes[0];
  if (first !== undefined) select(first.id);
}

function groupWith(id: string): string | undefined {
  const structure = currentStructure();
  return plansOf(run.getState().replica, structure, 'owner').find((plan) =>
    membersOf(structure, plan).some((member) => member.id === id),
  )?.id;
}

/** The group that is shown: the one that was asked for as long as it is there, else the first. */
export function presentedGroup(asked: string | null): string | undefined {
  const plans = plansOf(run.getState().replica, currentStructure(), 'owner');
  return (plans.find(({ id }) => id === asked) ?? plans[0])?.id;
}
