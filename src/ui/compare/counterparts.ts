import type { ObjectId, RecordedObject } from '../../worker/protocol.ts';
import { backendOf, claimOfVolume, volumeName } from '../model/facts.ts';
import { controllerOf, objectId, parseId, text } from '../model/ids.ts';
import type { Replica } from '../model/replica.ts';

/** Which objects of two recordings are the same one, where generated names and uids differ from run to run. */
export interface Counterparts {
  /** Objects there by the ids of those here. */
  readonly there: ReadonlyMap<ObjectId, ObjectId>;
  /** Objects here by the ids of those there. */
  readonly here: ReadonlyMap<ObjectId, ObjectId>;
  /** A text of the other recording with the names and uids that this one has for the same objects. */
  readonly renamed: (text: string) => string;
}

/** Kinds that say nothing of their own about how a run went: Events are compared by what they say. */
const LEFT_OUT = new Set(['Event', 'Lease', 'Mount']);

/** Kinds in an order in which what an object's part rests on is known before the object. */
const ORDER = ['ReplicaSet', 'Job', 'Pod', 'PersistentVolumeClaim', 'PersistentVolume', 'Volume', 'VolumeAttachment'];

const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Finds the objects of `there` that play the part of one in `here`: by id, else by what made them and what they are for. */
export function counterpartsOf(here: Replica, there: Replica): Counterparts {
  const names = new Map<string, string>();
  const renamed = (value: string): string =>
    names.size === 0
      ? value
      : value.replace(
          /[A-Za-z0-9][A-Za-z0-9.-]*/g,
          (token) => names.get(token) ?? token.replace(UID, (uid) => names.get(uid) ?? uid),
        );
  const toThere = new Map<ObjectId, ObjectId>();
  const toHere = new Map<ObjectId, ObjectId>();
  const pair = (idHere: ObjectId, idThere: ObjectId): void => {
    toThere.set(idHere, idThere);
    toHere.set(idThere, idHere);
    learn(names, handleOf(idThere), handleOf(idHere));
    const uids = uidsOf(here, idHere);
    for (const [life, uid] of uidsOf(there, idThere).entries()) learn(names, uid, uids[life]);
  };
  const left: ObjectId[] = [];
  for (const { id, kind } of there.union()) {
    if (LEFT_OUT.has(kind)) continue;
    if (here.entry(id) === undefined) left.push(id);
    else pair(id, id);
  }
  const free = here.union().filter(({ id, kind }) => !LEFT_OUT.has(kind) && !toThere.has(id));
  const same = (value: string): string => value;
  for (const kind of [...ORDER, undefined]) {
    const isOfKind = (id: ObjectId): boolean => {
      const its = parseId(id).kind;
      return kind === undefined ? !ORDER.includes(its) : its === kind;
    };
    const parts = new Map<string, ObjectId[]>();
    for (const { id } of free) if (isOfKind(id)) push(parts, partOf(here, id, same), id);
    for (const id of left) {
      const found = isOfKind(id) ? parts.get(partOf(there, id, renamed))?.shift() : undefined;
      if (found !== undefined) pair(found, id);
    }
  }
  return { there: toThere, here: toHere, renamed };
}

function learn(names: Map<string, string>, from: string, to: string | undefined): void {
  if (to !== undefined && from !== to) names.set(from, to);
}

/** The name as other objects have it: a volume of a backend goes by its handle. */
function handleOf(id: ObjectId): string {
  const { kind, name } = parseId(id);
  return kind === 'Volume' ? volumeName(name).handle : name;
}

/** The uids of an object that was there more than once, in order. */
function uidsOf(replica: Replica, id: ObjectId): string[] {
  return [...new Set(replica.valuesOf(id).map(({ metadata }) => metadata.uid ?? ''))].filter((uid) => uid !== '');
}

/** What an object with a generated name is for; equal for those that stand for each other. */
function partOf(replica: Replica, id: ObjectId, renamed: (name: string) => string): string {
  const { kind, namespace } = parseId(id);
  const values = replica.valuesOf(id);
  const last = values.at(-1);
  const owner = last === undefined ? undefined : controllerOf(last);
  if (owner !== undefined) return `${kind} ${namespace} of ${owner.kind} ${renamed(owner.name)}`;
  if (kind === 'PersistentVolume') {
    const claim = values.map(claimOfVolume).findLast((found) => found !== undefined);
    if (claim !== undefined) return `${kind} for ${claim}`;
  }
  if (kind === 'VolumeAttachment') {
    const volume = renamed(text(last, 'spec', 'source', 'persistentVolumeName'));
    return `${kind} of ${volume} to ${text(last, 'spec', 'nodeName')} by ${text(last, 'spec', 'attacher')}`;
  }
  if (kind === 'Volume') {
    const volume = volumeBackedBy(replica, id);
    if (volume !== undefined) return `${kind} behind ${renamed(volume.metadata.name)}`;
  }
  return renamed(id);
}

function volumeBackedBy(replica: Replica, id: ObjectId): RecordedObject | undefined {
  for (const entry of replica.union()) {
    const value = entry.kind === 'PersistentVolume' ? replica.lastValue(entry.id) : undefined;
    if (value !== undefined && backendOf(value)?.id === id) return value;
  }
  return undefined;
}

/** The object that an Event is about. */
export function subjectOf(event: RecordedObject): ObjectId {
  const on = event.involvedObject ?? event.regarding;
  return objectId(text(on, 'kind'), text(on, 'namespace'), text(on, 'name'));
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
