/** The library's files by id; each is fetched when it is asked for. */
const FILES = import.meta.glob<string>('../../scenarios/*.yaml', { query: '?raw', import: 'default' });

export const FIRST_SCENARIO = 'one-claim-one-disk-one-pod';

/** The text of a scenario; undefined where there is none of that id. */
export async function scenarioText(id: string): Promise<string | undefined> {
  return FILES[`../../scenarios/${id}.yaml`]?.();
}
