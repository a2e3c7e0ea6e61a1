import type { ObjectId, RecordedObject, Verdict } from '../../worker/protocol.ts';
import { claimOfVolume } from '../model/facts.ts';
import { field, list, normalId, objectId, parseId, text } from '../model/ids.ts';
import type { Moment } from '../model/moment.ts';
import { fieldValue, type Json } from './values.ts';

/** A change that might bind a claim. Whether it does is only known when it was tried. */
export interface Remedy {
  readonly key: RemedyKey;
  readonly values: Readonly<Record<string, string>>;
  /** What is done: objects that take the place of others of their name, objects that are new, or a command. */
  readonly change: Change;
  /** Changes more than one field: of interest only where less does not do for the same volume. */
  readonly isLast?: boolean;
  /** The volume that it is to fit. */
  readonly volume?: string;
}

export type Change =
  | { readonly type: 'replace' | 'apply'; readonly object: Manifest }
  | { readonly type: 'command'; readonly command: string };

export type Manifest = Readonly<Record<string, unknown>>;

export type RemedyKey =
  | 'history.bindSmaller'
  | 'history.bindClassOfVolume'
  | 'history.bindModesOfVolume'
  | 'history.bindVolumeMode'
  | 'history.bindNoSelector'
  | 'history.bindNoVolumeName'
  | 'history.bindLikeVolume'
  | 'history.bindClearClaimRef'
  | 'history.bindOtherClass'
  | 'history.bindNewClass'
  | 'history.bindAddPod'
  | 'history.bindAddVolume';

/** So many changes are tried for one claim, and so many classes and volumes are thought of. */
const MOST = 12;
const CLASSES = 3;
const VOLUMES = 4;

const NO_PROVISIONER = 'kubernetes.io/no-provisioner';
const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

interface ClaimSpec {
  readonly [field: string]: unknown;
}

/** Changes that might bind a waiting claim, from what was decided about it; the small ones first. */
export function remediesFor(moment: Moment, id: ObjectId): readonly Remedy[] {
  const claim = moment.at(id);
  if (claim === undefined) return [];
  const decision = moment.replica
    .decisionsAbout(id, moment.step)
    .find(({ decision: { by } }) => by === 'findBestMatchForClaim' || by === 'syncUnboundClaim')?.decision;
  const verdicts = (decision?.candidates ?? []).filter(({ ok }) => !ok);
  const ofVolumes = verdicts.flatMap((verdict) => ofVerdict(moment, claim, verdict));
  const all = [
    ...ofVolumes.filter(({ isLast }) => isLast !== true).slice(0, VOLUMES),
    ...ofOwnFields(claim),
    ...ofConsumer(moment, claim),
    ...ofClasses(moment, claim),
    ...ofVolumes.filter(({ isLast }) => isLast === true).slice(0, VOLUMES),
    newVolume(claim),
  ];
  return distinct(all).slice(0, MOST);
}

/** The change of a claim that was to fit one volume and got another: that one is named. */
export function withVolume(remedy: Remedy, volume: string): Remedy {
  if (remedy.volume === undefined || remedy.change.type !== 'replace') return remedy;
  return { ...remedy, volume, values: { ...remedy.values, volume } };
}

/** Of the changes that bind, those that are not made needless by a smaller one. */
export function worthSaying<T extends { readonly remedy: Remedy }>(binding: readonly T[]): readonly T[] {
  const done = new Set(binding.flatMap(({ remedy }) => (remedy.isLast === true ? [] : [remedy.volume])));
  return binding.filter(
    ({ remedy }) => remedy.isLast !== true || remedy.volume === undefined || !done.has(remedy.volume),
  );
}

function distinct(remedies: readonly Remedy[]): readonly Remedy[] {
  const seen = new Set<string>();
  return remedies.filter(({ change }) => {
    const text = JSON.stringify(change);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

// ---- volumes that were looked at --------------------------------------------------------------------------------------

function ofVerdict(moment: Moment, claim: RecordedObject, { candidate, rule, have }: Verdict): Remedy[] {
  const { name: volume } = parseId(normalId(candidate));
  const object = moment.at(normalId(candidate));
  if (object === undefined) return [];
  if (text(object, 'status', 'phase') === 'Released') return [clearClaimRef(object)];
  // A volume that another claim has, or is reserved for, is not taken away.
  const holder = claimOfVolume(object);
  if (holder !== undefined && holder !== idOf(claim)) return [];
  const one = (key: RemedyKey, value: string, spec: ClaimSpec): Remedy[] => [
    { key, values: { volume, value }, change: { type: 'replace', object: claimWith(claim, spec) }, volume },
    likeVolume(claim, object),
  ];
  const value = fieldValue(have as Json | undefined);
  switch (rule) {
    case 'capacity':
      return one('history.bindSmaller', value, requests(have));
    case 'storageClassName':
      return one('history.bindClassOfVolume', value, { storageClassName: have });
    case 'accessModes':
      return one('history.bindModesOfVolume', value, { accessModes: have });
    case 'volumeMode':
      return one('history.bindVolumeMode', value, { volumeMode: have });
    case 'selector':
      return one('history.bindNoSelector', value, { selector: undefined });
    default:
      return [];
  }
}

function idOf({ kind, metadata: { namespace = '', name } }: RecordedObject): ObjectId {
  return objectId(kind, namespace, name);
}

const requests = (storage: unknown): ClaimSpec => ({ resources: { requests: { storage } } });

function likeVolume(claim: RecordedObject, volume: RecordedObject): Remedy {
  const { name } = volume.metadata;
  const spec: ClaimSpec = {
    ...requests(field(volume, 'spec', 'capacity', 'storage')),
    storageClassName: text(volume, 'spec', 'storageClassName'),
    accessModes: list(volume, 'spec', 'accessModes'),
    volumeMode: text(volume, 'spec', 'volumeMode') || 'Filesystem',
    selector: undefined,
  };
  const change: Change = { type: 'replace', object: claimWith(claim, spec) };
  return { key: 'history.bindLikeVolume', values: { volume: name }, change, volume: name, isLast: true };
}

function clearClaimRef({ metadata: { name } }: RecordedObject): Remedy {
  const patch = JSON.stringify([{ op: 'remove', path: '/spec/claimRef' }]);
  const command = `kubectl patch pv ${name} --type=json -p '${patch}'`;
  return {
    key: 'history.bindClearClaimRef',
    values: { volume: name },
    change: { type: 'command', command },
    volume: name,
  };
}

// ---- the claim itself, its class, its consumer ------------------------------------------------------------------------

function ofOwnFields(claim: RecordedObject): Remedy[] {
  const volume = text(claim, 'spec', 'volumeName');
  if (volume === '') return [];
  const object = claimWith(claim, { volumeName: undefined });
  return [{ key: 'history.bindNoVolumeName', values: { volume }, change: { type: 'replace', object } }];
}

/** Classes that have a provisioner, the default one first. */
function provisioningClasses(moment: Moment): readonly RecordedObject[] {
  return moment.structure.classes
    .map(({ id }) => moment.at(id))
    .filter((found) => found !== undefined)
    .filter((found) => text(found, 'provisioner') !== NO_PROVISIONER)
    .sort((a, b) => Number(isDefault(b)) - Number(isDefault(a)));
}

const isDefault = ({ metadata }: RecordedObject): boolean => metadata.annotations?.[DEFAULT_CLASS] === 'true';

function ofClasses(moment: Moment, claim: RecordedObject): Remedy[] {
  const name = text(claim, 'spec', 'storageClassName');
  const classes = provisioningClasses(moment);
  const found: Remedy[] = classes
    .filter(({ metadata }) => metadata.name !== name)
    .slice(0, CLASSES)
    .map((other) => ({
      key: 'history.bindOtherClass',
      values: { class: other.metadata.name, driver: text(other, 'provisioner') },
      change: { type: 'replace', object: claimWith(claim, { storageClassName: other.metadata.name }) },
    }));
  const [model] = classes;
  if (name !== '' && moment.at(`StorageClass//${name}`) === undefined && model !== undefined) {
    const driver = text(model, 'provisioner');
    const object = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name }, provisioner: driver };
    found.unshift({ key: 'history.bindNewClass', values: { class: name, driver }, change: { type: 'apply', object } });
  }
  return found;
}

/** A class that waits for the first consumer needs a pod. */
function ofConsumer(moment: Moment, claim: RecordedObject): Remedy[] {
  const storageClass = moment.at(`StorageClass//${text(claim, 'spec', 'storageClassName')}`);
  if (text(storageClass, 'volumeBindingMode') !== 'WaitForFirstConsumer') return [];
  const { name, namespace } = claim.metadata;
  const users = moment.structure.podsOf.get(idOf(claim)) ?? [];
  if (users.some((id) => moment.at(id) !== undefined)) return [];
  const isBlock = text(claim, 'spec', 'volumeMode') === 'Block';
  const use = isBlock
    ? { volumeDevices: [{ name: 'data', devicePath: '/dev/data' }] }
    : { volumeMounts: [{ name: 'data', mountPath: '/data' }] };
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${name}-user`, ...(namespace !== undefined && { namespace }) },
    spec: {
      containers: [{ name: 'main', image: 'busybox', ...use }],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }],
    },
  };
  return [{ key: 'history.bindAddPod', values: { pod: object.metadata.name }, change: { type: 'apply', object } }];
}

/** A volume made for the claim. */
function newVolume(claim: RecordedObject): Remedy {
  const { name, labels } = claim.metadata;
  const selector = field(claim, 'spec', 'selector', 'matchLabels') ?? labels;
  const volume = text(claim, 'spec', 'volumeName') || `${name}-pv`;
  const object = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: volume, ...(selector !== undefined && { labels: selector }) },
    spec: {
      storageClassName: text(claim, 'spec', 'storageClassName'),
      capacity: { storage: text(claim, 'spec', 'resources', 'requests', 'storage') },
      accessModes: list(claim, 'spec', 'accessModes'),
      hostPath: { path: `/mnt/${volume}` },
    },
  };
  return { key: 'history.bindAddVolume', values: { volume }, change: { type: 'apply', object } };
}

/** The claim as its owner would write it, with other fields; one that is undefined is left out. */
function claimWith(claim: RecordedObject, change: ClaimSpec): Manifest {
  const { name, namespace, labels } = claim.metadata;
  const { volumeMode, ...spec } = { ...(field(claim, 'spec') as ClaimSpec), ...change };
  const kept = Object.entries(volumeMode === 'Filesystem' ? spec : { ...spec, volumeMode }).filter(
    ([, value]) => value !== undefined,
  );
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, ...(namespace !== undefined && { namespace }), ...(labels !== undefined && { labels }) },
    spec: Object.fromEntries(kept),
  };
}
