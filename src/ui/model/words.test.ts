import { describe, expect, it } from 'vitest';
import { axisOf, clockText, rulerTicks, spanText, timeOf, xOf } from './axis.ts';
import { captionOf } from './caption.ts';
import { POD, pod, provisionedStory, Recording } from './fixture.test-data.ts';
import { normalId, parseId } from './ids.ts';
import { momentAt } from './moment.ts';
import { componentName, middleCut, withoutOwner } from './names.ts';
import { pathsOf } from './path.ts';
import { advance } from './playback.ts';
import { structureOf } from './structure.ts';
import { TimelineData } from './timeline.ts';
import { fitted, revealing } from './viewport.ts';

describe('captions', () => {
  const replica = provisionedStory().replica();
  it.each([
    [0, 'caption.start'],
    [1, 'caption.created'],
    [3, 'caption.selectedNode'],
    [4, 'caption.callsFor'],
    [5, 'caption.createdVolumeFor'],
    [7, 'caption.volumeNameWritten'],
    [8, 'caption.phase'],
    [9, 'caption.scheduled'],
    [10, 'caption.createdAttachment'],
    [12, 'caption.attached'],
    [14, 'caption.staged'],
    [15, 'caption.mounted'],
    [17, 'caption.deleting'],
  ])('step %i says %s', (step, key) => {
    expect(captionOf(replica, step).message.key).toBe(key);
  });
});

describe('the token that every pod gets', () => {
  const about = [POD];
  const request = { dir: '/var/lib/kubelet/pods/uid-web/volumes/kubernetes.io~projected/kube-api-access-x2x4z' };
  const driver = 'kubernetes.io/projected';
  const mount = {
    apiVersion: 'playground/v1',
    kind: 'Mount',
    metadata: { name: 'node-1^uid-web^kube-api-access-x2x4z' },
    spec: { node: 'node-1', podNamespace: 'default', podName: 'web', podUID: 'uid-web', published: true },
  };
  const token = { ...mount, spec: { ...mount.spec, volume: 'kube-api-access-x2x4z' } };
  const replica = new Recording()
    .step(0, 'user', { create: [pod('web', ['data'])] })
    .step(1, 'kubelet/node-1', { began: [{ call: 1, method: 'SetUp', about, driver, request }] })
    .step(2, 'calls', { ended: [{ call: 1, code: 'OK' }] })
    .step(3, 'kubelet/node-1', { create: [token] })
    .step(4, 'kubelet/node-1', {
      create: [{ ...mount, metadata: { name: 'node-1^uid-web^data' }, spec: { ...mount.spec, volume: 'data' } }],
    })
    .replica();

  it.each([
    [2, 'caption.tokenCall'],
    [3, 'caption.tokenAnswer'],
    [4, 'caption.tokenMounted'],
    [5, 'caption.mounted'],
  ])('has its own words at step %i', (step, key) => {
    expect(captionOf(replica, step).message).toMatchObject({ key, values: { pod: 'web' } });
  });

  it('is no way of another volume', () => {
    const moment = momentAt(replica, structureOf(replica), 2);
    const [element] = moment.structure.pods;
    expect(element && pathsOf(moment, element)[0]?.segments.mount).toBe('todo');
  });
});

describe('names', () => {
  const perLetter = (text: string): number => text.length;
  it.each([
    ['pvc-3f6a1234-5678-c21e', 13, 'pvc-3f6a…c21e'],
    ['data-web-0', 20, 'data-web-0'],
    ['abcdefghij', 6, 'a…ghij'],
  ])('cuts %s to %i as %s', (name, width, expected) => {
    expect(middleCut(name, width, perLetter)).toBe(expected);
  });

  it('drops the owner from a generated name and keeps ordinals', () => {
    expect(withoutOwner('site-7d9f6c5b8d-4kx2p', 'site')).toBe('…-4kx2p');
    expect(withoutOwner('web-0', 'web')).toBe('web-0');
  });

  it('shortens components as people call them', () => {
    expect(componentName('persistentvolume-binder-controller')).toBe('persistentvolume-binder');
    expect(componentName('kubelet/node-1')).toBe('kubelet node-1');
    expect(componentName('csi-attacher/block.csi.example')).toBe('csi-attacher');
    expect(componentName('kubernetes.io/projected')).toBe('kubernetes.io/projected');
  });

  it('reads ids whose names hold slashes, and those of decisions', () => {
    expect(parseId('Volume//kubernetes.io/nfs^nas:/media')).toEqual({
      kind: 'Volume',
      namespace: '',
      name: 'kubernetes.io/nfs^nas:/media',
    });
    expect(normalId('PersistentVolume/disk')).toBe('PersistentVolume//disk');
  });
});

describe('the time axis', () => {
  const pauses = [{ from: 2000, to: 17_000 }];
  const axis = axisOf(0, 20_000, 1000, pauses, new Set());

  it('collapses idle time to a band and keeps the clock true', () => {
    expect(axis.stretches.map((stretch) => stretch.collapsed)).toEqual([false, true, false]);
    expect(axis.stretches[1]).toMatchObject({ from: 2000, to: 17_000 });
    expect((axis.stretches[1]?.x2 ?? 0) - (axis.stretches[1]?.x1 ?? 0)).toBe(32);
    expect(xOf(axis, 20_000)).toBe(1000);
  });

  it('gives back the time that a place stands for', () => {
    for (const time of [0, 500, 2000, 9000, 17_000, 19_999]) expect(timeOf(axis, xOf(axis, time))).toBeCloseTo(time, 3);
  });

  it('draws an opened pause at its length', () => {
    expect(axisOf(0, 20_000, 1000, pauses, new Set([2000])).stretches).toHaveLength(1);
  });

  it('writes round times apart from each other', () => {
    const xs = rulerTicks(axis, 56).map((tick) => tick.x);
    expect(xs.length).toBeGreaterThan(4);
    for (let index = 1; index < xs.length; index += 1)
      expect((xs[index] ?? 0) - (xs[index - 1] ?? 0)).toBeGreaterThan(40);
  });

  it.each([
    [350, '350 ms'],
    [8200, '8.2 s'],
    [24_000, '24 s'],
    [300_000, '5 min'],
  ])('writes %i ms as %s', (span, text) => {
    expect(spanText(span)).toBe(text);
  });

  it('shows minutes, seconds and milliseconds, and hours where there are any', () => {
    expect(clockText(18_620)).toBe('00:18.620');
    expect(clockText(3_723_004)).toBe('01:02:03.004');
  });
});

describe('the tracks', () => {
  it('stand in causal order, each with its calls', () => {
    const data = new TimelineData();
    data.update(provisionedStory().replica());
    expect(data.tracks().map((track) => track.name)).toEqual([
      'persistentvolume-binder',
      'scheduler',
      'attach-detach',
      'csi-provisioner',
      'csi-attacher',
      'kubelet node-1',
      'block.csi.example',
    ]);
    expect(data.tracks().at(-1)?.calls).toHaveLength(4);
    expect(data.flags.map((flag) => [flag.operation, flag.name, flag.requests])).toEqual([
      [0, 'data', 2],
      [1, 'web', 1],
    ]);
    expect(data.pauses).toEqual([{ from: 240, to: 5000 }]);
  });

  it('are the same however the steps came', () => {
    const { steps } = provisionedStory();
    const grown = provisionedStory().replica();
    grown.truncate(3);
    const data = new TimelineData();
    data.update(grown);
    grown.append(steps.slice(3));
    data.update(grown);
    const whole = new TimelineData();
    whole.update(provisionedStory().replica());
    expect(JSON.stringify(data.tracks())).toBe(JSON.stringify(whole.tracks()));
  });
});

describe('playing', () => {
  const replica = provisionedStory().replica();
  it('gives each step its time on the screen and stops at the end', () => {
    expect(advance(replica, { step: 0, fraction: 1 }, 250, '1')).toEqual({ step: 1, fraction: 0.5 });
    expect(advance(replica, { step: 1, fraction: 0.5 }, 500, '1')).toEqual({ step: 2, fraction: 0.5 });
    expect(advance(replica, { step: 17, fraction: 1 }, 10_000, '4')).toEqual({ step: 18, fraction: 1 });
  });
});

describe('the view', () => {
  it('shows the width from the top, and shrinks for the height only while texts stay readable', () => {
    expect(fitted({ width: 800, height: 300 }, { width: 800, height: 500 })).toEqual({ x: 0, y: 0, zoom: 1 });
    expect(fitted({ width: 800, height: 560 }, { width: 800, height: 500 }).zoom).toBeCloseTo(0.89);
    // What has to be scrolled anyway is not made smaller.
    expect(fitted({ width: 800, height: 5000 }, { width: 800, height: 500 }).zoom).toBe(1);
  });

  it('moves just far enough to show what is out of sight', () => {
    const size = { width: 800, height: 500 };
    expect(revealing({ x: 0, y: 0, zoom: 1 }, size, { x: 100, y: 100, w: 100, h: 50 })).toBeUndefined();
    expect(revealing({ x: 0, y: 0, zoom: 1 }, size, { x: 100, y: 600, w: 100, h: 50 })?.y).toBe(-162);
  });
});

describe('idle time', () => {
  it('goes on while a sync finds again what it found before', () => {
    const no = { about: 'PersistentVolumeClaim/default/data', by: 'findBestMatchForClaim', outcome: 'noMatch' };
    const story = provisionedStory();
    for (const at of [20_000, 35_000, 50_000])
      story.step(at, 'persistentvolume-binder-controller', { decisions: [no] });
    const data = new TimelineData();
    data.update(story.replica());
    expect(data.pauses).toEqual([
      { from: 240, to: 5000 },
      { from: 5100, to: 20_000 },
      { from: 20_000, to: 50_000 },
    ]);
  });
});
