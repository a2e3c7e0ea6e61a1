import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { dismiss, type Notice, notices } from '../store/notices.ts';

/** What the visitor is told, until it is dismissed. */
export function Notices(): ReactNode {
  const { list } = useStore(notices);
  return (
    <div className="notices" role="status">
      {list.map((notice) => (
        <NoticeLine key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function NoticeLine({ notice }: { readonly notice: Notice }): ReactNode {
  const { t } = useTranslation();
  const { id, key, values, actions = [] } = notice;
  return (
    <div className="notice">
      <p>{t(key, { ...values })}</p>
      {actions.map((action) => (
        <button
          key={action.key}
          type="button"
          className="btn box"
          onClick={() => {
            dismiss(id);
            action.act();
          }}
        >
          {t(action.key)}
        </button>
      ))}
      <button type="button" className="btn" onClick={() => dismiss(id)}>
        {t('common.dismiss')}
      </button>
    </div>
  );
}
