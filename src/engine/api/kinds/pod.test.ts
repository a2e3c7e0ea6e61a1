import { describe, expect, it } from 'vitest';
import type { Pod } from '../object.ts';
import { pod } from './pod.ts';
import { podRequests, qosClass } from './podrequests.ts';

const metadata = {
  name: 'p',
  namespace: 'default',
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '2026-10-01T00:00:00Z',
};
const container = (name: string, cpu: string, memory: string) => ({
  name,
  image: 'app:1',
  resources: { requests: { cpu, memory } },
});

describe('what a pod asks of its node', () => {
  it('is the sum of its containers and sidecars, or what an init container needs beside the sidecars before it', () => {
    const spec = {
      initContainers: [
        { ...container('side', '100m', '1Gi'), restartPolicy: 'Always' },
        container('init', '2', '100Mi'),
      ],
      containers: [container('a', '500m', '1Gi'), container('b', '1', '1Gi')],
      overhead: { cpu: '10m' },
    };
    expect(podRequests(spec)).toEqual({ cpu: 2110, memory: 3 * 1024 ** 3 });
  });

  it('decides its class of service', () => {
    expect(qosClass({ containers: [{ name: 'c' }] })).toBe('BestEffort');
    expect(qosClass({ containers: [container('c', '1', '1Gi')] })).toBe('Burstable');
    const resources = { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1000m', memory: '1024Mi' } };
    expect(qosClass({ containers: [{ name: 'c', resources }] })).toBe('Guaranteed');
  });
});

describe('the claims of a pod', () => {
  const object: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: {
      containers: [],
      volumes: [
        { name: 'a', persistentVolumeClaim: { claimName: 'data' } },
        { name: 'b', persistentVolumeClaim: { claimName: 'data' } },
        { name: 'scratch', ephemeral: {} },
      ],
    },
  };

  it('are indexed once each, those of ephemeral volumes by the name they will have', () => {
    expect(pod.indices?.['byClaim']?.of(object as never, 'default/p')).toEqual(['default/data', 'default/p-scratch']);
  });
});

describe('deleting a pod', () => {
  const placed: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { nodeName: 'n', terminationGracePeriodSeconds: 30, containers: [] },
    status: { phase: 'Running' },
  };
  const period = (object: Pod, options = {}): number | undefined => pod.gracePeriod?.(object, options);

  it('takes the period of the request, else that of the pod', () => {
    expect(period(placed)).toBe(30);
    expect(period(placed, { gracePeriodSeconds: 5 })).toBe(5);
  });

  it('takes no time without a node or once it has finished', () => {
    expect(period({ ...placed, spec: { ...placed.spec, nodeName: '' } })).toBe(0);
    expect(period({ ...placed, status: { phase: 'Succeeded' } }, { gracePeriodSeconds: 5 })).toBe(0);
  });
});
