import type { FieldError } from '../errors.ts';

/**
 * The faults of `field.Error`, with the texts as its `Error()` writes them.
 * @see staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go
 */

/** How a bad value is printed: strings quoted, numbers and booleans bare, nothing as `null`, all else as JSON. */
const show = (value: unknown): string => (value === undefined ? 'null' : JSON.stringify(value));

const withDetail = (text: string, detail: string): string => (detail === '' ? text : `${text}: ${detail}`);

export const required = (field: string, detail = ''): FieldError => ({
  type: 'FieldValueRequired',
  field,
  text: withDetail(`${field}: Required value`, detail),
});

export const invalidValue = (field: string, value: unknown, detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  text: withDetail(`${field}: Invalid value: ${show(value)}`, detail),
});

export const notSupported = (field: string, value: unknown, supported: readonly string[]): FieldError => ({
  type: 'FieldValueNotSupported',
  field,
  text: `${field}: Unsupported value: ${show(value)}: supported values: ${supported.map(show).join(', ')}`,
});

export const forbiddenField = (field: string, detail: string): FieldError => ({
  type: 'FieldValueForbidden',
  field,
  text: withDetail(`${field}: Forbidden`, detail),
});

export const duplicate = (field: string, value: unknown): FieldError => ({
  type: 'FieldValueDuplicate',
  field,
  text: `${field}: Duplicate value: ${show(value)}`,
});

export const notFoundField = (field: string, value: unknown): FieldError => ({
  type: 'FieldValueNotFound',
  field,
  text: `${field}: Not found: ${show(value)}`,
});

export const tooLong = (field: string, maxBytes: number): FieldError => ({
  type: 'FieldValueTooLong',
  field,
  text: `${field}: Too long: may not be more than ${maxBytes} bytes`,
});

/** One `Invalid value` for each text of a name rule. */
export const invalidTexts = (field: string, value: string, texts: readonly string[]): FieldError[] =>
  texts.map((text) => invalidValue(field, value, text));

/** `Unsupported value` unless the value is one of those supported. */
export const oneOf = (field: string, value: string | undefined, supported: readonly string[]): FieldError[] =>
  value !== undefined && supported.includes(value) ? [] : [notSupported(field, value, supported)];

export const IMMUTABLE = 'field is immutable';
