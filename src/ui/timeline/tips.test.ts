import { describe, expect, it } from 'vitest';
import { axisOf } from '../model/axis.ts';
import { CLAIM, DRIVER, provisionedStory, Recording } from '../model/fixture.test-data.ts';
import { type Lettering, type Mark, marksInTurn, marksOf } from '../model/marks.ts';
import type { Translate } from '../model/message.ts';
import type { Replica } from '../model/replica.ts';
import { TimelineData } from '../model/timeline.ts';
import { compact, spokenTip, tipOf } from './tips.ts';

/** Keys without their table, and the values behind them. */
const t: Translate = (key, values) =>
  [key.replace('timeline.', ''), ...Object.values(values ?? {})].map(String).join(' ').trim();
const LETTERING: Lettering = { measure: (text) => text.length * 5, tryOf: String };

function marksOn(replica: Replica, id: string): readonly Mark[] {
  const data = new TimelineData();
  data.update(replica);
  const track = data.tracks().find((one) => one.id === id);
  if (track === undefined) throw new Error(`no track ${id}`);
  return marksInTurn(marksOf(track, axisOf(0, 6000, 1000, [], new Set()), LETTERING));
}

function tipsOn(replica: Replica, id: string, kind: Mark['kind']) {
  return marksOn(replica, id)
    .filter((mark) => mark.kind === kind)
    .map((mark) => tipOf(mark, 'component', replica, t));
}

describe('the tooltip', () => {
  it('of a call says when it began and ended, how long it took, what was asked and answered', () => {
    const [tip] = tipsOn(provisionedStory().replica(), `csi-attacher/${DRIVER}`, 'call');
    expect(tip?.title).toBe('ControllerPublishVolume');
    expect(tip?.lines).toEqual([
      { text: `byTo csi-attacher ${DRIVER}` },
      { label: 'tipStart', text: 'tipAtStep 11 00:00.044' },
      { label: 'tipEnd', text: 'tipAtStep 12 00:00.064' },
      { label: 'tipDuration', text: '20 ms' },
      { label: 'tipRequest', text: '{volume_id: "vol-1"}' },
      { label: 'tipAnswer', text: 'OK' },
    ]);
  });

  it('of a failed try says which, why, and that a fault was injected; of one in flight that it is', () => {
    const replica = new Recording()
      .step(0, 'csi-provisioner', {
        began: [{ call: 1, method: 'CreateVolume', about: [CLAIM], attempt: 2, faulty: true }],
      })
      .step(10, 'calls', { ended: [{ call: 1, code: 'UNAVAILABLE', message: 'the array is busy' }] })
      .step(3000, 'csi-provisioner', { began: [{ call: 2, method: 'CreateVolume', about: [CLAIM] }] })
      .replica();
    const [failed, flying] = tipsOn(replica, 'csi-provisioner', 'call').map(spokenTip);
    expect(failed).toContain('CreateVolume, callTry 2');
    expect(failed).toContain('tipFault');
    expect(failed).toContain('tipAnswer UNAVAILABLE the array is busy');
    expect(flying).toContain('tipEnd inFlight');
    expect(flying).not.toContain('tipDuration');
  });

  it('of a wait says who waits for what, and how long', () => {
    const replica = provisionedStory().replica();
    const [tip] = tipsOn(replica, 'persistentvolume-attach-detach-controller', 'wait');
    expect(tip?.title).toBe('waiting component waitAttach pvc-1 node-1 csi-attacher');
    expect(tip?.lines).toContainEqual({ label: 'tipDuration', text: '22 ms' });
    expect(tip?.lines).toContainEqual({
      label: 'tipWrote',
      text: 'VolumeAttachment csi-1, PersistentVolume pvc-1',
    });
  });

  it('of a tick says what it was about', () => {
    const [tip] = tipsOn(provisionedStory().replica(), 'persistentvolume-binder-controller', 'tick');
    expect(tip).toEqual({
      title: 'tipAtStep 6 00:00.036',
      lines: [{ label: 'tipWrote', text: 'PersistentVolume pvc-1' }],
    });
  });
});

describe('a message on one line', () => {
  it.each([
    [null, ''],
    [{}, ''],
    [{ volume_id: 'v', capability: { mode: 1 } }, '{volume_id: "v", capability: {mode: 1}}'],
    [{ list: ['a', 'b'] }, '{list: ["a","b"]}'],
  ])('%j is %s', (message, text) => {
    expect(compact(message)).toBe(text);
  });

  it('is cut where it is long', () => {
    const text = compact({ name: 'x'.repeat(500) });
    expect(text).toHaveLength(161);
    expect(text.endsWith('…')).toBe(true);
  });
});
