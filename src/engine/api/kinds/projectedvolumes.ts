import type { FieldError } from '../errors.ts';
import type { KeyToPath } from '../object.ts';
import { forbiddenField, invalidValue, required } from './field.ts';
import { VOLUME_FIELDS, validateFieldRef, validateResourceFieldRef } from './podfields.ts';
import { type Source, validateLocalDescendingPath } from './volumesources.ts';

/** Volumes whose files come from the API. @see pkg/apis/core/validation/validation.go validateProjectionSources */

const FILE_MODE = 'must be a number between 0 and 0777 (octal), both inclusive';
const CONFLICT = 'conflicting duplicate paths';

const listOf = <T>(source: Source, name: string): readonly T[] => (source[name] as readonly T[] | undefined) ?? [];
const textOf = (source: Source, name: string): string =>
  typeof source[name] === 'string' ? (source[name] as string) : '';

export const validateMode = (mode: unknown, field: string): FieldError[] =>
  typeof mode === 'number' && (mode < 0 || mode > 0o777) ? [invalidValue(field, mode, FILE_MODE)] : [];

/** @see ValidateLocalNonReservedPath */
function validateLocalNonReservedPath(path: string, field: string): FieldError[] {
  const errors = validateLocalDescendingPath(path, field);
  if (path.startsWith('..') && !path.startsWith('../'))
    errors.push(invalidValue(field, path, "must not start with '..'"));
  return errors;
}

/** @see validateKeyToPath */
export const validateKeyToPath = ({ key, path = '', mode }: KeyToPath, field: string): FieldError[] => [
  ...(key ? [] : [required(`${field}.key`)]),
  ...(path ? [] : [required(`${field}.path`)]),
  ...validateLocalNonReservedPath(path, `${field}.path`),
  ...validateMode(mode, `${field}.mode`),
];

/** @see validateDownwardAPIVolumeFile */
function validateDownwardFile(file: Source, field: string): FieldError[] {
  const path = textOf(file, 'path');
  const errors = path === '' ? [required(`${field}.path`)] : [];
  errors.push(...validateLocalNonReservedPath(path, `${field}.path`));
  const [fieldRef, resourceRef] = [file['fieldRef'], file['resourceFieldRef']] as (Source | undefined)[];
  if (fieldRef) {
    errors.push(...validateFieldRef(fieldRef, VOLUME_FIELDS, `${field}.fieldRef`));
    if (resourceRef)
      errors.push(invalidValue(field, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
  } else if (resourceRef) errors.push(...validateResourceFieldRef(resourceRef, `${field}.resourceFieldRef`, true));
  else errors.push(required(field, 'one of fieldRef and resourceFieldRef is required'));
  return [...errors, ...validateMode(file['mode'], `${field}.mode`)];
}

/** A volume of type downwardAPI; upstream's paths of its files have no place in the list. */
export const validateDownwardAPI = (source: Source, field: string): FieldError[] => [
  ...validateMode(source['defaultMode'], `${field}.defaultMode`),
  ...listOf<Source>(source, 'items').flatMap((file) => validateDownwardFile(file, field)),
];

/** What one projected source is checked with: the volume's own path and the paths that files have already. */
interface Projection {
  readonly volume: string;
  readonly paths: Set<string>;
}

/** Notes a file's path; a second file there is a fault of the whole volume, which names `blamed`. */
function claimPath({ volume, paths }: Projection, path: string, blamed: string): FieldError[] {
  if (paths.has(path)) return [invalidValue(volume, blamed, CONFLICT)];
  paths.add(path);
  return [];
}

type ProjectionRule = (source: Source, field: string, projection: Projection) => FieldError[];

/** A Secret or ConfigMap. */
const validateKeyed: ProjectionRule = (source, field, projection) => {
  const name = textOf(source, 'name');
  return [
    ...(name === '' ? [required(`${field}.name`)] : []),
    ...listOf<KeyToPath>(source, 'items').flatMap((item, i) => [
      ...validateKeyToPath(item, `${field}.items[${i}]`),
      ...(item.path ? claimPath(projection, item.path, name) : []),
    ]),
  ];
};

const validateDownwardProjection: ProjectionRule = (source, field, projection) =>
  listOf<Source>(source, 'items').flatMap((file) => {
    const path = textOf(file, 'path');
    return [...validateDownwardFile(file, field), ...(path === '' ? [] : claimPath(projection, path, path))];
  });

const MIN_TOKEN_SECONDS = 600;
const MAX_TOKEN_SECONDS = 2 ** 32;

/** The path of a token's file is blamed on the volume, as upstream does, and does not count as taken. */
const validateToken: ProjectionRule = (source, field, { volume }) => {
  const [seconds, path] = [source['expirationSeconds'] as number | undefined, textOf(source, 'path')];
  const errors: FieldError[] = [];
  if (seconds !== undefined && seconds < MIN_TOKEN_SECONDS)
    errors.push(invalidValue(`${field}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes'));
  if (seconds !== undefined && seconds > MAX_TOKEN_SECONDS)
    errors.push(
      invalidValue(`${field}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds'),
    );
  if (path === '') return [...errors, required(`${volume}.path`)];
  return [...errors, ...validateLocalNonReservedPath(path, `${volume}.path`)];
};

/** What a volume may be projected from, in the order in which it is checked; other sources are off and were dropped. */
const PROJECTIONS: readonly (readonly [name: string, rule: ProjectionRule])[] = [
  ['secret', validateKeyed],
  ['configMap', validateKeyed],
  ['downwardAPI', validateDownwardProjection],
  ['serviceAccountToken', validateToken],
];

/** @see validateProjectedVolumeSource */
export function validateProjected(source: Source, field: string): FieldError[] {
  const errors = validateMode(source['defaultMode'], `${field}.defaultMode`);
  const projection: Projection = { volume: field, paths: new Set() };
  for (const [i, part] of listOf<Source>(source, 'sources').entries()) {
    const path = `${field}.sources[${i}]`;
    const given = PROJECTIONS.filter(([name]) => part[name]);
    for (const [name, rule] of given) errors.push(...rule(part[name] as Source, `${path}.${name}`, projection));
    if (given.length > 1) errors.push(forbiddenField(path, 'may not specify more than 1 volume type per source'));
  }
  return errors;
}
