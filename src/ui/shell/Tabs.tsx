import type { KeyboardEvent, ReactNode } from 'react';

export interface TabsProps<Name extends string> {
  readonly label: string;
  /** Tabs are `<id>-tab-<name>`, the panel that belongs to them is `<id>-panel`. */
  readonly id: string;
  readonly tabs: readonly { readonly name: Name; readonly text: string; readonly count?: number }[];
  readonly selected: Name;
  readonly onSelect: (name: Name) => void;
}

/** One row of tabs; the arrow keys move between them and select. */
export function Tabs<Name extends string>({ label, id, tabs, selected, onSelect }: TabsProps<Name>): ReactNode {
  const onKeyDown = (event: KeyboardEvent): void => {
    const index = tabs.findIndex(({ name }) => name === selected);
    const to = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    if (next === undefined) return;
    onSelect(next.name);
    document.getElementById(`${id}-tab-${next.name}`)?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {tabs.map(({ name, text, count }) => (
        <button
          key={name}
          type="button"
          className="tab"
          role="tab"
          id={`${id}-tab-${name}`}
          aria-selected={name === selected}
          aria-controls={`${id}-panel`}
          tabIndex={name === selected ? 0 : -1}
          onClick={() => onSelect(name)}
        >
          {text}
          {count !== undefined && count > 0 && <span className="count">{count}</span>}
        </button>
      ))}
    </div>
  );
}
