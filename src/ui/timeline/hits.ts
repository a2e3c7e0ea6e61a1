import type { ObjectId } from '../../worker/protocol.ts';
import { type Axis, clockText, spanText, xOf } from '../model/axis.ts';
import { parseId } from '../model/ids.ts';
import type { Translate } from '../model/message.ts';
import type { RecordedCall, Replica } from '../model/replica.ts';
import { firstFrom, type Tick, type Track } from '../model/timeline.ts';
import { barsOf, ROW } from './draw.ts';

/** A mark under the pointer. */
export interface Hit {
  readonly step: number;
  readonly about?: ObjectId;
  readonly call?: RecordedCall;
  readonly tick?: Tick;
}

const REACH = 3;

/** The mark at a place of the canvas: a call before a tick. */
export function hitAt(axis: Axis, rows: readonly (Track | undefined)[], x: number, y: number): Hit | undefined {
  const track = rows[Math.floor(y / ROW)];
  if (track === undefined) return undefined;
  const bar = barsOf(axis, track).find((candidate) => x >= candidate.x1 - 1 && x <= candidate.x2 + 1);
  if (bar !== undefined) return hitOf(bar.call.beganStep, bar.call.about, { call: bar.call });
  let best: { readonly tick: Tick; readonly far: number } | undefined;
  for (let index = firstFrom(track.ticks, axis.from, (tick) => tick.at); index < track.ticks.length; index += 1) {
    const tick = track.ticks[index];
    if (tick === undefined) break;
    const far = Math.abs(xOf(axis, tick.at) - x);
    if (far <= REACH && (best === undefined || far < best.far)) best = { tick, far };
    if (xOf(axis, tick.at) > x + REACH) break;
  }
  return best === undefined ? undefined : hitOf(best.tick.step, best.tick.about, { tick: best.tick });
}

const DRAWN = new Set(['Pod', 'PersistentVolumeClaim', 'PersistentVolume', 'VolumeAttachment', 'Volume']);

function hitOf(step: number, ids: readonly ObjectId[], rest: Pick<Hit, 'call' | 'tick'>): Hit {
  const shown = ids.find((id) => DRAWN.has(parseId(id).kind)) ?? ids[0];
  return shown === undefined ? { step, ...rest } : { step, about: shown, ...rest };
}

/** Lines of the tooltip. */
export function tipOf(hit: Hit, replica: Replica, t: Translate): string[] {
  const { call, tick } = hit;
  if (call !== undefined) {
    const { began, ended } = call;
    const start = clockText(call.beganAt);
    const lines = [[began.method, began.node].filter(Boolean).join(' ')];
    if (began.attempt > 1) lines.push(t('timeline.callTry', { attempt: began.attempt }));
    if (ended === undefined || call.endedAt === undefined) lines.push(t('timeline.callInFlight', { start }));
    else {
      const span = spanText(call.endedAt - call.beganAt);
      lines.push(t('timeline.callDone', { code: ended.code, start, end: clockText(call.endedAt), span }));
      if (ended.message !== undefined && ended.message !== '') lines.push(ended.message);
    }
    return lines;
  }
  if (tick === undefined) return [];
  const names = [...new Set(tick.about.map((id) => parseId(id).name))].slice(0, 3).join(', ');
  return [t('timeline.tickTip', { step: tick.step, clock: clockText(replica.timeAt(tick.step)) }), names].filter(
    Boolean,
  );
}
