import type { RecordedObject } from '../../../worker/protocol.ts';
import { backendOf } from '../../model/facts.ts';
import { isDefaultClass } from '../../model/family.ts';
import { field, list, objectId, text } from '../../model/ids.ts';
import type { Moment } from '../../model/moment.ts';
import type { Element } from '../../model/structure.ts';
import { fieldValue, type Json } from '../values.ts';
import { type Fact, type Section, section } from './section.ts';

const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

/** A class: whose it is, its parameters, whether it is the default, and how the claims that name it stand. */
export function classSections(moment: Moment, { name }: Element, storageClass: RecordedObject): Section[] {
  const provisioner = text(storageClass, 'provisioner');
  const driver = objectId('CSIDriver', '', provisioner);
  const known: Fact[] =
    provisioner === NO_PROVISIONER
      ? []
      : moment.at(driver) === undefined
        ? [{ name: provisioner, value: { key: 'why.noCsiDriver' } }]
        : [{ name: provisioner, value: 'CSIDriver', id: driver }];
  const parameters = (field(storageClass, 'parameters') ?? {}) as Readonly<Record<string, Json>>;
  return [
    ...section('why.defaultClass', defaultFacts(moment, storageClass)),
    ...section('why.driver', known),
    ...section(
      'why.parameters',
      Object.entries(parameters).map(([key, value]) => ({ name: key, value: fieldValue(value) })),
    ),
    ...section('why.topologies', topologies(storageClass)),
    ...section(
      'why.claimsByPhase',
      countBy(moment, moment.structure.claims, (claim) => text(claim, 'spec', 'storageClassName') === name),
    ),
  ];
}

/** Of several default classes the youngest is taken for claims that name none. */
function defaultFacts(moment: Moment, storageClass: RecordedObject): Fact[] {
  if (!isDefaultClass(storageClass)) return [];
  const others = moment.structure.classes.filter(
    ({ id, name }) => name !== storageClass.metadata.name && isDefaultClass(moment.at(id)),
  );
  if (others.length === 0) return [{ name: storageClass.metadata.name, value: { key: 'why.isDefault' } }];
  return others.map(({ id, name }): Fact => ({ name, value: { key: 'why.isDefaultToo' }, id, family: 'waiting' }));
}

function topologies(storageClass: RecordedObject): Fact[] {
  return list(storageClass, 'allowedTopologies').flatMap((term) =>
    list(term, 'matchLabelExpressions').map((expression) => ({
      name: text(expression, 'key'),
      value: fieldValue(list(expression, 'values') as Json),
    })),
  );
}

/** A driver: what its CSIDriver says it can do, its classes, the nodes that list it, and its volumes. */
export function driverSections(moment: Moment, { name }: Element, driver: RecordedObject): Section[] {
  const spec = (field(driver, 'spec') ?? {}) as Readonly<Record<string, Json>>;
  const classes = moment.structure.classes.filter(({ id }) => text(moment.at(id), 'provisioner') === name);
  return [
    ...section('why.registeredOn', registrations(moment, name)),
    ...section(
      'why.classes',
      classes.map(({ id, name: className }) => ({ name: className, value: 'StorageClass', id })),
    ),
    ...section(
      'why.volumesByPhase',
      countBy(moment, moment.structure.volumes, (volume) => backendOf(volume)?.driver === name),
    ),
    ...section(
      'why.capabilities',
      Object.entries(spec).map(([key, value]) => ({ name: key, value: fieldValue(value) })),
    ),
  ];
}

function registrations(moment: Moment, driver: string): Fact[] {
  return moment.structure.nodes.flatMap(({ id, name }): Fact[] => {
    const csiNode = moment.at(objectId('CSINode', '', name));
    const listed = list(csiNode, 'spec', 'drivers').find((entry) => text(entry, 'name') === driver);
    if (moment.at(id) === undefined) return [];
    if (listed === undefined) return [{ name, value: { key: 'why.notRegistered' }, id, family: 'waiting' }];
    return [{ name, value: { key: 'why.registeredAs', values: { id: text(listed, 'nodeID') } }, id }];
  });
}

/** How many of the elements that are there and meant are in each phase. */
function countBy(moment: Moment, elements: readonly Element[], isMeant: (object: RecordedObject) => boolean): Fact[] {
  const counts = new Map<string, number>();
  for (const { id } of elements) {
    const object = moment.at(id);
    if (object === undefined || !isMeant(object)) continue;
    const phase = text(object, 'status', 'phase') || 'Pending';
    counts.set(phase, (counts.get(phase) ?? 0) + 1);
  }
  return [...counts].map(([name, value]) => ({ name, value: String(value) }));
}
