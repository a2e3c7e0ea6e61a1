/** gRPC status codes by the protocol's name. @see google.golang.org/grpc/codes */
export const GRPC_CODES = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

export type GrpcCode = keyof typeof GRPC_CODES;

/** Go's name of a code: `ResourceExhausted`. Go alone writes `Canceled` with one l. */
export function goCodeName(code: string): string {
  if (code === 'OK') return 'OK';
  if (code === 'CANCELLED') return 'Canceled';
  return code
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join('');
}

/** A failed call's error as Go prints it. @see google.golang.org/grpc/internal/status Error */
export const grpcError = (code: string, message: string): string =>
  `rpc error: code = ${goCodeName(code)} desc = ${message}`;

/** Number of a code; undefined for a name that gRPC has not. */
export const codeNumber = (code: string): number | undefined =>
  (GRPC_CODES as Record<string, number | undefined>)[code];

const STILL_RUNNING: readonly string[] = ['CANCELLED', 'DEADLINE_EXCEEDED', 'UNAVAILABLE', 'ABORTED'];

/** Whether a driver that failed with this code has surely stopped working on the call. */
export const isFinalError = (code: string): boolean => !STILL_RUNNING.includes(code);
