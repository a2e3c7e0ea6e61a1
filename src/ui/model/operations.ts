import type { Replica } from './replica.ts';

/** First and last step of what one operation brought about. */
export interface OperationSpan {
  readonly from: number;
  readonly to: number;
}

/** The operation at a step with all that follows it, up to the next operation; before the first, the first. */
export function operationSpan(replica: Replica, step: number): OperationSpan {
  const operations = replica.operationSteps;
  const current = operations.findLast((at) => at <= step) ?? operations[0];
  const index = current === undefined ? undefined : replica.step(current)?.operation;
  const isOther = (at: number): boolean => replica.step(at)?.operation !== index;
  const next = operations.find((at) => at > step && isOther(at));
  const before = operations.findLast((at) => at <= step && isOther(at));
  const from = operations.find((at) => at > (before ?? 0)) ?? 1;
  return { from, to: next === undefined ? replica.steps : next - 1 };
}
