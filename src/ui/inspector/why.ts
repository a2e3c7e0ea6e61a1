import type { Decision, ObjectId, RecordedObject, Verdict } from '../../worker/protocol.ts';
import { clockText } from '../model/axis.ts';
import { backendOf, claimOfVolume, volumeOfClaim } from '../model/facts.ts';
import { type ObjectState, replicasOf, stateOf } from '../model/family.ts';
import { field, isDeleting, list, normalId, parseId, text } from '../model/ids.ts';
import { lifeOf, type Moment } from '../model/moment.ts';
import { componentName } from '../model/names.ts';
import { pathsOf, type VolumePath } from '../model/path.ts';
import type { DecisionAt } from '../model/replica.ts';
import type { Element, PodElement } from '../model/structure.ts';
import { fieldValue, type Json } from './values.ts';

/** A sentence of table `why`, with its values. */
export interface Sentence {
  readonly key: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** Candidates that were turned down, or taken, for the same reason. */
export interface CandidateGroup {
  readonly first: Verdict;
  /** Names of the others. */
  readonly others: readonly string[];
}

export interface Ask {
  /** The API's name of the field. */
  readonly field: string;
  readonly value: string;
}

/** Why an object is as it is: what the code that decided recorded, and how far it has come. */
export interface Why {
  readonly verdict: Sentence;
  readonly context?: Sentence;
  /** The decision that all this rests on. */
  readonly proof?: DecisionAt;
  readonly asks: readonly Ask[];
  readonly candidates: readonly CandidateGroup[];
  readonly candidatesTitle: 'why.candidates' | 'why.nodes' | 'why.claims' | 'why.waitsFor' | 'why.beforeNodes';
  readonly omitted: number;
  /** A pod's way to each of its volumes. */
  readonly paths: readonly VolumePath[];
}

type Found = Omit<Why, 'asks' | 'candidates' | 'candidatesTitle' | 'omitted' | 'paths'> & Partial<Why>;

/** The explanation of one object at a step. */
export function whyOf(moment: Moment, element: Element): Why {
  const found = explain(moment, element);
  return { asks: [], candidates: [], candidatesTitle: 'why.candidates', omitted: 0, paths: [], ...found };
}

function explain(moment: Moment, element: Element): Found {
  const { name } = element;
  const life = lifeOf(moment, element);
  if (life === 'unborn') return { verdict: say('unborn', { step: element.firstStep }) };
  if (life === 'gone') {
    const step = moment.replica.lastChange(element.id, moment.step);
    const context = step === undefined ? {} : { context: say('goneAt', { step, ...lastWriter(moment, step) }) };
    return { verdict: say('gone', { name }), ...context };
  }
  const object = moment.at(element.id);
  if (object === undefined) return { verdict: say('there', { name }) };
  const decisions = moment.replica.decisionsAbout(element.id, moment.step);
  const rule = RULES[element.kind];
  return rule === undefined ? other(moment, element, object, decisions) : rule(moment, element, object, decisions);
}

function lastWriter({ replica }: Moment, step: number): { readonly component: string; readonly clock: string } {
  return { component: componentName(replica.step(step)?.process ?? ''), clock: clockText(replica.timeAt(step)) };
}

type Rule = (moment: Moment, element: Element, object: RecordedObject, decisions: readonly DecisionAt[]) => Found;

const RULES: Readonly<Record<string, Rule>> = {
  PersistentVolumeClaim: whyClaim,
  PersistentVolume: whyVolume,
  Pod: whyPod,
  VolumeAttachment: whyAttachment,
  VolumeSnapshot: whySnapshot,
  VolumeSnapshotContent: whySnapshot,
};

function say(key: string, values?: Sentence['values']): Sentence {
  return values === undefined ? { key: `why.${key}` } : { key: `why.${key}`, values };
}

/** A snapshot says itself what is wrong with it. */
function whySnapshot(
  moment: Moment,
  element: Element,
  snapshot: RecordedObject,
  decisions: readonly DecisionAt[],
): Found {
  const found = other(moment, element, snapshot, decisions);
  const message = text(snapshot, 'status', 'error', 'message');
  return message === '' ? found : { ...found, context: say('verbatim', { message }) };
}

/** The latest decision that one of these functions took. */
function latest(decisions: readonly DecisionAt[], ...by: readonly string[]): DecisionAt | undefined {
  return decisions.find(({ decision }) => by.includes(decision.by));
}

function withProof(proof: DecisionAt | undefined): { proof?: DecisionAt } {
  return proof === undefined ? {} : { proof };
}

function evidence(found: DecisionAt | undefined): Pick<Why, 'candidates' | 'omitted'> {
  const { candidates = [], omitted = 0 } = found?.decision ?? {};
  return { candidates: groupCandidates(candidates), omitted };
}

// ---- claims ------------------------------------------------------------------------------------------------------------

function whyClaim(moment: Moment, element: Element, claim: RecordedObject, decisions: readonly DecisionAt[]): Found {
  const matching = latest(decisions, 'findBestMatchForClaim', 'syncUnboundClaim');
  const asks = asksOfClaim(claim);
  const shown = { asks, ...withProof(matching), ...evidence(matching) };
  if (isDeleting(claim)) return { ...ending(claim, latest(decisions, 'isBeingUsed')), asks };
  const phase = text(claim, 'status', 'phase');
  const volume = text(claim, 'spec', 'volumeName');
  if (phase === 'Lost') return { verdict: say('claimLost', { volume }), context: say('claimLostContext'), asks };
  if (phase === 'Bound')
    return { verdict: say('claimBound', { volume }), ...boundContext(moment, claim, matching), ...shown };
  if (volume !== '' && matching?.decision.outcome === 'volumeMismatch') {
    const message = matching.decision.candidates?.[0]?.message ?? '';
    return { verdict: say('volumeMismatch', { volume }), context: say('verbatim', { message }), ...shown };
  }
  if (volume !== '') return { verdict: say('claimHalfBound', { volume }), ...shown };
  const holder = (moment.structure.volumesOfClaim.get(element.id) ?? []).find(({ id }) => {
    const value = moment.at(id);
    return value !== undefined && claimOfVolume(value) === element.id;
  });
  if (holder !== undefined) return { verdict: say('volumeHalfBound', { volume: holder.name }), ...shown };
  return { ...unbound(moment, element, claim, decisions, matching), asks };
}

function asksOfClaim(claim: RecordedObject): Ask[] {
  const { spec } = claim as { readonly spec?: Readonly<Record<string, unknown>> };
  const storageClass = field(spec, 'storageClassName');
  const asks: Ask[] = [
    { field: 'storage', value: text(spec, 'resources', 'requests', 'storage') },
    { field: 'accessModes', value: fieldValue(list(spec, 'accessModes') as Json) },
    { field: 'class', value: storageClass === undefined ? '–' : fieldValue(storageClass as Json) },
    { field: 'volumeMode', value: text(spec, 'volumeMode') || 'Filesystem' },
  ];
  const selector = field(spec, 'selector');
  if (selector !== undefined) asks.push({ field: 'selector', value: fieldValue(selector as Json) });
  return asks;
}

function boundContext(moment: Moment, claim: RecordedObject, matching: DecisionAt | undefined): { context?: Sentence } {
  const id = volumeOfClaim(claim);
  const volume = id === undefined ? undefined : moment.at(id);
  const driver = volume?.metadata.annotations?.['pv.kubernetes.io/provisioned-by'];
  if (driver !== undefined) return { context: say('claimBoundProvisioned', { driver }) };
  const checked = matching?.decision.candidates?.length ?? 0;
  return checked > 1 ? { context: say('claimBoundChosen', { count: checked }) } : {};
}

function unbound(
  moment: Moment,
  element: Element,
  claim: RecordedObject,
  decisions: readonly DecisionAt[],
  matching: DecisionAt | undefined,
): Found {
  const className = text(claim, 'spec', 'storageClassName');
  const storageClass = moment.at(`StorageClass//${className}`);
  const provisioner = text(storageClass, 'provisioner');
  const provision = latest(decisions, 'Provision');
  if (moment.flying(element.id).some(({ stage }) => stage === 'create')) {
    return { verdict: say('claimProvisioning', { driver: provisioner }), ...withProof(provision) };
  }
  if (provision !== undefined && provision.decision.outcome !== 'createVolume') {
    const message = text(provision.decision.facts, 'error');
    const key = provision.decision.outcome === 'ignored' ? 'provisionIgnored' : 'provisionFailed';
    return { verdict: say(key, { driver: provisioner }), context: say('verbatim', { message }), proof: provision };
  }
  const shown = { ...withProof(matching), ...evidence(matching) };
  const checked = (matching?.decision.candidates?.length ?? 0) + (matching?.decision.omitted ?? 0);
  if (matching === undefined) return { verdict: say('claimNew') };
  if (className === '') {
    return {
      verdict: say('noMatch'),
      context: say(checked === 0 ? 'noVolumesNoClass' : 'noMatchNoClass', { count: checked }),
      ...shown,
    };
  }
  if (storageClass === undefined) {
    return {
      verdict: say('classMissing', { class: className }),
      context: say('noMatchClass', { count: checked }),
      ...shown,
    };
  }
  const selected = claim.metadata.annotations?.['volume.kubernetes.io/selected-node'];
  if (field(matching.decision.facts, 'delayBinding') === true && selected === undefined) {
    return {
      verdict: say('waitsForConsumer'),
      context: say('waitsForConsumerContext', { class: className }),
      ...shown,
    };
  }
  if (provisioner === 'kubernetes.io/no-provisioner') {
    return { verdict: say('noMatch'), context: say('noProvisioner', { class: className, count: checked }), ...shown };
  }
  const context =
    selected === undefined ? say('noMatchClass', { count: checked }) : say('selectedNode', { node: selected });
  return { verdict: say('waitsForProvisioner', { driver: provisioner }), context, ...shown };
}

// ---- volumes -----------------------------------------------------------------------------------------------------------

function whyVolume(moment: Moment, element: Element, volume: RecordedObject, decisions: readonly DecisionAt[]): Found {
  const phase = text(volume, 'status', 'phase') || 'Pending';
  const claim = claimOfVolume(volume);
  const claimName = claim === undefined ? '' : claimLabel(claim);
  const policy = text(volume, 'spec', 'persistentVolumeReclaimPolicy') || 'Retain';
  const asks = asksOfVolume(volume);
  const match =
    claim === undefined
      ? undefined
      : latest(moment.replica.decisionsAbout(claim, moment.step), 'findBestMatchForClaim');
  if (isDeleting(volume)) return { ...ending(volume, latest(decisions, 'isBeingUsed', 'Delete')), asks };
  if (phase === 'Failed') {
    const message = text(volume, 'status', 'message');
    return {
      verdict: say('volumeFailed'),
      context: say('verbatim', { message }),
      asks,
      ...withProof(latest(decisions, 'Delete')),
    };
  }
  if (phase === 'Released') {
    const context = say(policy === 'Delete' ? 'volumeReleasedDelete' : 'volumeReleasedRetain', { claim: claimName });
    return {
      verdict: say('volumeReleased', { claim: claimName }),
      context,
      asks,
      ...withProof(latest(decisions, 'Delete')),
    };
  }
  if (phase === 'Bound') {
    const driver = volume.metadata.annotations?.['pv.kubernetes.io/provisioned-by'];
    const context =
      driver === undefined ? say('volumeBoundStatic', { policy }) : say('volumeBoundProvisioned', { driver, policy });
    return { verdict: say('volumeBound', { claim: claimName }), context, asks, ...withProof(match) };
  }
  const refused = claimsThatRefused(moment, element);
  const shown = { asks, candidates: refused.candidates, candidatesTitle: 'why.claims' as const };
  if (claim === undefined) {
    const key = refused.candidates.length === 0 ? 'volumeFreeContext' : 'volumeFreeRefused';
    return { verdict: say('volumeFree'), context: say(key), ...shown, ...withProof(refused.proof) };
  }
  if (text(volume, 'spec', 'claimRef', 'uid') === '')
    return { verdict: say('volumeReserved', { claim: claimName }), ...shown };
  return { verdict: say('volumeHolds', { claim: claimName }), ...shown, ...withProof(match) };
}

function claimLabel(id: ObjectId): string {
  const { namespace, name } = parseId(id);
  return `${namespace}/${name}`;
}

function asksOfVolume(volume: RecordedObject): Ask[] {
  const backend = backendOf(volume);
  return [
    { field: 'storage', value: text(volume, 'spec', 'capacity', 'storage') },
    { field: 'accessModes', value: fieldValue(list(volume, 'spec', 'accessModes') as Json) },
    { field: 'class', value: fieldValue(text(volume, 'spec', 'storageClassName')) },
    { field: 'reclaim', value: text(volume, 'spec', 'persistentVolumeReclaimPolicy') || 'Retain' },
    ...(backend === undefined ? [] : [{ field: backend.source, value: backend.handle }]),
  ];
}

/** What claims that still wait found against a volume when they last looked at it. */
function claimsThatRefused(
  moment: Moment,
  element: Element,
): { readonly candidates: readonly CandidateGroup[]; readonly proof?: DecisionAt } {
  const verdicts: Verdict[] = [];
  let proof: DecisionAt | undefined;
  for (const { id } of moment.structure.claims) {
    const claim = moment.at(id);
    if (claim === undefined || text(claim, 'status', 'phase') === 'Bound') continue;
    const found = latest(moment.replica.decisionsAbout(id, moment.step), 'findBestMatchForClaim');
    const verdict = found?.decision.candidates?.find(({ candidate }) => normalId(candidate) === element.id);
    if (verdict === undefined || verdict.ok) continue;
    proof ??= found;
    verdicts.push({ ...verdict, candidate: id });
  }
  return { candidates: groupCandidates(verdicts), ...withProof(proof) };
}

// ---- pods --------------------------------------------------------------------------------------------------------------

function whyPod(moment: Moment, element: Element, pod: RecordedObject, decisions: readonly DecisionAt[]): Found {
  const node = text(pod, 'spec', 'nodeName');
  const phase = text(pod, 'status', 'phase') || 'Pending';
  const scheduling = latest(decisions, 'schedulePod');
  const nodes = { candidatesTitle: 'why.nodes' as const, ...withProof(scheduling), ...evidence(scheduling) };
  const paths = 'volumes' in element ? pathsOf(moment, element as PodElement) : [];
  if (isDeleting(pod)) {
    const seconds = Number(field(pod, 'metadata', 'deletionGracePeriodSeconds') ?? 0);
    return { verdict: say('podEnding'), context: say('podEndingContext', { node, count: seconds }), paths };
  }
  if (phase === 'Failed' || phase === 'Succeeded') {
    const message = text(pod, 'status', 'message') || text(pod, 'status', 'reason');
    return { verdict: say(`pod${phase}`), ...(message !== '' && { context: say('verbatim', { message }) }), paths };
  }
  if (phase === 'Running')
    return { verdict: say('podRunning', { node }), context: say('podRunningContext'), paths, ...nodes };
  if (node === '') {
    if (scheduling === undefined) return { verdict: say('podNew'), paths };
    const message = text(scheduling.decision.facts, 'message');
    return {
      verdict: say('podNoNode'),
      ...(message !== '' && { context: say('verbatim', { message }) }),
      paths,
      ...nodes,
      ...beforeNodes(scheduling.decision),
    };
  }
  return {
    ...starting(moment, element.id, decisions, node),
    paths,
    ...(scheduling !== undefined && hasPlace(decisions) ? nodes : {}),
  };
}

/** A plugin that turned the pod down before any node was looked at. */
function beforeNodes({ facts }: Decision): Partial<Why> {
  const plugin = text(facts, 'plugin');
  if (plugin === '') return {};
  const { have, want } = facts ?? {};
  const verdict: Verdict = {
    candidate: plugin,
    ok: false,
    ...(have !== undefined && { have }),
    ...(want !== undefined && { want }),
  };
  return { candidates: [{ first: verdict, others: [] }], candidatesTitle: 'why.beforeNodes' };
}

/** The last word was the scheduler's. */
function hasPlace(decisions: readonly DecisionAt[]): boolean {
  return decisions[0]?.decision.by === 'schedulePod';
}

const POD_WAITS: Readonly<Record<string, string>> = {
  waitingForVolumesInUse: 'podWaitsInUse',
  waitingForVolumesAttached: 'podWaitsAttached',
  multiAttach: 'podMultiAttach',
  failed: 'podAttachFailed',
  noMatch: 'podWrongNode',
};

/** A pod with a node whose containers do not run yet. */
function starting(moment: Moment, id: ObjectId, decisions: readonly DecisionAt[], node: string): Found {
  const verdict = say('podStarting', { node });
  const proof = decisions.find(({ decision }) => decision.by !== 'schedulePod');
  const flying = moment.flying(id)[0];
  if (flying !== undefined) {
    return { verdict, context: say('podCall', { method: flying.call.began.method, node }), ...withProof(proof) };
  }
  const key = proof === undefined ? undefined : POD_WAITS[proof.decision.outcome];
  if (proof === undefined || key === undefined) return { verdict };
  const { facts } = proof.decision;
  const values = {
    node,
    volume: volumeLabel(text(facts, 'volume')),
    message: text(facts, 'error'),
    others: list(facts, 'attachedTo').join(', '),
  };
  return { verdict, context: say(key, values), proof, candidatesTitle: 'why.waitsFor', ...evidence(proof) };
}

/** The kubelet's unique name of a volume without its plugin: `kubernetes.io/csi/d.example.com^vol-1` is `vol-1`. */
export function volumeLabel(name: string): string {
  return name.slice(name.lastIndexOf('^') + 1).replace(/^kubernetes\.io\/[^/]+\//, '');
}

// ---- others ------------------------------------------------------------------------------------------------------------

function whyAttachment(
  moment: Moment,
  element: Element,
  attachment: RecordedObject,
  decisions: readonly DecisionAt[],
): Found {
  const values = {
    node: text(attachment, 'spec', 'nodeName'),
    volume: text(attachment, 'spec', 'source', 'persistentVolumeName'),
    driver: text(attachment, 'spec', 'attacher'),
  };
  const proof = latest(decisions, 'csiAttach', 'csiDetach');
  const error =
    text(attachment, 'status', 'attachError', 'message') || text(attachment, 'status', 'detachError', 'message');
  const context = error === '' ? {} : { context: say('verbatim', { message: error }) };
  const isBusy = moment.flying(element.id).length > 0;
  if (isDeleting(attachment)) return { verdict: say('detaching', values), ...context, ...withProof(proof) };
  if (field(attachment, 'status', 'attached') === true)
    return { verdict: say('attached', values), ...withProof(proof) };
  return {
    verdict: say(error !== '' && !isBusy ? 'attachFailed' : 'attaching', values),
    ...context,
    ...withProof(proof),
  };
}

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'DaemonSet', 'Job', 'ReplicationController']);

function other(moment: Moment, element: Element, object: RecordedObject, decisions: readonly DecisionAt[]): Found {
  const proof = decisions[0];
  const shown = { ...withProof(proof), ...evidence(proof) };
  const error = text(proof?.decision.facts, 'error');
  const context = error === '' ? {} : { context: say('verbatim', { message: error }) };
  if (isDeleting(object)) return { ...ending(object, proof), ...shown };
  if (WORKLOADS.has(element.kind)) return { verdict: say('workload', { ...replicasOf(object) }), ...context, ...shown };
  if (element.kind === 'StorageClass') return { ...whyClass(object), ...shown };
  if (element.kind === 'CSIDriver') return { ...whyDriver(moment, element), ...shown };
  if (element.kind === 'Volume')
    return { verdict: say('volumeOfDriver', { name: element.name }), asks: asksOfBackend(object), ...shown };
  const state: ObjectState = stateOf(moment, element);
  const word = typeof state.word === 'string' ? state.word : '';
  return {
    verdict: word === '' ? say('there', { name: element.name }) : say('state', { name: element.name, word }),
    ...context,
    ...shown,
  };
}

/** Registered is a driver on the nodes whose CSINode lists it. */
function whyDriver(moment: Moment, { name }: Element): Found {
  const nodes = moment.structure.nodes.filter(({ id }) => moment.at(id) !== undefined);
  const registered = nodes.filter((node) =>
    list(moment.at(`CSINode//${node.name}`), 'spec', 'drivers').some((driver) => text(driver, 'name') === name),
  );
  return { verdict: say('driverRegistered', { registered: registered.length, count: nodes.length }) };
}

function whyClass(object: RecordedObject): Found {
  const mode = text(object, 'volumeBindingMode') || 'Immediate';
  return {
    verdict: say(mode === 'WaitForFirstConsumer' ? 'classWaits' : 'classImmediate'),
    asks: [
      { field: 'provisioner', value: text(object, 'provisioner') },
      { field: 'reclaimPolicy', value: text(object, 'reclaimPolicy') || 'Delete' },
    ],
  };
}

function asksOfBackend(object: RecordedObject): Ask[] {
  const { spec } = object as { readonly spec?: Readonly<Record<string, Json>> };
  return Object.entries(spec ?? {})
    .filter(([, value]) => typeof value !== 'object' || value === null)
    .map(([name, value]) => ({ field: name, value: fieldValue(value) }));
}

function ending(object: RecordedObject, proof: DecisionAt | undefined): Found {
  const finalizers = object.metadata.finalizers ?? [];
  const verdict = say('ending', { name: object.metadata.name });
  if (finalizers.length === 0) return { verdict, ...withProof(proof) };
  const pods = list(proof?.decision.facts, 'pods').join(', ');
  const context =
    pods === ''
      ? say('endingHeld', { finalizers: finalizers.join(', ') })
      : say('endingUsed', { finalizers: finalizers.join(', '), pods });
  return { verdict, context, ...withProof(proof) };
}

/** Candidates with equal reasons and values stand together, those that were taken first. */
export function groupCandidates(verdicts: readonly Verdict[]): CandidateGroup[] {
  const groups = new Map<string, { first: Verdict; others: string[] }>();
  for (const verdict of verdicts) {
    const { candidate, ok, rule, have, want, message } = verdict;
    const key = JSON.stringify([ok, rule, rule === 'score' ? candidate : [have, want], message]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { first: verdict, others: [] });
    else known.others.push(parseId(normalId(candidate)).name);
  }
  return [...groups.values()].sort((a, b) => Number(b.first.ok) - Number(a.first.ok));
}
