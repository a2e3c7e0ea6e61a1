import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

export interface CompletionListProps {
  /** Id of the field; the list is `<id>-list`, its options `<id>-option-<index>`. */
  readonly id: string;
  readonly candidates: readonly string[];
  readonly active: number;
  readonly onTake: (index: number) => void;
}

/** The candidates of a completion, above the line. The focus stays in the line. */
export function CompletionList({ id, candidates, active, onTake }: CompletionListProps): ReactNode {
  const { t } = useTranslation();
  const option = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when another option is active
  useEffect(() => {
    option.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div className="console-offer" role="listbox" id={`${id}-list`} aria-label={t('console.candidates')}>
      {candidates.map((candidate, index) => (
        <div
          key={candidate}
          ref={index === active ? option : undefined}
          role="option"
          id={`${id}-option-${index}`}
          aria-selected={index === active}
          tabIndex={-1}
          // The field would lose the focus, and with it the list.
          onMouseDown={(event) => {
            event.preventDefault();
            onTake(index);
          }}
        >
          {candidate.trim()}
        </div>
      ))}
    </div>
  );
}
