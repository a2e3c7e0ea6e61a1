import type { ReactNode } from 'react';
import { parseId } from '../model/ids.ts';
import type { Layout } from '../model/layout.ts';
import { Glyph } from './Glyph.tsx';
import { useTranslate } from './useTranslate.ts';

interface FoldButtonsProps {
  readonly layout: Layout;
  readonly onFold: (group: string, isOpen: false) => void;
}

/** Beside each open group, what makes it a line again; by keys it is Backspace on one of its cards. */
export function FoldButtons({ layout, onFold }: FoldButtonsProps): ReactNode {
  const t = useTranslate();
  return layout.groups
    .filter(({ folded }) => !folded)
    .map(({ id, y, head }) => (
      <button
        key={id}
        type="button"
        className="btn icon fold-group"
        tabIndex={-1}
        style={{ top: y, left: layout.width - 30 }}
        aria-label={t('graph.foldGroup', { name: parseId(head).name })}
        title={t('graph.foldGroup', { name: parseId(head).name })}
        onClick={() => onFold(id, false)}
      >
        <Glyph name="c-up" />
      </button>
    ));
}
