import './palette.css';
import { Fragment, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Sheet } from '../share/Sheet.tsx';
import { BINDINGS } from '../shell/shortcuts.ts';
import { Keys } from './Keys.tsx';
import { KEYS_OF_PARTS, type KeyRow } from './partKeys.ts';

/** The keys that work, from the tables that the handlers read. */
export function KeysSheet({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const anywhere = BINDINGS.map(({ keys, ctrl, shift, name }): KeyRow => {
    const held = [...(ctrl === true ? ['Ctrl'] : []), ...(shift === true ? ['Shift'] : [])];
    return { keys: keys.map((key) => [...held, key]), name };
  });
  return (
    <Sheet title={t('palette.keysTitle')} onClose={onClose}>
      <p>{t('palette.keysHint')}</p>
      {[{ title: 'palette.keysAnywhere', rows: anywhere }, ...KEYS_OF_PARTS].map(({ title, rows }) => (
        <Fragment key={title}>
          <h3>{t(title)}</h3>
          <dl className="key-list">
            {rows.map(({ keys, name }) => (
              <div key={name}>
                <dt>
                  {keys.map((together, index) => (
                    <Fragment key={together.join(' ')}>
                      {index > 0 && ` ${t('palette.or')} `}
                      <Keys keys={together} />
                    </Fragment>
                  ))}
                </dt>
                <dd>{t(name)}</dd>
              </div>
            ))}
          </dl>
        </Fragment>
      ))}
    </Sheet>
  );
}
