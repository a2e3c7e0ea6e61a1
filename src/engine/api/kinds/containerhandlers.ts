import type { FieldError } from '../errors.ts';
import { isHTTPHeaderName, isValidPortName } from '../names.ts';
import { VALUES } from '../schema/values.ts';
import { forbiddenField, inclusiveRange, invalidTexts, invalidValue, nonNegative, oneOf, required } from './field.ts';
import type { Source } from './volumesources.ts';

/** Probes and hooks of a container: accepted and checked. @see pkg/apis/core/validation/validation.go validateHandler */

const MAX_PORT = 65_535;

/** @see IsValidPortNum */
export const validatePortNumber = (port: number, field: string): FieldError[] =>
  port >= 1 && port <= MAX_PORT ? [] : [invalidValue(field, port, inclusiveRange(1, MAX_PORT))];

/** @see ValidatePortNumOrName */
const validatePort = (port: unknown, field: string): FieldError[] =>
  typeof port === 'string'
    ? invalidTexts(field, port, isValidPortName(port))
    : validatePortNumber(typeof port === 'number' ? port : 0, field);

type HandlerRule = (handler: Source, field: string, grace: number | undefined) => FieldError[];

const validateHttpGet: HandlerRule = (http, field) => [
  ...(http['path'] ? [] : [required(`${field}.path`)]),
  ...validatePort(http['port'], `${field}.port`),
  ...oneOf(`${field}.scheme`, String(http['scheme'] ?? ''), VALUES['core.URIScheme']),
  ...((http['httpHeaders'] as readonly Source[] | undefined) ?? []).flatMap(({ name }) =>
    invalidTexts(`${field}.httpHeaders`, String(name ?? ''), isHTTPHeaderName(String(name ?? ''))),
  ),
];

/** @see validateSleepAction */
const validateSleep: HandlerRule = ({ seconds = 0 }, field, grace) => {
  if (grace === undefined || ((seconds as number) >= 0 && (seconds as number) <= grace)) return [];
  const text = `must be non-negative and less than terminationGracePeriodSeconds (${grace})`;
  return [invalidValue(field, seconds, text)];
};

/** What a handler may be, in the order in which it is checked. */
const HANDLERS: readonly (readonly [name: string, rule: HandlerRule])[] = [
  [
    'exec',
    ({ command }, field) => ((command as readonly unknown[] | undefined)?.length ? [] : [required(`${field}.command`)]),
  ],
  ['httpGet', validateHttpGet],
  ['tcpSocket', ({ port }, field) => validatePort(port, `${field}.port`)],
  ['grpc', ({ port }, field) => validatePort(port, `${field}.port`)],
  ['sleep', validateSleep],
];

/** Exactly one of the kinds of handlers. */
function validateHandler(handler: Source, field: string, grace: number | undefined): FieldError[] {
  const given = HANDLERS.filter(([name]) => handler[name]);
  if (given.length === 0) return [required(field, 'must specify a handler type')];
  return given.flatMap(([name, rule], i) =>
    i === 0
      ? rule(handler[name] as Source, `${field}.${name}`, grace)
      : [forbiddenField(`${field}.${name}`, 'may not specify more than 1 handler type')],
  );
}

const PROBE_NUMBERS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

/** @see validateProbe, validateLivenessProbe, validateReadinessProbe, validateStartupProbe */
export function validateProbe(probe: Source, name: string, field: string, grace: number | undefined): FieldError[] {
  const errors = validateHandler(probe, field, grace);
  for (const number of PROBE_NUMBERS) errors.push(...nonNegative(`${field}.${number}`, probe[number]));
  const period = probe['terminationGracePeriodSeconds'];
  if (typeof period === 'number' && period <= 0)
    errors.push(invalidValue(`${field}.terminationGracePeriodSeconds`, period, 'must be greater than 0'));
  if (name === 'readinessProbe') {
    if (period !== undefined)
      errors.push(
        invalidValue(`${field}.terminationGracePeriodSeconds`, period, 'must not be set for readinessProbes'),
      );
  } else if (probe['successThreshold'] !== 1) {
    errors.push(invalidValue(`${field}.successThreshold`, probe['successThreshold'] ?? 0, 'must be 1'));
  }
  return errors;
}

/** @see validateLifecycle */
export const validateLifecycle = (lifecycle: Source, field: string, grace: number | undefined): FieldError[] =>
  ['postStart', 'preStop'].flatMap((hook) =>
    lifecycle[hook] ? validateHandler(lifecycle[hook] as Source, `${field}.${hook}`, grace) : [],
  );
