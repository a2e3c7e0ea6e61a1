import { hashText } from './sim/hash.ts';
import type { Log } from './sim/log.ts';

/** Hash of the whole log: every step's head and every row's address and values. Equal runs give equal text. */
export function hashLog(log: Log): string {
  let state: [number, number] = [0x811c9dc5, 0x01000193];
  for (let step = 0; step < log.steps; step++) {
    const head = log.step(step);
    state = hashText(JSON.stringify(head), state);
    for (let row = head.firstRow; row < head.endRow; row++) {
      const { table, key } = log.address(log.rowAddress[row] as number);
      state = hashText(JSON.stringify([table, key, log.rowBefore[row] === undefined, log.rowAfter[row]]), state);
    }
  }
  return state.map((part) => part.toString(16).padStart(8, '0')).join('');
}
