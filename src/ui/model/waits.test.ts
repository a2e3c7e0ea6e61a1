import { describe, expect, it } from 'vitest';
import { ATTACHMENT, CLAIM, claim, POD, PV, provisionedStory, Recording } from './fixture.test-data.ts';
import { TimelineData } from './timeline.ts';

function waitsIn(
  recording: Recording,
): readonly (readonly [string, string, string | undefined, number, number | undefined])[] {
  const data = new TimelineData();
  data.update(recording.replica());
  return data
    .tracks()
    .flatMap(({ id, waits }) =>
      waits.map(({ key, about, from, to }) => [id, key.replace('timeline.', ''), about[0], from, to] as const),
    );
}

const ANNOTATION = 'metadata.annotations';

describe('waiting for another component', () => {
  it('is found through a whole life of a volume', () => {
    expect(waitsIn(provisionedStory())).toEqual([
      ['kube-scheduler', 'waitBind', CLAIM, 12, 38],
      ['persistentvolume-attach-detach-controller', 'waitAttach', ATTACHMENT, 42, 64],
      ['kubelet/node-1', 'waitGrace', POD, 5000, 5100],
    ]);
  });

  it('lasts for the volume controller until the claim names a volume', () => {
    const recording = new Recording()
      .step(0, 'user', { create: [claim('data')], operation: 0 })
      .step(5, 'persistentvolume-binder-controller', {
        set: [[CLAIM, ANNOTATION, { 'volume.kubernetes.io/storage-provisioner': 'block.csi.example' }]],
      })
      .step(50, 'persistentvolume-binder-controller', { set: [[CLAIM, 'spec.volumeName', 'pvc-1']] });
    expect(waitsIn(recording)).toEqual([['persistentvolume-binder-controller', 'waitProvision', CLAIM, 5, 50]]);
  });

  it('lasts for a kubelet until it begins with the volume, and is none where it begins at once', () => {
    const mount = (name: string, pv: string) => ({
      apiVersion: 'playground/v1',
      kind: 'Mount',
      metadata: { name },
      spec: {
        node: 'node-1',
        podNamespace: 'default',
        podName: 'web',
        volume: 'data',
        pv,
        staged: false,
        published: false,
      },
    });
    const recording = new Recording()
      .step(100, 'kubelet/node-1', {
        create: [mount('node-1^uid-web^data', 'pvc-1'), mount('node-1^uid-web^share', 'nfs')],
        began: [{ call: 1, method: 'SetUp', about: ['PersistentVolume//nfs'] }],
      })
      .step(200, 'kubelet/node-1', { began: [{ call: 2, method: 'NodeStageVolume', about: [PV] }] });
    expect(waitsIn(recording)).toEqual([['kubelet/node-1', 'waitVolume', POD, 100, 200]]);
  });

  it('goes on from the attaching to the detaching, and to the end of the recording', () => {
    const recording = new Recording()
      .step(0, 'persistentvolume-attach-detach-controller', {
        create: [
          {
            apiVersion: 'storage.k8s.io/v1',
            kind: 'VolumeAttachment',
            metadata: { name: 'csi-1' },
            spec: { attacher: 'block.csi.example', nodeName: 'node-1', source: { persistentVolumeName: 'pvc-1' } },
            status: { attached: false },
          },
        ],
      })
      .step(30, 'persistentvolume-attach-detach-controller', {
        set: [[ATTACHMENT, 'metadata.deletionTimestamp', '2026-10-01T00:00:30Z']],
      });
    expect(waitsIn(recording).map(([, key, , from, to]) => [key, from, to])).toEqual([
      ['waitAttach', 0, 30],
      ['waitDetach', 30, undefined],
    ]);
  });
});
