import { describe, expect, it } from 'vitest';
import type { CallBegan } from '../../worker/protocol.ts';
import { axisOf } from './axis.ts';
import { CLAIM, POD, PV, provisionedStory, Recording } from './fixture.test-data.ts';
import { type Lettering, markAt, marksInTurn, marksOf, piecesOf, stepOfMark, writeMarksOf, writesAt } from './marks.ts';
import { TimelineData, type Track } from './timeline.ts';

/** Every letter is five pixels wide. */
const LETTERING: Lettering = { measure: (text) => text.length * 5, tryOf: (attempt) => `try ${attempt}` };
const ATTACHER = 'csi-attacher';

function dataOf(recording: Recording): TimelineData {
  const data = new TimelineData();
  data.update(recording.replica());
  return data;
}

function trackOf(recording: Recording, id: string): Track {
  const track = dataOf(recording)
    .tracks()
    .find((one) => one.id === id);
  if (track === undefined) throw new Error(`no track ${id}`);
  return track;
}

/** A thousand pixels for so many milliseconds. */
const axis = (to: number) => axisOf(0, to, 1000, [], new Set());

const began = (call: number, rest: Partial<CallBegan> = {}) => ({
  call,
  method: 'ControllerPublishVolume',
  about: [PV],
  ...rest,
});

/** A try that fails after 100 ms, one second of back-off, and one that succeeds. */
const retried = new Recording()
  .step(0, ATTACHER, { began: [began(1, { faulty: true })] })
  .step(100, 'calls', { ended: [{ call: 1, code: 'UNAVAILABLE' }] })
  .step(1100, ATTACHER, { began: [began(2, { attempt: 2 })] })
  .step(1300, 'calls', { ended: [{ call: 2, code: 'OK' }] })
  .step(2000, 'calls', {});

/** Three calls side by side, and one later. */
const parallel = new Recording()
  .step(0, ATTACHER, { began: [began(1), began(2), began(3)] })
  .step(100, 'calls', {
    ended: [
      { call: 1, code: 'OK' },
      { call: 2, code: 'OK' },
    ],
  })
  .step(200, 'calls', { ended: [{ call: 3, code: 'OK' }] })
  .step(600, ATTACHER, { began: [began(4)] })
  .step(700, 'calls', { ended: [{ call: 4, code: 'OK' }] })
  .step(1000, 'calls', {});

describe('calls of a track', () => {
  it('that are made again are marked, with the length of the back-off and the number of the try', () => {
    const { bars, signs } = marksOf(trackOf(retried, ATTACHER), axis(2000), LETTERING);
    expect(bars.map(({ x1, x2, failed, note }) => [x1, x2, failed, note])).toEqual([
      [0, 50, true, '1 s'],
      [550, 650, false, 'try 2'],
    ]);
    expect(signs.map(({ sign, x }) => [sign, x])).toEqual([
      ['bolt', 1],
      ['retry', 543],
    ]);
  });

  it.each([
    ['closer: both', 2000, ['1 s', 'try 2']],
    ['farther: none fits before the next bar', 60_000, ['', 'try 2']],
  ])('say only what fits whole, from %s', (_, length, notes) => {
    const { bars } = marksOf(trackOf(retried, ATTACHER), axis(length), LETTERING);
    expect(bars.map(({ note }) => note)).toEqual(notes);
  });

  it('say in between that they fail again, and when the next is', () => {
    const recording = new Recording()
      .step(0, ATTACHER, { began: [began(1)] })
      .step(10, 'calls', { ended: [{ call: 1, code: 'UNAVAILABLE' }] })
      .step(1010, ATTACHER, { began: [began(2, { attempt: 2 })] })
      .step(1020, 'calls', { ended: [{ call: 2, code: 'UNAVAILABLE' }] })
      .step(3020, ATTACHER, { began: [began(3, { attempt: 3 })] })
      .step(3040, 'calls', { ended: [{ call: 3, code: 'OK' }] });
    const { bars } = marksOf(trackOf(recording, ATTACHER), axis(4000), LETTERING);
    expect(bars.map(({ note }) => note)).toEqual(['1 s', 'try 2  2 s', 'try 3']);
  });

  it.each([
    [1000, 'ControllerPublishVolume'],
    [5000, 'attach'],
    [20_000, ''],
  ])('are labelled with what fits: of %i ms in view, %s', (length, label) => {
    const recording = new Recording()
      .step(0, ATTACHER, { began: [began(1)] })
      .step(200, 'calls', { ended: [{ call: 1, code: 'OK' }] });
    expect(marksOf(trackOf(recording, ATTACHER), axis(length), LETTERING).bars[0]?.label).toBe(label);
  });

  it('name the node where there is room', () => {
    const recording = new Recording()
      .step(0, 'kubelet/node-1', { began: [{ call: 1, method: 'NodeStageVolume', node: 'node-1', about: [PV] }] })
      .step(200, 'calls', { ended: [{ call: 1, code: 'OK' }] });
    expect(marksOf(trackOf(recording, 'kubelet/node-1'), axis(400), LETTERING).bars[0]?.label).toBe(
      'NodeStageVolume node-1',
    );
  });

  it('that run side by side are one bar that says how many, and can be told apart', () => {
    const { bars } = marksOf(trackOf(parallel, ATTACHER), axis(1000), LETTERING);
    expect(bars.map(({ x1, x2, calls, note }) => [x1, x2, calls.length, note])).toEqual([
      [0, 200, 3, '×3'],
      [600, 700, 1, ''],
    ]);
    const [bar] = bars;
    if (bar === undefined) throw new Error('no bar');
    expect(piecesOf(bar, axis(1000)).map(({ x1, x2, y, h }) => [x1, x2, y, h])).toEqual([
      [0, 100, 2, 4],
      [0, 100, 6, 4],
      [0, 200, 10, 4],
    ]);
  });

  it('with other ends or methods stay apart', () => {
    const recording = new Recording()
      .step(0, ATTACHER, { began: [began(1), began(2), began(3, { method: 'ControllerUnpublishVolume' })] })
      .step(100, 'calls', {
        ended: [
          { call: 1, code: 'OK' },
          { call: 2, code: 'INTERNAL' },
          { call: 3, code: 'OK' },
        ],
      });
    const { bars } = marksOf(trackOf(recording, ATTACHER), axis(1000), LETTERING);
    expect(bars.map(({ calls, failed }) => [calls[0]?.began.call, failed])).toEqual([
      [1, false],
      [2, true],
      [3, false],
    ]);
  });

  it('of a driver are bars without words', () => {
    const track = trackOf(retried, 'driver/block.csi.example');
    const { bars, signs } = marksOf(track, axis(2000), LETTERING);
    expect(bars.map(({ label, note }) => [label, note])).toEqual([
      ['', ''],
      ['', ''],
    ]);
    expect(signs).toEqual([]);
  });

  it('out of view are left out, and one that began before reaches in', () => {
    const { bars } = marksOf(trackOf(retried, ATTACHER), axisOf(1200, 2000, 800, [], new Set()), LETTERING);
    expect(bars.map(({ x1, x2 }) => [x1, x2])).toEqual([[0, 100]]);
  });
});

describe('waits and ticks', () => {
  const attachDetach = trackOf(provisionedStory(), 'persistentvolume-attach-detach-controller');

  it.each([
    [100, 'csi-attacher'],
    [1000, ''],
  ])('name who is waited for where it fits: of %i ms in view, %j', (length, label) => {
    const [wait] = marksOf(attachDetach, axis(length), LETTERING).waits;
    expect(wait?.label).toBe(label);
  });

  it('name several that wait for the same only once', () => {
    const claim = (name: string) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, annotations: { 'volume.kubernetes.io/storage-provisioner': 'block.csi.example' } },
    });
    const recording = new Recording()
      .step(0, 'user', { create: [claim('a'), claim('b')] })
      .step(900, 'user', { set: [['PersistentVolumeClaim//a', 'spec.volumeName', 'x']] });
    const track = trackOf(recording, 'persistentvolume-binder-controller');
    expect(marksOf(track, axis(1000), LETTERING).waits.map(({ label }) => label)).toEqual(['block.csi.example', '']);
  });

  it('share a pixel, and the one that turned everything down shows', () => {
    const no = {
      about: CLAIM,
      by: 'findBestMatchForClaim',
      outcome: 'noMatch',
      candidates: [{ candidate: PV, ok: false }],
    };
    const recording = new Recording()
      .step(0, ATTACHER, { set: [[PV, 'a', 1]] })
      .step(1, ATTACHER, { decisions: [no] })
      .step(2, ATTACHER, { set: [[PV, 'a', 2]] })
      .step(500, ATTACHER, { set: [[PV, 'a', 3]] });
    const { ticks } = marksOf(trackOf(recording, ATTACHER), axis(10_000), LETTERING);
    expect(ticks.map(({ x, tick }) => [x, tick.step])).toEqual([
      [0, 2],
      [50, 4],
    ]);
  });
});

describe('what is under the pointer', () => {
  const track = trackOf(parallel, ATTACHER);
  const marks = marksOf(track, axis(1000), LETTERING);

  it.each([
    ['the first line of a bar of three', 50, 3, 1],
    ['its last line', 50, 13, 3],
    ['where only the last call still runs', 150, 3, 1],
    ['the later bar', 650, 8, 4],
  ])('is the call of %s', (_, x, y, call) => {
    const mark = markAt(marks, axis(1000), x, y);
    expect(mark?.kind === 'call' && mark.call.began.call).toBe(call);
  });

  it('is nothing between them', () => {
    expect(markAt(marks, axis(1000), 400, 8)).toBeUndefined();
  });

  it('is a tick within three pixels, before the wait that it stands on', () => {
    const story = provisionedStory();
    const own = marksOf(trackOf(story, 'persistentvolume-attach-detach-controller'), axis(100), LETTERING);
    expect(markAt(own, axis(100), 422, 8)?.kind).toBe('tick');
    expect(markAt(own, axis(100), 500, 8)?.kind).toBe('wait');
  });

  it('comes in turn by keys, in the order of steps', () => {
    const own = marksOf(trackOf(provisionedStory(), 'kubelet/node-1'), axis(6000), LETTERING);
    const steps = marksInTurn(own).map(stepOfMark);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(steps).toContain(13);
    expect(marksInTurn(own).map(({ kind }) => kind)).toContain('wait');
  });
});

describe('the API server', () => {
  it('has bars as high as the writes of a step, one for every four pixels', () => {
    const recording = new Recording()
      .step(0, 'user', {
        set: [
          [PV, 'a', 1],
          [CLAIM, 'a', 1],
          [POD, 'a', 1],
        ],
      })
      .step(1, 'user', { set: [[PV, 'a', 2]] })
      .step(50, 'user', { set: [[PV, 'a', 3]] });
    const marks = writeMarksOf(dataOf(recording), axis(100));
    expect(marks.map(({ x, h, count, firstStep }) => [x, h, count, firstStep])).toEqual([
      [0, 12, 3, 1],
      [12, 6, 1, 2],
      [500, 6, 1, 3],
    ]);
    expect(writesAt(marks, 501)).toMatchObject({ kind: 'writes', writes: { step: 3 } });
    expect(writesAt(marks, 300)).toBeUndefined();
  });
});
