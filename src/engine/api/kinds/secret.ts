import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import type { Secret } from '../object.ts';
import { own } from '../own.ts';
import { decodedSize, MAX_SIZE, validateImmutable, validateKeys } from './configmap.ts';
import { IMMUTABLE, invalidValue, required, tooLong } from './field.ts';
import {
  ageColumn,
  byNamespace,
  byOwner,
  nameColumn,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './metadata.ts';

const columns: readonly Column<Secret>[] = [
  nameColumn,
  { name: 'Type', cell: ({ type }) => type ?? '' },
  { name: 'Data', cell: ({ data = {} }) => String(Object.keys(data).length) },
  ageColumn,
];

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A text's UTF-8 bytes in base64. */
export function toBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let result = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    const bits = (a << 16) | (b << 8) | c;
    const digits = [18, 12, 6, 0].map((shift) => ALPHABET.charAt((bits >> shift) & 63));
    result += digits.map((digit, place) => (i + place <= bytes.length ? digit : '=')).join('');
  }
  return result;
}

/** Folds stringData into data. @see pkg/apis/core/v1/conversion.go Convert_v1_Secret_To_core_Secret */
function setDefaults(secret: Secret): Secret {
  const { stringData, ...rest } = secret as Secret & { readonly stringData?: Readonly<Record<string, string>> };
  const folded = Object.fromEntries(Object.entries(stringData ?? {}).map(([key, value]) => [key, toBase64(value)]));
  return { ...rest, type: rest.type || 'Opaque', ...(stringData && { data: { ...rest.data, ...folded } }) };
}

/** Keys that a type of Secret must have. */
const REQUIRED_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

const ACCOUNT_NAME = 'kubernetes.io/service-account.name';
const CREDENTIALS: readonly string[] = ['username', 'password'];

/** What a type of Secret asks for, other than keys. */
function validateType({ metadata, type = '', data = {} }: Secret): FieldError[] {
  const missing = (own(REQUIRED_KEYS, type) ?? []).filter((key) => !Object.hasOwn(data, key));
  if (type === 'kubernetes.io/service-account-token' && !own(metadata.annotations, ACCOUNT_NAME))
    return [required(`metadata.annotations[${ACCOUNT_NAME}]`)];
  if (type === 'kubernetes.io/ssh-auth' && !own(data, 'ssh-privatekey')) return [required('data[ssh-privatekey]')];
  if (type === 'kubernetes.io/basic-auth' && !CREDENTIALS.some((key) => Object.hasOwn(data, key)))
    return CREDENTIALS.map((key) => required(`data[${key}]`));
  return missing.map((key) => required(`data[${key}]`));
}

/** @see pkg/apis/core/validation/validation.go ValidateSecret */
const validate = (secret: Secret): FieldError[] => [
  ...validateObjectMeta(secret.metadata, true),
  ...validateKeys(secret.data ?? {}, 'data'),
  ...(decodedSize(secret.data ?? {}) > MAX_SIZE ? [tooLong('data', MAX_SIZE)] : []),
  ...validateType(secret),
];

export const secret = defineKind<Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  shortNames: [],
  namespaced: true,
  indices: { byNamespace, byOwner },
  columns,
  defaults: setDefaults,
  changesFirst: true,
  validate,
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...(object.type === old.type ? [] : [invalidValue('type', object.type, IMMUTABLE)]),
    ...validateImmutable(object, old),
  ],
});
