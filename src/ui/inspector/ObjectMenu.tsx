import './panes.css';
import { Menu, MenuItem, MenuProvider } from '@ariakit/react';
import type { ReactNode, RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ObjectId, RecordedObject } from '../../worker/protocol.ts';
import { documentsOf } from '../editor/documents.ts';
import { openFaults } from '../faults/faultMenu.ts';
import type { Moment } from '../model/moment.ts';
import type { Element } from '../model/structure.ts';
import { openOverlay } from '../palette/overlay.ts';
import { useSession } from '../shell/hooks.ts';
import { focusOn } from '../shell/shortcuts.ts';
import { breakpoints, hasBreakpoint, toggleBreakpoint } from '../store/breakpoints.ts';
import { play } from '../store/player.ts';
import { foldPanel } from '../store/preferences.ts';
import { recording } from '../store/run.ts';
import type { Session } from '../store/session.ts';
import { setText, texts } from '../store/texts.ts';
import { type Action, actionsOn, subjectOf } from './actions.ts';
import { manifestOf } from './yaml.ts';

interface Props {
  readonly moment: Moment;
  readonly element: Element;
  /** What the menu opens beside, and where the focus returns. */
  readonly button: RefObject<HTMLElement | null>;
  readonly isOpen: boolean;
  readonly onOpen: (isOpen: boolean) => void;
}

/** What can be done about the selected object. */
export function ObjectMenu({ moment, element, button, isOpen, onOpen }: Props): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const { id } = element;
  const condition = { type: 'object', id } as const;
  const isBreaking = useStore(breakpoints, ({ list }) => hasBreakpoint(list, condition));
  const object = moment.at(id);
  const deeds: Readonly<Record<Action, { readonly name: string; readonly act: () => void }>> = {
    edit: { name: 'inspector.edit', act: () => object !== undefined && edit(object) },
    delete: {
      name: 'inspector.delete',
      act: () => void removeAndPlay(session, id).catch(() => undefined),
    },
    fault: { name: 'inspector.fault', act: () => openFaults(subjectOf(moment, id)) },
    break: {
      name: isBreaking ? 'inspector.noBreak' : 'inspector.breakOnChange',
      act: () => toggleBreakpoint(condition),
    },
    compare: { name: 'inspector.compareRuns', act: () => openOverlay('compare') },
    link: { name: 'inspector.copyLink', act: () => openOverlay('share') },
  };
  return (
    <MenuProvider open={isOpen} setOpen={onOpen} placement="bottom-end">
      <Menu
        className="menu"
        gutter={4}
        fixed
        aria-label={t('inspector.more')}
        getAnchorRect={() => button.current?.getBoundingClientRect() ?? null}
        finalFocus={button}
        hideOnEscape={(event) => {
          // It closes the menu and nothing else.
          event.stopPropagation();
          return true;
        }}
      >
        {actionsOn(moment, id).map((action) => (
          <MenuItem key={action} className="menu-item" onClick={deeds[action].act}>
            {t(deeds[action].name)}
          </MenuItem>
        ))}
      </Menu>
    </MenuProvider>
  );
}

async function removeAndPlay(session: Session, id: ObjectId): Promise<void> {
  await session.remove(id);
  play(recording());
}

/** Shows the object's document in the editor; one that is not there is added as its owner would write it. */
function edit(object: RecordedObject): void {
  const { manifests } = texts.getState();
  const { name, namespace = '' } = object.metadata;
  const isThere = documentsOf(manifests).some(
    (document) =>
      document.kind === object.kind &&
      document.name === name &&
      (document.namespace || (namespace === '' ? '' : 'default')) === namespace,
  );
  if (!isThere) {
    const text = `${manifestOf(object)}\n`;
    setText('manifests', manifests.trim() === '' ? text : `${manifests.trimEnd()}\n---\n${text}`);
  }
  texts.setState({ tab: 'manifests' });
  foldPanel('editor', false);
  focusOn('editor');
}
