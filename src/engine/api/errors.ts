/** `metav1.StatusReason` with its HTTP code. */
export const STATUS_CODES = {
  BadRequest: 400,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  AlreadyExists: 409,
  Conflict: 409,
  Invalid: 422,
  TooManyRequests: 429,
  UnsupportedMediaType: 415,
  InternalError: 500,
  /** What the server did not expect: an error without a reason of its own. */
  '': 500,
} as const;

export type StatusReason = keyof typeof STATUS_CODES;

/** One field that is wrong, as `field.Error` prints it. */
export interface FieldError {
  readonly type:
    | 'FieldValueInvalid'
    | 'FieldValueRequired'
    | 'FieldValueForbidden'
    | 'FieldValueNotSupported'
    | 'FieldValueDuplicate'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'FieldValueNotFound'
    | 'FieldManagerConflict';
  readonly field: string;
  /** The whole text, such as `spec.accessModes: Required value: at least 1 access mode is required`. */
  readonly text: string;
}

/** A refusal of the API server: `metav1.Status` as an error. Its message is `status.message`. */
export class StatusError extends Error {
  readonly reason: StatusReason;
  readonly code: number;
  readonly causes: readonly FieldError[];

  constructor(reason: StatusReason, message: string, causes: readonly FieldError[] = []) {
    super(message);
    this.name = 'StatusError';
    this.reason = reason;
    this.code = STATUS_CODES[reason];
    this.causes = causes;
  }
}

const qualified = (plural: string, group: string): string => (group === '' ? plural : `${plural}.${group}`);

interface Resource {
  readonly plural: string;
  readonly group: string;
  readonly kind: string;
}

/** @see staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go */
export const notFound = ({ plural, group }: Resource, name: string): StatusError =>
  new StatusError('NotFound', `${qualified(plural, group)} "${name}" not found`);

export const alreadyExists = ({ plural, group }: Resource, name: string): StatusError =>
  new StatusError('AlreadyExists', `${qualified(plural, group)} "${name}" already exists`);

export const conflict = ({ plural, group }: Resource, name: string): StatusError =>
  new StatusError(
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(plural, group)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
  );

export const forbidden = ({ plural, group }: Resource, name: string, why: string): StatusError =>
  new StatusError('Forbidden', `${qualified(plural, group)} "${name}" is forbidden: ${why}`);

export const badRequest = (message: string): StatusError => new StatusError('BadRequest', message);

/** Joins causes as upstream does: one alone, several in brackets. */
export function invalid({ kind, group }: Resource, name: string, errors: readonly FieldError[]): StatusError {
  const texts = [...new Set(errors.map((error) => error.text))];
  const joined = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return new StatusError('Invalid', `${qualified(kind, group)} "${name}" is invalid: ${joined}`, errors);
}

/** Runs a request and returns a refusal as a value; anything else that is thrown passes through. */
export function attempt<T>(request: () => T): T | StatusError {
  try {
    return request();
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
}
