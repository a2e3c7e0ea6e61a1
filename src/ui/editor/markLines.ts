import type { ObjectId } from '../../worker/protocol.ts';
import { comparedValues } from '../inspector/values.ts';
import { whyOf } from '../inspector/why.ts';
import type { StateGlyph } from '../model/family.ts';
import { type Family, replicasOf, stateOf } from '../model/family.ts';
import { objectId } from '../model/ids.ts';
import { say, type Translate } from '../model/message.ts';
import type { Moment } from '../model/moment.ts';
import type { TextDocument } from './documents.ts';

/** A line of its own under a line of the text: what became of what is written there. */
export interface Mark {
  readonly key: string;
  /** The line it stands under, from 1. */
  readonly line: number;
  readonly family: Family;
  readonly glyph: StateGlyph | 'no';
  readonly word: string;
  readonly more: string;
  readonly isSelected: boolean;
  /** The object that a click on it selects. */
  readonly about: ObjectId;
}

/** The page's sentence for a field that lost against a candidate. */
export type TellLoser = (values: { readonly name: string; readonly have: string; readonly count: number }) => string;

const CLUSTER_SCOPED = new Set([
  'PersistentVolume',
  'StorageClass',
  'Node',
  'CSIDriver',
  'CSINode',
  'VolumeAttachment',
  'Namespace',
]);

const WITH_REPLICAS = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'DaemonSet', 'Job']);

/** The fields that rules of matching are about. */
const FIELD_OF_RULE: Readonly<Record<string, RegExp>> = {
  capacity: /\bstorage:/,
  accessModes: /\baccessModes:/,
  storageClassName: /\bstorageClassName:/,
  volumeMode: /\bvolumeMode:/,
  selector: /\bselector:/,
  volumeAttributesClassName: /\bvolumeAttributesClassName:/,
};

export function idOfDocument({ kind, namespace, name }: TextDocument): string {
  return objectId(kind, CLUSTER_SCOPED.has(kind) ? '' : namespace || 'default', name);
}

/** The document of an object, or of the workload that it belongs to. */
export function documentOf(
  moment: Moment,
  documents: readonly TextDocument[],
  id: ObjectId | null,
): TextDocument | undefined {
  if (id === null) return undefined;
  const owner = moment.structure.pods.find((pod) => pod.id === id)?.owner;
  const written = (of: ObjectId | undefined): TextDocument | undefined =>
    documents.find((document) => idOfDocument(document) === of);
  return written(id) ?? (owner === undefined ? undefined : written(owner));
}

/** How the object of each document stands. */
export function stateMarks(
  moment: Moment,
  documents: readonly TextDocument[],
  selected: string | null,
  t: Translate,
): Mark[] {
  return documents.flatMap((document) => {
    const id = idOfDocument(document);
    const element = moment.structure.elements.get(id);
    if (element === undefined) return [];
    const object = moment.at(id);
    const { ready, wanted } =
      object !== undefined && WITH_REPLICAS.has(document.kind) ? replicasOf(object) : { ready: 0, wanted: 0 };
    const { family, glyph, word, phase, detail } = stateOf(moment, element);
    return [
      {
        key: `${id} ${document.nameLine}`,
        line: document.nameLine,
        family,
        glyph,
        word: say(t, word) || phase,
        more: wanted > 0 ? `${ready}/${wanted}` : detail === undefined ? '' : say(t, detail),
        isSelected: id === selected,
        about: id,
      },
    ];
  });
}

/** For the selected claim: under each field that a candidate lost by, who that was and what it has. */
export function loserMarks(
  moment: Moment,
  documents: readonly TextDocument[],
  lines: readonly string[],
  selected: string | null,
  tell: TellLoser,
): Mark[] {
  const document = documents.find((candidate) => idOfDocument(candidate) === selected);
  const element = selected === null ? undefined : moment.structure.elements.get(selected);
  if (document?.kind !== 'PersistentVolumeClaim' || element === undefined) return [];
  return whyOf(moment, element).candidates.flatMap(({ first, others }, index) => {
    const field = first.rule === undefined ? undefined : FIELD_OF_RULE[first.rule];
    if (first.ok || field === undefined) return [];
    const written = lines.slice(document.firstLine - 1, document.lastLine);
    const at = written.findIndex((line) => field.test(line));
    if (at < 0) return [];
    const name = first.candidate.slice(first.candidate.lastIndexOf('/') + 1);
    const { have } = comparedValues(first.have, first.want);
    return [
      {
        key: `${document.firstLine + at} loser ${index}`,
        line: document.firstLine + at,
        family: 'waiting' as const,
        glyph: 'no' as const,
        word: name,
        more: tell({ name, have, count: others.length }),
        isSelected: true,
        about: objectId('PersistentVolume', '', name),
      },
    ];
  });
}
