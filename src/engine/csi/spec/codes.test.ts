import { describe, expect, it } from 'vitest';
import { codeNumber, grpcError, isFinalError } from './codes.ts';

describe('gRPC errors', () => {
  it.each([
    ['INTERNAL', 'rpc error: code = Internal desc = boom', 13],
    ['RESOURCE_EXHAUSTED', 'rpc error: code = ResourceExhausted desc = boom', 8],
    ['CANCELLED', 'rpc error: code = Canceled desc = boom', 1],
  ])('%s prints as Go does', (code, text, number) => {
    expect(grpcError(code, 'boom')).toBe(text);
    expect(codeNumber(code)).toBe(number);
  });

  it('that tell nothing of the end of the work are not final', () => {
    expect(['DEADLINE_EXCEEDED', 'UNAVAILABLE', 'ABORTED', 'CANCELLED'].some(isFinalError)).toBe(false);
    expect(['INTERNAL', 'INVALID_ARGUMENT', 'RESOURCE_EXHAUSTED'].every(isFinalError)).toBe(true);
  });
});
