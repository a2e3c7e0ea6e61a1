import type { ObjectId, RecordedObject } from '../../worker/protocol.ts';
import { objectId, text } from './ids.ts';
import type { Scene } from './scene.ts';

/** What an object has to do with something on the rail. */
export interface RailLink {
  readonly from: ObjectId;
  readonly to: ObjectId;
}

/** Fields that name something on the rail, by the kind that has them. */
const NAMED: Readonly<Record<string, readonly (readonly [kind: string, ...path: readonly string[]])[]>> = {
  Pod: [['Node', 'spec', 'nodeName']],
  VolumeAttachment: [['Node', 'spec', 'nodeName']],
  PersistentVolumeClaim: [
    ['StorageClass', 'spec', 'storageClassName'],
    ['VolumeAttributesClass', 'spec', 'volumeAttributesClassName'],
  ],
  PersistentVolume: [
    ['StorageClass', 'spec', 'storageClassName'],
    ['CSIDriver', 'spec', 'csi', 'driver'],
  ],
};

function namedBy(object: RecordedObject): ObjectId[] {
  return (NAMED[object.kind] ?? []).flatMap(([kind, ...path]) => {
    const name = text(object, ...path);
    return name === '' ? [] : [objectId(kind, '', name)];
  });
}

/** Lines from the objects of a chain to nodes, classes and drivers; these are drawn only while the chain is looked at. */
export function railLinks(scene: Scene, chain: ReadonlySet<ObjectId>): RailLink[] {
  const links: RailLink[] = [];
  for (const id of chain) {
    const object = scene.moment.at(id);
    if (object === undefined || !scene.layout.slotOf.has(id)) continue;
    for (const to of namedBy(object)) links.push({ from: id, to });
  }
  return links;
}

/** What is drawn in the lanes and belongs to a node, a class or a driver, with itself. */
export function railChain(scene: Scene, rail: ObjectId): ReadonlySet<ObjectId> {
  const chain = new Set<ObjectId>([rail]);
  for (const { id, life } of scene.cards.values()) {
    const object = life === 'alive' ? scene.moment.at(id) : undefined;
    if (object !== undefined && namedBy(object).includes(rail)) chain.add(id);
  }
  return chain;
}
