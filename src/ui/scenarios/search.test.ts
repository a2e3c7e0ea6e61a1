import { describe, expect, it } from 'vitest';
import { SCENARIOS } from '../../scenarios/library.ts';
import { scenariosAfter, searchScenarios } from './search.ts';

const found = (query: string): readonly string[] => searchScenarios(SCENARIOS, query).map(({ id }) => id);

describe('the list of scenarios', () => {
  it('shows all of them where nothing is asked for', () => {
    expect(found('')).toHaveLength(SCENARIOS.length);
    expect(found('  ')).toHaveLength(SCENARIOS.length);
  });

  it('finds by words of the title and of the text, in either language', () => {
    expect(found('smallest fits')).toEqual(['smallest-fit']);
    expect(found('CONFIGMAP')).toContain('config-map-missing');
    expect(found('最小适配')).toEqual(['smallest-fit']);
    expect(found('no such thing')).toEqual([]);
  });

  it('goes on with the next ones, and from the last to the first', () => {
    expect(scenariosAfter(SCENARIOS, 'one-claim-one-disk-one-pod', 2).map(({ id }) => id)).toEqual([
      'host-path-trio',
      'csi-disk',
    ]);
    const last = SCENARIOS.at(-1)?.id ?? '';
    expect(scenariosAfter(SCENARIOS, last, 1)).toEqual([SCENARIOS[0]]);
  });
});
