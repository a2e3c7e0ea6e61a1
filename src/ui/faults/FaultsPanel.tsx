import './faults.css';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Json, RecordedOperation } from '../../worker/protocol.ts';
import { Sheet } from '../share/Sheet.tsx';
import { useSession } from '../shell/hooks.ts';
import { player } from '../store/player.ts';
import { run } from '../store/run.ts';
import { ActiveFaults } from './ActiveFaults.tsx';
import { componentLabel } from './active.ts';
import { CallFields } from './CallFields.tsx';
import { catalogOf } from './catalog.ts';
import { closeFaults, faultMenu, useMachinery } from './faultMenu.ts';
import { ComponentFields, DataFields, DriverFields, NodeRows } from './PlaceFields.tsx';
import { RecordedFaults } from './RecordedFaults.tsx';
import { rerun } from './rerun.ts';

/** Does a fault at the playhead. */
export type Inject = (fault: Json) => void;

/** What the panel says of the last fault. */
type Said = { readonly key: 'faults.done' | 'faults.reran'; readonly step: number } | { readonly error: string };

/** What fails at the playhead and can be taken back, and everything that can be made to fail. */
export function FaultsPanel(): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const subject = useStore(faultMenu, (state) => state.subject);
  const { node, driver, component } = subject;
  const name = node ?? driver ?? (component === undefined ? undefined : componentLabel(component));
  const step = useStore(player, (state) => state.step);
  const version = useStore(run, (state) => state.version);
  const { replica } = run.getState();
  const machinery = useMachinery(true);
  const [isBusy, setIsBusy] = useState(false);
  const [said, setSaid] = useState<Said>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the replica changes in place and tells so by its version
  const catalog = useMemo(
    () => (machinery === undefined ? undefined : catalogOf(replica, step, machinery)),
    [replica, version, step, machinery],
  );
  const inject = async (fault: Json): Promise<void> => {
    setIsBusy(true);
    setSaid(undefined);
    try {
      const { err, step: at } = await session.operate({ type: 'fault', fault });
      setSaid(err === undefined ? { key: 'faults.done', step: at } : { error: err });
    } finally {
      setIsBusy(false);
    }
  };
  const again = async (operations: readonly RecordedOperation[], to: number): Promise<void> => {
    setIsBusy(true);
    setSaid(undefined);
    try {
      await rerun(session, operations, to);
      setSaid({ key: 'faults.reran', step: to });
    } finally {
      setIsBusy(false);
    }
  };
  const act: Inject = (fault) => {
    if (!isBusy) void inject(fault).catch(() => closeFaults());
  };
  return (
    <Sheet title={name === undefined ? t('faults.faults') : t('faults.of', { name })} onClose={closeFaults}>
      <div className="faults" aria-busy={isBusy}>
        <p>{t(step < replica.steps ? 'faults.hintPast' : 'faults.hint', { step })}</p>
        {machinery !== undefined && catalog !== undefined && (
          <>
            <ActiveFaults machinery={machinery} onInject={act} />
            <RecordedFaults
              catalog={catalog}
              replica={replica}
              onRerun={(operations, to) => {
                if (!isBusy) void again(operations, to).catch(() => closeFaults());
              }}
            />
            <NodeRows catalog={catalog} machinery={machinery} node={node} onInject={act} />
            <CallFields catalog={catalog} replica={replica} subject={subject} onInject={act} />
            {catalog.csiDrivers.length > 0 && <DriverFields catalog={catalog} node={node} onInject={act} />}
            {node === undefined && <ComponentFields catalog={catalog} subject={subject} onInject={act} />}
            <DataFields catalog={catalog} node={node} onInject={act} />
          </>
        )}
        <p className="said" role="status">
          {said !== undefined && ('error' in said ? said.error : t(said.key, { step: said.step }))}
        </p>
      </div>
    </Sheet>
  );
}
