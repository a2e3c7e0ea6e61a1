import type { ObjectId, RecordedObject } from '../../../worker/protocol.ts';
import { roughSize, volumeName } from '../../model/facts.ts';
import { count, field, list, objectId, parseId, text } from '../../model/ids.ts';
import type { Moment } from '../../model/moment.ts';
import type { Element } from '../../model/structure.ts';
import { fieldValue, type Json } from '../values.ts';
import { type Fact, type Section, section } from './section.ts';

/** What the driver knows of a volume, and where the API says something else. */
export function backendSections(moment: Moment, { id }: Element, volume: RecordedObject | undefined): Section[] {
  return [
    ...section('why.drift', driftOf(moment, id, volume)),
    ...section('why.publications', volume === undefined ? [] : publicationsOf(moment, id, volume)),
    ...section('why.knows', volume === undefined ? [] : knownOf(volume)),
  ];
}

/** Fields of the backend that say what the volume is, rather than where it is used. */
const KNOWN = ['topology', 'parameters', 'contentSource'] as const;

function knownOf(volume: RecordedObject): Fact[] {
  return KNOWN.flatMap((name): Fact[] => {
    const value = field(volume.spec, name);
    return value === undefined ? [] : [{ name, value: fieldValue(value as Json) }];
  });
}

/** Nodes that the driver has published the volume to, staged it on, and the directories that it is published in. */
function publicationsOf(moment: Moment, id: ObjectId, { spec }: RecordedObject): Fact[] {
  const { driver } = volumeName(parseId(id).name);
  const facts: Fact[] = list(spec, 'publications').map((publication) => ({
    name: nodeOf(moment, driver, text(publication, 'node')),
    value: { key: field(publication, 'readonly') === true ? 'why.publishedReadOnly' : 'why.published' },
  }));
  for (const [node, path] of Object.entries((field(spec, 'staged') ?? {}) as Readonly<Record<string, string>>)) {
    facts.push({ name: nodeOf(moment, driver, node), value: { key: 'why.stagedIn', values: { path } } });
  }
  const published = (field(spec, 'published') ?? {}) as Readonly<Record<string, readonly string[]>>;
  for (const [node, paths] of Object.entries(published)) {
    for (const path of paths)
      facts.push({ name: nodeOf(moment, driver, node), value: { key: 'why.publishedIn', values: { path } } });
  }
  return facts;
}

/** The node that a driver knows by an id of its own, as its CSINode says; the id where none does. */
function nodeOf(moment: Moment, driver: string, nodeId: string): string {
  for (const { name } of moment.structure.nodes) {
    const csiNode = moment.at(objectId('CSINode', '', name));
    const known = list(csiNode, 'spec', 'drivers').find((entry) => text(entry, 'name') === driver);
    if (known !== undefined && text(known, 'nodeID') === nodeId) return name;
  }
  return nodeId;
}

/** Where the backend and the API tell different stories. */
function driftOf(moment: Moment, id: ObjectId, volume: RecordedObject | undefined): Fact[] {
  const pvId = moment.structure.volumeOfBackend.get(id);
  const pv = pvId === undefined ? undefined : moment.at(pvId);
  if (volume === undefined) {
    // A plugin of Kubernetes' own has no backend that could have lost it.
    const wasThere = moment.replica.entry(id) !== undefined;
    if (!wasThere || pv === undefined || pvId === undefined) return [];
    return [{ name: pv.metadata.name, value: { key: 'why.driftLost' }, id: pvId, family: 'failed' }];
  }
  if (pv === undefined || pvId === undefined) {
    return [{ name: 'PersistentVolume', value: { key: 'why.driftNoVolume' }, family: 'waiting' }];
  }
  const facts: Fact[] = [];
  const bytes = count(volume.spec, 'capacityBytes');
  const capacity = text(pv, 'spec', 'capacity', 'storage');
  if (bytes > 0 && roughSize(capacity) !== bytes) {
    const value = { key: 'why.driftSize', values: { bytes, capacity } };
    facts.push({ name: 'capacity', value, id: pvId, family: 'waiting' });
  }
  const attached = (moment.structure.attachmentsOfVolume.get(pvId) ?? []).flatMap(({ id: attachment }) => {
    const value = moment.at(attachment);
    return value === undefined ? [] : [text(value, 'spec', 'nodeName')];
  });
  const { driver } = volumeName(parseId(id).name);
  for (const publication of list(volume.spec, 'publications')) {
    const node = nodeOf(moment, driver, text(publication, 'node'));
    if (attached.includes(node)) continue;
    facts.push({ name: node, value: { key: 'why.driftPublished' }, family: 'waiting' });
  }
  return facts;
}
