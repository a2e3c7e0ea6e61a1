import type { ObjectId } from '../../../worker/protocol.ts';
import { clockText, spanText } from '../../model/axis.ts';
import type { Moment } from '../../model/moment.ts';
import type { CallAt, RecordedCall } from '../../model/replica.ts';
import { type Stage, stageOf } from '../../model/stages.ts';
import type { Fact } from './section.ts';

/** The last call of a stage about an object, and the try that the recording has after it where it failed. */
export interface Tries {
  readonly last: CallAt;
  readonly next: RecordedCall | undefined;
}

/** Of the calls about an object up to the moment the last of one stage; `isMeant` leaves out those about something else. */
export function triesOf(
  { replica, step }: Moment,
  id: ObjectId,
  stage: Stage,
  isMeant: (call: RecordedCall) => boolean = () => true,
): Tries | undefined {
  const isOne = (call: RecordedCall): boolean => stageOf(call.began.method) === stage && isMeant(call);
  const last = replica.callsAbout(id, step).findLast(({ call }) => isOne(call));
  if (last === undefined) return undefined;
  const failed = last.state === 'done' && last.code !== 'OK';
  const later = failed ? replica.callsAbout(id, replica.steps) : [];
  return { last, next: later.find(({ call }) => call.beganStep > step && isOne(call))?.call };
}

/** How a call stands, and when it is tried again. */
export function tryFacts(tries: Tries | undefined): Fact[] {
  if (tries === undefined) return [];
  const { call, state, attempt, code = '' } = tries.last;
  const { began, beganAt, beganStep, endedAt = beganAt, endedStep = beganStep, ended } = call;
  const again = attempt > 1;
  const name = began.method;
  if (state === 'in flight') {
    const key = again ? 'why.tryFlyingAgain' : 'why.tryFlying';
    const value = { key, values: { attempt, clock: clockText(beganAt) } };
    return [{ name, value, step: beganStep, family: 'working' }];
  }
  const values = { attempt, code, clock: clockText(endedAt), span: spanText(endedAt - beganAt) };
  if (code === 'OK') {
    return [{ name, value: { key: again ? 'why.tryDoneAgain' : 'why.tryDone', values }, step: endedStep }];
  }
  const facts: Fact[] = [{ name, value: { key: 'why.tryFailed', values }, step: endedStep, family: 'failed' }];
  const message = ended?.message ?? '';
  if (message !== '') facts.push({ name: { key: 'why.tryMessage' }, value: message });
  const { next } = tries;
  if (next !== undefined) {
    const wait = spanText(next.beganAt - endedAt);
    const value = { key: 'why.nextTryAt', values: { clock: clockText(next.beganAt), wait } };
    facts.push({ name: { key: 'why.nextTry' }, value, step: next.beganStep });
  }
  return facts;
}
