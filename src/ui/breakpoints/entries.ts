import type { TFunction } from 'i18next';
import { conditionMessage } from '../model/breakpoints.ts';
import { parseId } from '../model/ids.ts';
import type { Entry } from '../palette/search.ts';
import { addBreakpoint, breakpoints, removeBreakpoint } from '../store/breakpoints.ts';
import { view } from '../store/view.ts';

/** What the palette offers: to stop at changes of the selected object, and each breakpoint to be removed. */
export function breakpointEntries(t: TFunction): Entry[] {
  const { selected } = view.getState();
  const { list } = breakpoints.getState();
  const ofSelection: Entry[] =
    selected === null
      ? []
      : [
          {
            id: 'break on change',
            group: 'action',
            text: t('palette.breakOn', { name: parseId(selected).name }),
            act: () => addBreakpoint({ type: 'object', id: selected }),
          },
        ];
  const removals = list.map(({ condition }): Entry => {
    const { key, values } = conditionMessage(condition);
    const what = t(key, { ...values });
    return {
      id: `remove breakpoint ${what}`,
      group: 'action',
      text: t('palette.removeBreakpoint', { what }),
      act: () => removeBreakpoint(condition),
    };
  });
  return [...ofSelection, ...removals];
}
