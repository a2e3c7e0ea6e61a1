import { describe, expect, it } from 'vitest';
import { Session } from '../../session.ts';

const GIVEN = [
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttachment',
    metadata: { name: 'csi-1', creationTimestamp: '2026-10-01T00:00:00Z', uid: 'u1', resourceVersion: '1' },
    spec: { attacher: 'disk.csi.example.com', nodeName: 'node-1', source: { persistentVolumeName: 'pv-1' } },
    status: { attached: true },
  },
  {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'limits' },
    spec: { hard: { 'requests.storage': '10Gi', persistentvolumeclaims: '5' } },
    status: { hard: { 'requests.storage': '10Gi', persistentvolumeclaims: '5' }, used: { 'requests.storage': '3Gi' } },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'token' },
    type: 'Opaque',
    data: { password: 'aHVudGVyMg==', user: 'YQ==' },
  },
];

const NODES = [{ name: 'node-1', taints: [{ key: 'disk', value: 'slow', effect: 'NoSchedule' }] }];

/** What `kubectl describe` prints, trailing blanks aside. */
function described(words: string): string {
  const session = new Session({ spec: { controllers: [], nodes: NODES }, given: GIVEN });
  const { out, err } = session.command(`kubectl describe ${words}`);
  expect(err).toBe('');
  return out.replace(/ +$/gm, '');
}

describe('kubectl describe', () => {
  it('prints a kind that it does not know as an object with spaced names', () => {
    expect(described('volumeattachment csi-1')).toBe(`Name:         csi-1
Namespace:
Labels:       <none>
Annotations:  <none>
API Version:  storage.k8s.io/v1
Kind:         VolumeAttachment
Metadata:
  Creation Timestamp:  2026-10-01T00:00:00Z
  Resource Version:    1
  UID:                 u1
Spec:
  Attacher:   disk.csi.example.com
  Node Name:  node-1
  Source:
    Persistent Volume Name:  pv-1
Status:
  Attached:  true
Events:      <none>
`);
  });

  it('shows what a quota allows and what is used', () => {
    expect(described('quota limits')).toBe(`Name:                   limits
Namespace:              default
Resource                Used  Hard
--------                ----  ----
persistentvolumeclaims  0     5
requests.storage        3Gi   10Gi
`);
  });

  it('tells the size of a secret, not its content', () => {
    const out = described('secret token');
    expect(out).toContain('password:  7 bytes\nuser:      1 bytes\n');
    expect(out).not.toContain('hunter2');
  });

  it('gives the taints, amounts and pods of a node', () => {
    const out = described('node node-1');
    expect(out).toContain('Taints:             disk=slow:NoSchedule\n');
    expect(out).toContain('Allocatable:\n  cpu:     4\n  memory:  8Gi\n  pods:    110\n');
    expect(out).toContain('Non-terminated Pods:          (0 in total)\n');
    expect(out).toContain('  cpu                0 (0%)    0 (0%)\n');
  });
});
