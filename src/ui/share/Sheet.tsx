import './sheet.css';
import { Dialog, DialogDismiss } from '@ariakit/react';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';

export interface SheetProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A panel over the page; Escape and a press beside it close it, and the focus goes back to where it was. */
export function Sheet({ title, onClose, children }: SheetProps): ReactNode {
  const { t } = useTranslation();
  const id = useId();
  return (
    <Dialog open onClose={onClose} backdrop={<div className="sheet-backdrop" />} className="sheet" aria-labelledby={id}>
      <div className="sheet-head">
        <h2 className="sheet-title" id={id}>
          {title}
        </h2>
        <DialogDismiss className="btn push">{t('share.close')}</DialogDismiss>
      </div>
      {children}
    </Dialog>
  );
}
