import type { IndexSpec } from '../../sim/types.ts';
import { humanDuration, parseTime } from '../duration.ts';
import type { FieldError } from '../errors.ts';
import type { Column } from '../kind.ts';
import {
  byteLength,
  isDNS1123Label,
  isDNS1123Subdomain,
  isQualifiedName,
  isValidLabelValue,
  maskTrailingDash,
} from '../names.ts';
import type { KubeObject, ObjectMeta, OwnerReference } from '../object.ts';
import { forbiddenField, invalidTexts, invalidValue, required, tooLong } from './field.ts';

const NONE: readonly string[] = [];

/** Objects of a namespace. */
export const byNamespace: IndexSpec<KubeObject> = { of: ({ metadata }) => [metadata.namespace ?? ''] };

/** Objects by the uid of each of their owners. */
export const byOwner: IndexSpec<KubeObject> = {
  of: ({ metadata }) => (metadata.ownerReferences ? unique(metadata.ownerReferences.map(({ uid }) => uid)) : NONE),
};

/** Objects by the uid of the owner that is their controller. */
export const byController: IndexSpec<KubeObject> = {
  of: ({ metadata }) => metadata.ownerReferences?.filter(({ controller }) => controller).map(({ uid }) => uid) ?? NONE,
};

/** Objects without a controller, by namespace: those that one may adopt. */
export const orphans: IndexSpec<KubeObject> = {
  of: ({ metadata }) =>
    metadata.ownerReferences?.some(({ controller }) => controller) ? NONE : [metadata.namespace ?? ''],
};

/** An index over one text of an object; an object without it lies in no bucket. */
export const byText = <T extends KubeObject>(text: (object: T) => string | undefined): IndexSpec<T> => ({
  of: (object) => {
    const value = text(object);
    return value === undefined || value === '' ? NONE : [value];
  },
});

export const unique = (texts: readonly string[]): readonly string[] => (texts.length < 2 ? texts : [...new Set(texts)]);

/** Time since a timestamp as kubectl prints it. @see translateTimestampSince */
export function since(timestamp: string | null | undefined, now: number): string {
  const millis = timestamp ? parseTime(timestamp) : undefined;
  return millis === undefined ? '<unknown>' : humanDuration(now - millis);
}

export const nameColumn: Column = { name: 'Name', cell: ({ metadata }) => metadata.name };
export const ageColumn: Column = { name: 'Age', cell: ({ metadata }, now) => since(metadata.creationTimestamp, now) };

/** What kinds without columns of their own show instead of an age. */
export const createdColumn: Column = { name: 'Created At', cell: ({ metadata }) => metadata.creationTimestamp };

type NameRule = (name: string) => readonly string[];

const MAX_ANNOTATIONS = 256 * 1024;
const STANDARD_FINALIZERS: readonly string[] = ['kubernetes', 'orphan', 'foregroundDeletion'];

/**
 * Rules that hold for the metadata of every kind.
 * @see staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go ValidateObjectMetaAccessor
 * @see pkg/apis/core/validation/validation.go ValidateObjectMeta
 */
export function validateObjectMeta(
  metadata: ObjectMeta,
  namespaced: boolean,
  nameRule: NameRule = isDNS1123Subdomain,
): FieldError[] {
  const errors: FieldError[] = [];
  if (metadata.generateName) {
    for (const text of nameRule(maskTrailingDash(metadata.generateName)))
      errors.push(invalidValue('metadata.generateName', metadata.generateName, text));
  }
  if (!metadata.name) errors.push(required('metadata.name', 'name or generateName is required'));
  else errors.push(...invalidTexts('metadata.name', metadata.name, nameRule(metadata.name)));
  if (namespaced) {
    if (!metadata.namespace) errors.push(required('metadata.namespace'));
    else errors.push(...invalidTexts('metadata.namespace', metadata.namespace, isDNS1123Label(metadata.namespace)));
  } else if (metadata.namespace) {
    errors.push(forbiddenField('metadata.namespace', 'not allowed on this type'));
  }
  if (metadata.labels) errors.push(...validateLabels(metadata.labels, 'metadata.labels'));
  if (metadata.annotations) errors.push(...validateAnnotations(metadata.annotations, 'metadata.annotations'));
  if (metadata.ownerReferences) errors.push(...validateOwnerReferences(metadata.ownerReferences));
  if (metadata.finalizers) errors.push(...validateFinalizers(metadata.finalizers));
  return errors;
}

/** @see pkg/apis/core/validation/validation.go validateKubeFinalizerName */
function validateKubeFinalizer(name: string, field: string): FieldError[] {
  if (name.includes('/') || STANDARD_FINALIZERS.includes(name)) return [];
  return [invalidValue(field, name, 'name is neither a standard finalizer name nor is it fully qualified')];
}

/** A finalizer that is not of the metadata. @see pkg/apis/core/validation/validation.go validateFinalizerName */
export const validateFinalizer = (name: string, field: string): FieldError[] => [
  ...invalidTexts(field, name, isQualifiedName(name)),
  ...validateKubeFinalizer(name, field),
];

/** @see ValidateFinalizers, ValidateFinalizerName */
function validateFinalizers(finalizers: readonly string[]): FieldError[] {
  const errors: FieldError[] = [];
  for (const name of finalizers) errors.push(...invalidTexts('metadata.finalizers', name, isQualifiedName(name)));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    const text = 'finalizer orphan and foregroundDeletion cannot be both set';
    errors.push(invalidValue('metadata.finalizers', finalizers, text));
  }
  for (const [i, name] of finalizers.entries())
    errors.push(...validateKubeFinalizer(name, `metadata.finalizers[${i}]`));
  return errors;
}

/** @see ValidateLabels */
export function validateLabels(labels: Readonly<Record<string, string>>, field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of Object.keys(labels).sort()) {
    const value = labels[key] ?? '';
    errors.push(...invalidTexts(field, key, isQualifiedName(key)));
    errors.push(...invalidTexts(field, value, isValidLabelValue(value)));
  }
  return errors;
}

/** @see ValidateAnnotations */
export function validateAnnotations(annotations: Readonly<Record<string, string>>, field: string): FieldError[] {
  const errors: FieldError[] = [];
  let length = 0;
  for (const key of Object.keys(annotations).sort()) {
    errors.push(...invalidTexts(field, key, isQualifiedName(key.toLowerCase())));
    length += key.length + (annotations[key] ?? '').length;
  }
  // A unit of a text is at most three bytes.
  if (length * 3 > MAX_ANNOTATIONS && sizeOf(annotations) > MAX_ANNOTATIONS)
    errors.push(tooLong(field, MAX_ANNOTATIONS));
  return errors;
}

const sizeOf = (annotations: Readonly<Record<string, string>>): number =>
  Object.entries(annotations).reduce((size, [key, value]) => size + byteLength(key) + byteLength(value), 0);

/** In the order of the type. */
const ownerShown = ({ apiVersion, kind, name, uid, controller, blockOwnerDeletion }: OwnerReference): object => ({
  apiVersion,
  kind,
  name,
  uid,
  ...(controller !== undefined && { controller }),
  ...(blockOwnerDeletion !== undefined && { blockOwnerDeletion }),
});

function validateOwnerReferences(ownerReferences: NonNullable<ObjectMeta['ownerReferences']>): FieldError[] {
  const errors: FieldError[] = [];
  const field = 'metadata.ownerReferences';
  let controller = '';
  for (const owner of ownerReferences) {
    // What has more than one slash is no version, and then the kind counts for nothing either.
    const isVersion = Boolean(owner.apiVersion) && (owner.apiVersion ?? '').split('/').length <= 2;
    if (!isVersion)
      errors.push(invalidValue(`${field}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty'));
    if (!owner.kind || (owner.apiVersion && !isVersion))
      errors.push(invalidValue(`${field}.kind`, owner.kind ?? '', 'must not be empty'));
    if (!owner.name) errors.push(invalidValue(`${field}.name`, owner.name ?? '', 'must not be empty'));
    if (!owner.uid) errors.push(invalidValue(`${field}.uid`, owner.uid ?? '', 'must not be empty'));
    if (owner.apiVersion === 'v1' && owner.kind === 'Event')
      errors.push(invalidValue(field, ownerShown(owner), '/v1, Kind=Event is disallowed from being an owner'));
    if (!owner.controller) continue;
    if (controller !== '') {
      const text = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${owner.kind}/${owner.name}`;
      errors.push(invalidValue(field, ownerReferences.map(ownerShown), text));
    } else controller = `${owner.kind}/${owner.name}`;
  }
  return errors;
}

/** @see ValidateObjectMetaAccessorUpdate */
export function validateObjectMetaUpdate(metadata: ObjectMeta, old: ObjectMeta): FieldError[] {
  if (old.deletionTimestamp === undefined) return [];
  const before = old.finalizers ?? [];
  const added = (metadata.finalizers ?? []).filter((name) => !before.includes(name));
  if (added.length === 0) return [];
  const list = `[]string{${added.map((name) => JSON.stringify(name)).join(', ')}}`;
  const text = `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`;
  return [forbiddenField('metadata.finalizers', text)];
}
