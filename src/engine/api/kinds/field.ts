import type { FieldError } from '../errors.ts';
import { goJson, goQuote } from '../gotext.ts';

/**
 * The faults of `field.Error`, with the texts as its `Error()` writes them.
 * @see staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go
 */

/** How a bad value is printed: strings quoted, numbers and booleans bare, nothing as `null`, all else as JSON. */
const show = (value: unknown): string =>
  value === undefined ? 'null' : typeof value === 'string' ? goQuote(value) : goJson(value);

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

export const duplicate = (field: string, value: unknown, detail = ''): FieldError => ({
  type: 'FieldValueDuplicate',
  field,
  text: withDetail(`${field}: Duplicate value: ${show(value)}`, detail),
});

export const notFoundField = (field: string, value: unknown, detail = ''): FieldError => ({
  type: 'FieldValueNotFound',
  field,
  text: withDetail(`${field}: Not found: ${show(value)}`, detail),
});

export const tooMany = (field: string, count: number, most: number): FieldError => ({
  type: 'FieldValueTooMany',
  field,
  text: `${field}: Too many: ${count}: must have at most ${most} ${most === 1 ? 'item' : 'items'}`,
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

/** `Invalid value` for a number below zero. @see ValidateNonnegativeField */
export const nonNegative = (field: string, value: unknown): FieldError[] =>
  typeof value === 'number' && value < 0 ? [invalidValue(field, value, 'must be greater than or equal to 0')] : [];

/** `Invalid value` for a number that is not above zero. @see ValidatePositiveField */
export const positive = (field: string, value: unknown): FieldError[] =>
  typeof value === 'number' && value > 0 ? [] : [invalidValue(field, value ?? 0, 'must be greater than zero')];

export const inclusiveRange = (low: number, high: number): string => `must be between ${low} and ${high}, inclusive`;

export const IMMUTABLE = 'field is immutable';
