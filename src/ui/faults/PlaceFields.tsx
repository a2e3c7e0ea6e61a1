import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Machinery } from '../../worker/protocol.ts';
import { componentFault } from './active.ts';
import type { Catalog } from './catalog.ts';
import type { Inject } from './FaultsPanel.tsx';
import { Choice, named, oneOf, Text } from './Field.tsx';
import type { Subject } from './faultMenu.ts';

interface Props {
  readonly catalog: Catalog;
  /** Where the panel is about one node. */
  readonly node?: string | undefined;
  readonly onInject: Inject;
}

/** A button that turns into its opposite keeps the focus. */
const PLACES = ['power', 'kubelet', 'network'] as const;

/** Machines and their kubelets: down and back. */
export function NodeRows({ catalog, machinery, node, onInject }: Props & { readonly machinery: Machinery }): ReactNode {
  const { t } = useTranslation();
  const nodes = node === undefined ? catalog.nodes : [node];
  if (nodes.length === 0) return null;
  return (
    <section>
      <h2>{t('faults.nodes')}</h2>
      <ul className="nodes">
        {nodes.map((name) => {
          const machine = machinery.machines.find((candidate) => candidate.node === name);
          const kubelet = machinery.processes.find(({ id }) => id === `kubelet/${name}`);
          const isOff = machine?.power === 'off';
          const isCut = machine?.network === 'cut';
          const isStopped = kubelet?.isRunning === false && !isOff && !isCut;
          const faults = [
            isOff ? (['faults.nodeUp', 'up'] as const) : (['faults.nodeDown', 'down'] as const),
            isStopped
              ? (['faults.kubeletUp', 'kubelet-up'] as const)
              : (['faults.kubeletDown', 'kubelet-down'] as const),
            isCut ? (['faults.rejoin', 'rejoined'] as const) : (['faults.cutOff', 'partitioned'] as const),
          ];
          return (
            <li key={name}>
              <b className="cut">{name}</b>
              {faults.map(([key, is], place) => (
                <button
                  key={PLACES[place]}
                  type="button"
                  className="btn box"
                  onClick={() => onInject({ node: name, is })}
                >
                  {t(key)}
                  <span className="only-spoken">{name}</span>
                </button>
              ))}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** A driver that is not registered on a node. */
export function DriverFields({ catalog, node, onInject }: Props): ReactNode {
  const { t } = useTranslation();
  const [driver, setDriver] = useState('');
  const [place, setPlace] = useState(node ?? '');
  const drivers = named(catalog.csiDrivers);
  const nodes = named(catalog.nodes);
  const fault = { driver: oneOf(driver, drivers), node: oneOf(place, nodes), is: 'unregistered' };
  return (
    <section>
      <h2>{t('faults.registration')}</h2>
      <div className="fields">
        <Choice label={t('faults.driver')} value={fault.driver} options={drivers} onChange={setDriver} />
        <Choice label={t('faults.node')} value={fault.node} options={nodes} onChange={setPlace} />
        <button type="button" className="btn box" onClick={() => onInject(fault)}>
          {t('faults.unregister')}
        </button>
      </div>
    </section>
  );
}

/** The component that the panel is about, or the first sidecar of its driver. */
function componentIn({ components }: Catalog, { component, driver }: Subject): string {
  return component ?? components.find(({ id }) => driver !== undefined && id.endsWith(`/${driver}`))?.id ?? '';
}

/** A controller, the scheduler or a sidecar that stops. */
export function ComponentFields({ catalog, subject, onInject }: Props & { readonly subject: Subject }): ReactNode {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(componentIn(catalog, subject));
  const running = catalog.components
    .filter(({ isRunning }) => isRunning)
    .map(({ id, label }) => ({ value: id, text: label }));
  if (running.length === 0) return null;
  const id = oneOf(chosen, running);
  return (
    <section>
      <h2>{t('faults.component')}</h2>
      <div className="fields">
        <Choice label={t('faults.process')} value={id} options={running} onChange={setChosen} />
        <button type="button" className="btn box" onClick={() => onInject({ ...componentFault(id), is: 'stopped' })}>
          {t('faults.stop')}
        </button>
        <button
          type="button"
          className="btn box"
          onClick={() => onInject({ ...componentFault(id), is: 'stopped', afterWrites: 1 })}
        >
          {t('faults.stopAfter')}
        </button>
      </div>
    </section>
  );
}

/** A backend's volume, or a file in it or on a node, that is lost. */
export function DataFields({ catalog, node, onInject }: Props): ReactNode {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState('');
  const [path, setPath] = useState('');
  const volumes = node === undefined ? catalog.volumes : [];
  const nodes = node === undefined ? catalog.nodes : [node];
  const places = [
    ...volumes.map((volume, index) => ({
      value: `volume ${index}`,
      text: t('faults.volume', { name: volume.handle }),
      fault: { driver: volume.driver, volume: volume.handle },
    })),
    ...nodes.map((name) => ({
      value: `node ${name}`,
      text: t('faults.diskOf', { node: name }),
      fault: { node: name },
    })),
  ];
  const value = oneOf(chosen, places);
  const place = places.find((candidate) => candidate.value === value);
  if (place === undefined) return null;
  const isWhole = path.trim() === '';
  const lose = (): void => onInject({ ...place.fault, ...(isWhole ? {} : { path: path.trim() }), is: 'lost' });
  return (
    <section>
      <h2>{t('faults.data')}</h2>
      <div className="fields">
        <Choice label={t('faults.where')} value={value} options={places} onChange={setChosen} />
        <Text
          label={t('faults.path')}
          value={path}
          hint={'volume' in place.fault ? t('faults.wholeVolume') : '/var/lib/data'}
          onChange={setPath}
        />
        <button type="button" className="btn box" disabled={isWhole && !('volume' in place.fault)} onClick={lose}>
          {t('faults.lose')}
        </button>
      </div>
    </section>
  );
}
