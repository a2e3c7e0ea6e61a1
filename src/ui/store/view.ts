import { createStore } from 'zustand/vanilla';
import type { ObjectId } from '../../worker/protocol.ts';

export const INSPECTOR_TABS = ['why', 'events', 'diff', 'history', 'calls'] as const;
export type InspectorTab = (typeof INSPECTOR_TABS)[number];

/** What is selected and which tab shows it. */
export interface View {
  readonly selected: ObjectId | null;
  readonly tab: InspectorTab;
  /** The panel that a narrow window shows. */
  readonly region: 'editor' | 'graph' | 'inspector' | 'dock';
}

export const view = createStore<View>(() => ({ selected: null, tab: 'why', region: 'graph' }));

export function select(selected: ObjectId | null): void {
  view.setState({ selected });
}

export function showTab(tab: InspectorTab): void {
  view.setState({ tab });
}
