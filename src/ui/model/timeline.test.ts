import { describe, expect, it } from 'vitest';
import { CLAIM, DRIVER, POD, PV, pod, provisionedStory, Recording } from './fixture.test-data.ts';
import { actingAt, isQuiet, TimelineData } from './timeline.ts';

function dataOf(recording: Recording): TimelineData {
  const data = new TimelineData();
  data.update(recording.replica());
  return data;
}

describe('the tracks of a recording', () => {
  it('are the same whether it comes at once or step by step, and after it was cut', () => {
    const { steps } = provisionedStory();
    const whole = provisionedStory().replica();
    const growing = provisionedStory().replica();
    growing.truncate(0);
    const data = new TimelineData();
    for (const step of steps) {
      growing.append([step]);
      data.update(growing);
    }
    const shape = ({ id, ticks, calls, waits }: ReturnType<TimelineData['tracks']>[number]) => [
      id,
      ticks.map(({ step }) => step),
      calls.map(({ beganStep, endedStep }) => [beganStep, endedStep]),
      waits.map(({ step, endStep }) => [step, endStep]),
    ];
    const once = new TimelineData();
    once.update(whole);
    expect(data.tracks().map(shape)).toEqual(once.tracks().map(shape));
    whole.truncate(12);
    once.update(whole);
    growing.truncate(12);
    data.update(growing);
    expect(data.tracks().map(shape)).toEqual(once.tracks().map(shape));
    expect(data.tracks().some(({ id }) => id.startsWith('kubelet/'))).toBe(false);
  });

  it.each([
    ['namespace-controller', true],
    ['pvc-protection-controller', true],
    ['kube-scheduler', false],
    ['kubelet/node-1', false],
  ])('are quiet where they say little about storage: %s, %s', (process, expected) => {
    const data = dataOf(new Recording().step(0, process, { set: [[PV, 'a', 1]] }));
    expect(data.tracks().map(isQuiet)).toEqual([expected]);
  });

  it('know retries of the same call by the same component', () => {
    const call = (number: number, attempt: number, about: readonly string[]) => ({
      call: number,
      method: 'CreateVolume',
      attempt,
      about,
    });
    const data = dataOf(
      new Recording()
        .step(0, 'csi-provisioner', { began: [call(1, 1, [CLAIM]), call(2, 1, [POD])] })
        .step(10, 'calls', {
          ended: [
            { call: 1, code: 'INTERNAL' },
            { call: 2, code: 'OK' },
          ],
        })
        .step(20, 'csi-provisioner', { began: [call(3, 2, [CLAIM])] })
        .step(30, 'csi-provisioner', { began: [call(4, 1, [POD])] }),
    );
    const [track] = data.tracks();
    expect(track?.retries.map(({ before, call: after }) => [before.began.call, after.began.call])).toEqual([[1, 3]]);
  });
});

describe('operations', () => {
  it('have a flag for each, with how many requests it has and what it was asked of', () => {
    const data = dataOf(provisionedStory());
    expect(data.flags.map(({ step, verb, name, requests }) => [step, verb, name, requests])).toEqual([
      [1, 'apply', 'data', 2],
      [17, 'delete', 'web', 1],
    ]);
  });

  it('of the console are named as they were typed', () => {
    const recording = new Recording().step(0, 'user', { operation: 0, create: [pod('web', [])] });
    const [step] = recording.steps;
    if (step === undefined) throw new Error('no step');
    recording.steps[0] = { ...step, label: 'kubectl delete pod web' };
    expect(dataOf(recording).flags[0]).toMatchObject({ verb: 'kubectl', name: 'delete pod web' });
  });
});

describe('who acts at a step', () => {
  const replica = provisionedStory().replica();
  const tracks = dataOf(provisionedStory()).tracks();

  it.each([
    ['whose step it is, and who waits since', 3, ['api', 'kube-scheduler']],
    [
      'who calls, who is called, and who waits',
      4,
      ['csi-provisioner/block.csi.example', 'driver/block.csi.example', 'kube-scheduler'],
    ],
    ['who waits for the attacher', 10, ['api', 'persistentvolume-attach-detach-controller']],
    ['nobody through a grace period but who asked for it', 17, ['api', 'user']],
  ])('is %s', (_, step, expected) => {
    expect([...actingAt(replica, step, tracks)].sort()).toEqual([...expected].sort());
  });
});

describe('idle times', () => {
  it('hold nothing new: two seconds and more without a write, a call or another decision', () => {
    const again = { about: CLAIM, by: 'findBestMatchForClaim', outcome: 'noMatch' };
    const data = dataOf(
      new Recording()
        .step(0, 'user', { set: [[PV, 'a', 1]], operation: 0 })
        .step(100, 'persistentvolume-binder-controller', { decisions: [again] })
        .step(4000, 'persistentvolume-binder-controller', { decisions: [again] })
        .step(9000, 'persistentvolume-binder-controller', { decisions: [{ ...again, outcome: 'match' }] })
        .step(10_000, 'csi-provisioner', {
          began: [{ call: 1, method: 'CreateVolume', about: [CLAIM], driver: DRIVER }],
        })
        .step(20_000, 'calls', { ended: [{ call: 1, code: 'OK' }] }),
    );
    expect(data.pauses).toEqual([
      { from: 100, to: 9000 },
      { from: 10_000, to: 20_000 },
    ]);
  });
});
