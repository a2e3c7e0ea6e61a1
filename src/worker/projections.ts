import type { RowAddress } from '../engine/sim/log.ts';
import type { RecordedObject } from './protocol.ts';

type Plain = Readonly<Record<string, unknown>>;

/** How a row outside the API is shown as an object, by table; undefined: not at all. */
export function projectionOf({ table, key }: RowAddress): ((value: unknown) => RecordedObject) | undefined {
  const backend = /^backend\/(.+)\/volumes$/.exec(table);
  if (backend)
    return (value) => ({
      apiVersion: 'playground/v1',
      kind: 'Volume',
      metadata: { name: `${backend[1]}^${key}` },
      spec: value as Plain,
    });
  return undefined;
}
