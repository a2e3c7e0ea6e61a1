import type { ObjectId, RecordedObject } from '../../worker/protocol.ts';
import { backendOf, shortModes, volumeName, volumeOfAttachment } from './facts.ts';
import { type ObjectState, replicasOf, resizeOf, stateOf, volumeOfInline } from './family.ts';
import { field, list, parseId, text } from './ids.ts';
import { type Layout, rowFacts, type Shape, type Slot } from './layout.ts';
import type { Phrase } from './message.ts';
import { type Life, lifeOf, type Moment } from './moment.ts';
import { withoutOwner } from './names.ts';
import { isPlain, pathsOf, type Segment, type SegmentState } from './path.ts';
import { claimTemplates, type Element, type PodElement } from './structure.ts';
import type { LaneSummary } from './summary.ts';

/** What a card says, line by line; the component only draws it. */
export interface Card {
  readonly slot: string;
  readonly shape: Shape;
  readonly id: ObjectId;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly life: Life;
  readonly state: ObjectState;
  readonly title: string;
  /** Stands in place of the title where that is no name. */
  readonly titled?: Phrase;
  /** Line 1, right: where it is. */
  readonly place?: Phrase;
  /** Line 2, right: size. */
  readonly size?: string;
  /** Line 3. */
  readonly facts?: Phrase;
  readonly modes?: string;
  /** Of a claim that begins with the data of something else: what that is. */
  readonly copy?: 'clone' | 'snapshot';
  readonly path?: {
    readonly segments: Readonly<Record<Segment, SegmentState>>;
    readonly volume: string;
    readonly word: Phrase;
    readonly more: number;
  };
  /** Of a pod: each volume that it goes through anything for, the least advanced first. */
  readonly volumes?: readonly VolumeLine[];
  /** Of a workload: how many of its pods are ready, and what each pod brings. */
  readonly ready?: Phrase;
  readonly template?: string;
  /** Names of what it hangs together with, for those who hear the card. */
  readonly claims?: readonly string[];
  readonly boundTo?: readonly string[];
  readonly halfBoundTo?: readonly string[];
  /** Of a folded group: how many of its objects stand how, lane by lane. */
  readonly summary?: readonly LaneSummary[];
}

/** One volume of a pod: where it is from and how far it has come. */
export interface VolumeLine {
  readonly name: string;
  readonly source: string;
  readonly segments: Readonly<Record<Segment, SegmentState>>;
  readonly word: Phrase;
  readonly spoken: readonly Phrase[];
}

/** The object that a slot shows at a step: the one that is there, else the next to come, else the last trace. */
export function occupantAt(moment: Moment, slot: Slot): Element | undefined {
  let coming: Element | undefined;
  let gone: Element | undefined;
  for (const id of slot.occupants) {
    const element = moment.structure.elements.get(id);
    if (element === undefined) continue;
    const life = lifeOf(moment, element);
    if (life === 'alive') return element;
    if (life === 'unborn' && coming === undefined && moment.foresees(element.firstStep)) coming = element;
    if (life === 'gone') gone = element;
  }
  return coming ?? gone;
}

export function cardOf(moment: Moment, layout: Layout, slot: Slot, element: Element): Card {
  const state = stateOf(moment, element);
  const life = lifeOf(moment, element);
  const base: Card = {
    slot: slot.id,
    shape: slot.shape,
    id: element.id,
    kind: element.kind,
    namespace: element.namespace,
    name: element.name,
    life,
    state,
    title: titleOf(moment, layout, element),
  };
  const object = moment.at(element.id);
  if (life !== 'alive') {
    return element.kind === 'VolumeAttachment' ? { ...base, title: attachmentNode(moment, element) } : base;
  }
  switch (element.kind) {
    case 'Pod':
      return { ...base, ...podLines(moment, element, object) };
    case 'PersistentVolumeClaim':
      return { ...base, ...claimLines(object) };
    case 'PersistentVolume':
      return { ...base, ...volumeLines(object, slot.shape) };
    case 'VolumeAttachment':
      return { ...base, title: attachmentNode(moment, element) };
    case 'InlineVolume':
      return { ...base, place: volumeOfInline(moment, element)?.source ?? '' };
    case 'Volume':
    case 'Node':
    case 'StorageClass':
      return base;
    default:
      return object === undefined ? base : { ...base, ...workloadLines(object) };
  }
}

function titleOf(moment: Moment, layout: Layout, element: Element): string {
  if (element.kind === 'Volume') return volumeName(element.name).handle;
  if (element.kind === 'InlineVolume') return element.name.slice(element.name.indexOf('/') + 1);
  if (element.kind !== 'Pod') return element.name;
  const owner = (moment.structure.elements.get(element.id) as PodElement | undefined)?.owner;
  const name = owner === undefined ? undefined : moment.structure.elements.get(owner)?.name;
  return layout.slotOf.get(element.id)?.group === owner ? withoutOwner(element.name, name) : element.name;
}

function attachmentNode(moment: Moment, element: Element): string {
  return text(moment.at(element.id) ?? moment.replica.lastValue(element.id), 'spec', 'nodeName');
}

function podLines(moment: Moment, element: Element, pod: RecordedObject | undefined): Partial<Card> {
  const node = text(pod, 'spec', 'nodeName');
  const place: Phrase = node === '' ? { key: 'graph.noNode' } : node;
  const structured = moment.structure.elements.get(element.id) as PodElement | undefined;
  const paths = structured === undefined ? [] : pathsOf(moment, structured);
  const shown = paths[0];
  if (shown === undefined) return { place, facts: { key: 'graph.noVolumes' } };
  const more = paths.filter((path) => path !== shown && !isPlain(path)).length;
  const volumes = paths.map(
    ({ volume, segments, word, spoken }): VolumeLine => ({
      name: volume.name,
      source: volume.claim === undefined ? volume.source : parseId(volume.claim).name,
      segments,
      word,
      spoken,
    }),
  );
  return { place, volumes, path: { segments: shown.segments, volume: shown.volume.name, word: shown.word, more } };
}

function claimLines(claim: RecordedObject | undefined): Partial<Card> {
  const asked = text(claim, 'spec', 'resources', 'requests', 'storage');
  const has = text(claim, 'status', 'capacity', 'storage');
  const resize = resizeOf(claim);
  const size = resize === undefined ? has || asked : growth(resize.from, resize.to);
  const className = text(claim, 'spec', 'storageClassName');
  return {
    size,
    facts: className === '' ? { key: 'graph.noClass' } : className,
    modes: shortModes(list(claim, 'spec', 'accessModes')),
    ...copyOf(claim),
  };
}

/** `10→20Gi`; the unit once where both have the same. */
function growth(from: string, to: string): string {
  const unit = /[a-zA-Z]*$/.exec(to)?.[0] ?? '';
  const start = unit !== '' && from.endsWith(unit) ? from.slice(0, -unit.length) : from;
  return `${start}→${to}`;
}

/** What a claim is made from. */
function copyOf(claim: RecordedObject | undefined): Partial<Card> {
  const source = field(claim, 'spec', 'dataSourceRef') ?? field(claim, 'spec', 'dataSource');
  const kind = text(source, 'kind');
  if (kind === 'PersistentVolumeClaim') return { copy: 'clone' };
  return kind === 'VolumeSnapshot' ? { copy: 'snapshot' } : {};
}

function volumeLines(volume: RecordedObject | undefined, shape: Shape): Partial<Card> {
  if (volume === undefined) return {};
  const size = text(volume, 'spec', 'capacity', 'storage');
  if (shape === 'row') return { size: rowFacts(volume) };
  const policy = text(volume, 'spec', 'persistentVolumeReclaimPolicy');
  const place = zoneOf(volume) || (isProvisioned(volume) ? '' : undefined);
  if (place === undefined) return { size, facts: { key: 'graph.staticPolicy', values: { policy } } };
  return { size, facts: [place, policy].filter(Boolean).join(', ') };
}

function isProvisioned(volume: RecordedObject): boolean {
  return volume.metadata.annotations?.['pv.kubernetes.io/provisioned-by'] !== undefined;
}

/** The zone that a volume's node affinity asks for. */
export function zoneOf(volume: RecordedObject): string {
  for (const term of list(volume, 'spec', 'nodeAffinity', 'required', 'nodeSelectorTerms')) {
    for (const expression of list(term, 'matchExpressions')) {
      if (/zone$/.test(text(expression, 'key'))) return list(expression, 'values').join('|');
    }
  }
  return '';
}

function workloadLines(workload: RecordedObject): Partial<Card> {
  const { ready, wanted } = replicasOf(workload);
  const template = claimTemplates(workload)
    .map((claim) => `${claim.name} ${claim.size}`.trim())
    .join(', ');
  const lines: Partial<Card> = { ready: { key: 'graph.readyOf', values: { ready, wanted } } };
  return template === '' ? lines : { ...lines, template };
}

/** Chip facts of a node on the rail. */
export function nodeFacts(
  moment: Moment,
  id: ObjectId,
): { readonly zone: string; readonly disks: number; readonly attaching: number } {
  const node = moment.at(id);
  const name = node?.metadata.name ?? '';
  let attaching = 0;
  for (const flying of moment.calls) {
    if (flying.stage === 'attach' && attachesTo(moment, flying.objects.attachment, name)) attaching += 1;
  }
  const zone = node?.metadata.labels?.['topology.kubernetes.io/zone'] ?? '';
  return { zone, disks: list(node, 'status', 'volumesAttached').length, attaching };
}

function attachesTo(moment: Moment, attachment: ObjectId | undefined, node: string): boolean {
  const value = attachment === undefined ? undefined : moment.at(attachment);
  return value !== undefined && volumeOfAttachment(value) !== undefined && text(value, 'spec', 'nodeName') === node;
}

/** The API's name of what is behind a persistent volume, such as `csi` or `hostPath`. */
export function sourceOfVolume(volume: RecordedObject): string {
  return backendOf(volume)?.source ?? (field(volume, 'spec') === undefined ? '' : 'unknown');
}
