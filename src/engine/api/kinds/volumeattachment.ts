import { deepEqual } from '../diff.ts';
import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import { byteLength, isDNS1123Subdomain } from '../names.ts';
import type { VolumeAttachment, VolumeError } from '../object.ts';
import { forbiddenField, IMMUTABLE, inclusiveRange, invalidTexts, invalidValue, required, tooLong } from './field.ts';
import { internalOf } from './internal.ts';
import { ageColumn, byText, nameColumn, validateObjectMeta, validateObjectMetaUpdate } from './metadata.ts';
import { validateInlineVolumeSpec } from './persistentvolumevalidation.ts';
import { validateCSIDriverName } from './volumesources.ts';

const columns: readonly Column<VolumeAttachment>[] = [
  nameColumn,
  { name: 'Attacher', cell: ({ spec }) => spec.attacher },
  { name: 'PV', cell: ({ spec }) => spec.source.persistentVolumeName ?? '' },
  { name: 'Node', cell: ({ spec }) => spec.nodeName },
  { name: 'Attached', cell: ({ status }) => String(status?.attached ?? false) },
  ageColumn,
];

const MAX_ERROR_MESSAGE = 1024;
/** Upstream names the limit of the metadata where it means that of a message. */
const MAX_METADATA = 256 * 1024;

const MAX_ERROR_CODE = 2 ** 31 - 1;

function validateError(error: VolumeError | undefined, field: string): FieldError[] {
  if (!error) return [];
  const { message = '', errorCode: code } = error;
  return [
    ...(byteLength(message) > MAX_ERROR_MESSAGE ? [tooLong(`${field}.message`, MAX_METADATA)] : []),
    ...(code !== undefined && code < 0
      ? [invalidValue(`${field}.errorCode`, code, inclusiveRange(0, MAX_ERROR_CODE))]
      : []),
  ];
}

function validateStatus({ status }: VolumeAttachment): FieldError[] {
  const size = Object.entries(status?.attachmentMetadata ?? {}).reduce(
    (sum, [key, value]) => sum + byteLength(key) + byteLength(value),
    0,
  );
  return [
    ...(size > MAX_METADATA ? [tooLong('status.attachmentMetadata', MAX_METADATA)] : []),
    ...validateError(status?.attachError, 'status.attachError'),
    ...validateError(status?.detachError, 'status.detachError'),
  ];
}

/** @see pkg/apis/storage/validation/validation.go ValidateVolumeAttachment */
function validate(attachment: VolumeAttachment): FieldError[] {
  const { attacher, nodeName = '', source = {} } = attachment.spec ?? {};
  const { persistentVolumeName: name, inlineVolumeSpec } = source;
  const errors = validateObjectMeta(attachment.metadata, false);
  errors.push(...validateCSIDriverName(attacher, 'spec.attacher'));
  const one = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
  if (!inlineVolumeSpec && name === undefined) errors.push(required('spec.source', one));
  else if (inlineVolumeSpec && name !== undefined) errors.push(forbiddenField('spec.source', one));
  else if (name === '')
    errors.push(required('spec.source.persistentVolumeName', 'must specify non empty persistentVolumeName'));
  else if (inlineVolumeSpec) errors.push(...validateInlineVolumeSpec(inlineVolumeSpec, 'spec.source.inlineVolumeSpec'));
  errors.push(...invalidTexts('spec.nodeName', nodeName, isDNS1123Subdomain(nodeName)));
  errors.push(...validateStatus(attachment));
  if (name !== undefined)
    errors.push(...invalidTexts('spec.source.persistentVolumeName', name, isDNS1123Subdomain(name)));
  return errors;
}

export const volumeAttachment = defineKind<VolumeAttachment>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  singular: 'volumeattachment',
  shortNames: [],
  namespaced: false,
  conditionalUpdates: true,
  statusSubresource: true,
  indices: {
    byNode: byText(({ spec }) => spec.nodeName),
    byVolume: byText(({ spec }) => spec.source.persistentVolumeName),
    byAttacher: byText(({ spec }) => spec.attacher),
  },
  columns,
  defaults: (object) => (object.spec?.source ? object : { ...object, spec: { ...object.spec, source: {} } }),
  prepareForCreate: (attachment) => ({ ...attachment, status: { attached: false } }),
  validate,
  validateUpdate: (attachment, old) => [
    ...validateObjectMetaUpdate(attachment.metadata, old.metadata),
    ...(deepEqual(attachment.spec, old.spec)
      ? []
      : [invalidValue('spec', internalOf('VolumeAttachmentSpec', attachment.spec), IMMUTABLE)]),
  ],
  validateStatusUpdate: (attachment) => validateStatus(attachment),
});
