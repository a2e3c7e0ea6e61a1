import type { Node } from './object.ts';

const ZONE_LABELS = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'];
const REGION_LABELS = ['topology.kubernetes.io/region', 'failure-domain.beta.kubernetes.io/region'];

/** The zone of a node within its region as one text; empty where it is in none. @see staging/src/k8s.io/component-helpers/node/topology/helpers.go GetZoneKey */
export function zoneKeyOf({ metadata: { labels = {} } }: Node): string {
  const first = (names: readonly string[]): string =>
    names.map((name) => labels[name] ?? '').find((value) => value !== '') ?? '';
  const [region, zone] = [first(REGION_LABELS), first(ZONE_LABELS)];
  return region === '' && zone === '' ? '' : `${region}:\0:${zone}`;
}
