import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machinery } from '../../worker/protocol.ts';
import { type ActiveFault, activeFaults } from './active.ts';
import type { Inject } from './FaultsPanel.tsx';

/** What fails at the playhead, each with the way to take it back. */
export function ActiveFaults({
  machinery,
  onInject,
}: {
  readonly machinery: Machinery;
  readonly onInject: Inject;
}): ReactNode {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  const active = activeFaults(machinery);
  // The line that has the focus is going to leave.
  const takeBack: Inject = (fault) => {
    heading.current?.focus();
    onInject(fault);
  };
  return (
    <section>
      <h2 id="faults-active" ref={heading} tabIndex={-1}>
        {t('faults.activeTitle')}
      </h2>
      {active.length === 0 ? (
        <p>{t('faults.none')}</p>
      ) : (
        <ul className="active" aria-labelledby="faults-active">
          {active.map((fault) => (
            <ActiveLine key={fault.id} fault={fault} onInject={takeBack} />
          ))}
        </ul>
      )}
    </section>
  );
}

function ActiveLine({
  fault: { key, values, details, times, undo },
  onInject,
}: {
  readonly fault: ActiveFault;
  readonly onInject: Inject;
}): ReactNode {
  const { t } = useTranslation();
  const told = times === undefined ? details : [...details, t('faults.left', { count: times })];
  return (
    <li>
      <span>
        {t(key, { ...values })}
        {told.length > 0 && <span className="faint"> {told.join(t('common.listSeparator'))}</span>}
      </span>
      {undo !== undefined && (
        <button type="button" className="btn box" onClick={() => onInject(undo)}>
          {t('faults.takeBack')}
          <span className="only-spoken">{t(key, { ...values })}</span>
        </button>
      )}
    </li>
  );
}
