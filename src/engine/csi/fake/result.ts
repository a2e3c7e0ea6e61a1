import type { CallResult } from '../../sim/calls.ts';
import type { GrpcCode } from '../spec/codes.ts';
import { asJson } from '../spec/messages.ts';

export const ok = (response: object): CallResult => ({ code: 'OK', response: asJson(response) });

export const failed = (code: Exclude<GrpcCode, 'OK'>, message: string): CallResult => ({ code, message });
