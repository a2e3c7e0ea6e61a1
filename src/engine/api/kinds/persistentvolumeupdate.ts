import { deepEqual } from '../diff.ts';
import type { FieldError } from '../errors.ts';
import type { NodeSelector, PersistentVolume, PersistentVolumeSpec } from '../object.ts';
import { forbiddenField, IMMUTABLE, invalidValue } from './field.ts';
import { internalOf, specDiff } from './internal.ts';
import { validateObjectMetaUpdate } from './metadata.ts';
import { type Source, sourceNamesOf } from './volumesources.ts';

const sourcesOf = (spec: PersistentVolumeSpec): Source =>
  Object.fromEntries(sourceNamesOf(spec).map((name) => [name, spec[name]]));

/** Whether both have the very same sources, none of them written anew. */
function haveSameSources(spec: PersistentVolumeSpec, old: PersistentVolumeSpec): boolean {
  const names = sourceNamesOf(spec);
  return names.length === sourceNamesOf(old).length && names.every((name) => spec[name] === old[name]);
}

/** Old labels of topology and what they may be renamed to in a volume's node affinity. */
const GA_LABELS: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
};

/** The old affinity with every label renamed that the new one has under its newer name. */
function renamed(selector: NodeSelector | undefined, next: NodeSelector | undefined): NodeSelector | undefined {
  if (!selector) return undefined;
  return {
    ...selector,
    nodeSelectorTerms: selector.nodeSelectorTerms.map((term, i) => ({
      ...term,
      ...(term.matchExpressions && {
        matchExpressions: term.matchExpressions.map((expression, j) => {
          const now = next?.nodeSelectorTerms[i]?.matchExpressions?.[j]?.key;
          return now !== undefined && GA_LABELS[expression.key] === now ? { ...expression, key: now } : expression;
        }),
      }),
    })),
  };
}

function validateSameSource(volume: PersistentVolume, old: PersistentVolume): FieldError[] {
  let source = sourcesOf(volume.spec);
  const before = sourcesOf(old.spec);
  if (old.spec.csi && !old.spec.csi.controllerExpandSecretRef && volume.spec.csi?.controllerExpandSecretRef) {
    const { controllerExpandSecretRef: _, ...csi } = volume.spec.csi;
    source = { ...source, csi };
  }
  if (deepEqual(source, before)) return [];
  const text = `spec.persistentvolumesource is immutable after creation\n${specDiff('PersistentVolumeSource', before, source)}`;
  return [forbiddenField('spec.persistentvolumesource', text)];
}

/** @see ValidatePersistentVolumeUpdate */
export function validateVolumeUpdate(volume: PersistentVolume, old: PersistentVolume): FieldError[] {
  const errors = validateObjectMetaUpdate(volume.metadata, old.metadata);
  if (!haveSameSources(volume.spec, old.spec)) errors.push(...validateSameSource(volume, old));
  if (volume.spec.volumeMode !== old.spec.volumeMode)
    errors.push(invalidValue('volumeMode', volume.spec.volumeMode, IMMUTABLE));
  if (old.spec.nodeAffinity) {
    const next = volume.spec.nodeAffinity?.required;
    if (!volume.spec.nodeAffinity || !deepEqual(renamed(old.spec.nodeAffinity.required, next), next)) {
      const shown = volume.spec.nodeAffinity && internalOf('VolumeNodeAffinity', volume.spec.nodeAffinity);
      errors.push(invalidValue('nodeAffinity', shown, `${IMMUTABLE}, except for updating from beta label to GA`));
    }
  }
  if (old.spec.volumeAttributesClassName !== undefined && volume.spec.volumeAttributesClassName === undefined) {
    errors.push(forbiddenField('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'));
  }
  return errors;
}
