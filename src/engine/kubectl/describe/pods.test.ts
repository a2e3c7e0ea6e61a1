import { describe, expect, it } from 'vitest';
import { Session } from '../../session.ts';

/** What `kubectl describe` prints of an object, trailing blanks aside. */
function described(object: object, words: string): string {
  const session = new Session({ spec: { controllers: [] }, given: [object] as never });
  const { out, err } = session.command(`kubectl describe ${words}`);
  expect(err).toBe('');
  return out.replace(/ +$/gm, '');
}

const pod = (
  spec: object,
  status: object = {},
  containers: readonly object[] = [{ name: 'c', image: 'i' }],
): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', uid: 'u1', labels: { app: 'web' } },
  spec: { containers, ...spec },
  status,
});

const volume = (source: object): object => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: 'pv' },
  spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], ...source },
  status: { phase: 'Available' },
});

const TIMES = { startedAt: '2026-10-01T00:00:00Z', finishedAt: '2026-10-01T00:01:00Z' };

describe('the containers of a pod', () => {
  it('show probes, where their environment comes from, resources and profiles', () => {
    const container = {
      name: 'c',
      image: 'i',
      securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'a.json' } },
      resources: { limits: { memory: '128Mi' } },
      livenessProbe: {
        httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' },
        timeoutSeconds: 1,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      },
      readinessProbe: { exec: { command: ['cat', '/ready'] }, initialDelaySeconds: 5 },
      envFrom: [{ configMapRef: { name: 'cfg' } }, { prefix: 'S_', secretRef: { name: 'key', optional: true } }],
      env: [
        { name: 'NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
        { name: 'APP', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
        { name: 'MEM', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
        { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
      ],
    };
    const text = described(pod({}, {}, [container]), 'pod p');
    expect(text).toContain(`Containers:
  c:
    Image:               i
    Port:                <none>
    Host Port:           <none>
    SeccompProfile:      Localhost
      LocalhostProfile:  a.json
    Limits:
      memory:   128Mi
    Liveness:   http-get http://:8080/healthz delay=0s timeout=1s period=10s #success=1 #failure=3
    Readiness:  exec [cat /ready] delay=5s timeout=0s period=0s #success=0 #failure=0
    Environment Variables from:
      cfg  ConfigMap                Optional: false
      key  Secret with prefix 'S_'  Optional: true
    Environment:
      NAME:      p (v1:metadata.name)
      APP:       web (v1:metadata.labels['app'])
      MEM:       128 (limits.memory)
      CPU:       node allocatable (limits.cpu)
    Mounts:      <none>
Volumes:         <none>
`);
  });

  it('show a signal that ended them', () => {
    const status = {
      name: 'c',
      ready: false,
      state: { terminated: { exitCode: 137, signal: 9, reason: 'OOMKilled', ...TIMES } },
    };
    expect(described(pod({}, { containerStatuses: [status] }), 'pod p')).toContain(`    State:          Terminated
      Reason:       OOMKilled
      Exit Code:    137
      Signal:       9
      Started:      Thu, 01 Oct 2026 00:00:00 +0000
      Finished:     Thu, 01 Oct 2026 00:01:00 +0000
    Ready:          False
`);
  });
});

describe('a pod', () => {
  it('shows runtime class, seccomp, own resources, gates and how it is spread', () => {
    const spec = {
      runtimeClassName: 'kata',
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      resources: { requests: { cpu: '1' } },
      readinessGates: [{ conditionType: 'example.com/ready' }],
      topologySpreadConstraints: [
        {
          topologyKey: 'zone',
          whenUnsatisfiable: 'DoNotSchedule',
          maxSkew: 1,
          labelSelector: { matchLabels: { app: 'web' } },
        },
        { topologyKey: 'host', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 2 },
      ],
    };
    const text = described(pod(spec), 'pod p');
    expect(text).toContain('Runtime Class Name:  kata\n');
    expect(text).toContain('SeccompProfile:      RuntimeDefault\nIP:\n');
    expect(text).toContain('Resources:\n  Requests:\n    cpu:  1\nContainers:\n');
    expect(text).toMatch(/Readiness Gates:\n {2}Type +Status\n {2}example\.com\/ready +<none>\nVolumes:/);
    expect(text).toMatch(
      /Topology Spread Constraints: {2}host:ScheduleAnyway when max skew 2 is exceeded\n +zone:DoNotSchedule when max skew 1 is exceeded for selector app=web\n/,
    );
  });
});

describe('the source of a volume', () => {
  it.each([
    [
      {
        iscsi: {
          targetPortal: '10.0.0.1:3260',
          iqn: 'iqn.x',
          lun: 0,
          portals: ['a', 'b'],
          secretRef: { name: 's', namespace: 'n' },
        },
      },
      `    Type:               ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)
    TargetPortal:       10.0.0.1:3260
    IQN:                iqn.x
    Lun:                0
    ISCSIInterface
    FSType:
    ReadOnly:           false
    Portals:            [a b]
    DiscoveryCHAPAuth:  false
    SessionCHAPAuth:    false
    SecretRef:          &SecretReference{Name:s,Namespace:n,}
    InitiatorName:      <none>
`,
    ],
    [
      { flexVolume: { driver: 'x/y', options: { b: '2', a: '1' } } },
      `    Type:       FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)
    Driver:     x/y
    FSType:
    SecretRef:  nil
    ReadOnly:   false
    Options:    map[a:1 b:2]
`,
    ],
    [
      { fc: { targetWWNs: ['a', 'b'], fsType: 'xfs' } },
      `    Type:        FC (a Fibre Channel disk)
    TargetWWNs:  a, b
    LUN:         <none>
    FSType:      xfs
    ReadOnly:    false
`,
    ],
    [
      { awsElasticBlockStore: { volumeID: 'vol-1', fsType: 'ext4' } },
      `    Type:       AWSElasticBlockStore (a Persistent Disk resource in AWS)
    VolumeID:   vol-1
    FSType:     ext4
    Partition:  0
    ReadOnly:   false
`,
    ],
    [
      { cephfs: { monitors: ['m1'], path: '/', user: 'admin' } },
      `    Type:        CephFS (a CephFS mount on the host that shares a pod's lifetime)
    Monitors:    [m1]
    Path:        /
    User:        admin
    SecretFile:
    SecretRef:   nil
    ReadOnly:    false
`,
    ],
    [
      { glusterfs: { endpoints: 'e', path: 'p' } },
      `    Type:                Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)
    EndpointsName:       e
    EndpointsNamespace:  <unset>
    Path:                p
    ReadOnly:            false
`,
    ],
  ])('%j', (source, text) => {
    expect(described(volume(source), 'pv pv')).toContain(`Source:\n${text}`);
  });

  it('of a pod says less than that of a PersistentVolume', () => {
    const volumes = [
      { name: 'a', cinder: { volumeID: 'v', secretRef: { name: 's' } } },
      { name: 'b', emptyDir: { sizeLimit: '0' } },
      { name: 'c', csi: { driver: 'd', volumeAttributes: { k: 'v' } } },
      { name: 'd', image: { reference: 'r:1', pullPolicy: 'Always' } },
    ];
    expect(described(pod({ volumes }), 'pod p')).toContain(`Volumes:
  a:
    Type:       Cinder (a Persistent Disk resource in OpenStack)
    VolumeID:   v
    FSType:
    ReadOnly:   false
    SecretRef:  &LocalObjectReference{Name:s,}
  b:
    Type:       EmptyDir (a temporary directory that shares a pod's lifetime)
    Medium:
    SizeLimit:  <unset>
  c:
    Type:              CSI (a Container Storage Interface (CSI) volume source)
    Driver:            d
    FSType:
    ReadOnly:          false
    VolumeAttributes:      k=v
  d:
    Type:        Image (a container image or OCI artifact)
    Reference:   r:1
    PullPolicy:  Always
`);
  });
});

describe('other kinds', () => {
  it('CronJob', () => {
    const cronJob = {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'daily' },
      spec: {
        schedule: '0 1 * * *',
        concurrencyPolicy: 'Allow',
        suspend: false,
        successfulJobsHistoryLimit: 3,
        jobTemplate: { spec: { template: { spec: { containers: [{ name: 'c', image: 'i' }] } } } },
      },
    };
    const text = described(cronJob, 'cronjob daily');
    expect(
      text.startsWith(`Name:                          daily
Namespace:                     default
Labels:                        <none>
Annotations:                   <none>
Schedule:                      0 1 * * *
Concurrency Policy:            Allow
Suspend:                       False
Time Zone:                     <unset>
Successful Job History Limit:  3
Failed Job History Limit:      <unset>
Starting Deadline Seconds:     <unset>
Selector:                      <unset>
Parallelism:                   <unset>
Completions:                   <unset>
Pod Template:
`),
    ).toBe(true);
    expect(text).toMatch(/Last Schedule Time: +<unset>\nActive Jobs: +<none>\nEvents: +<none>\n$/);
  });

  it('EndpointSlice', () => {
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
      endpoints: [
        { addresses: ['10.0.0.1'], conditions: { ready: true }, nodeName: 'n', targetRef: { kind: 'Pod', name: 'p' } },
      ],
    };
    expect(described(slice, 'endpointslice web-1')).toContain(`AddressType:  IPv4
Ports:
  Name  Port  Protocol
  ----  ----  --------
  http  80    TCP
Endpoints:
  - Addresses:  10.0.0.1
    Conditions:
      Ready:    true
    Hostname:   <unset>
    TargetRef:  Pod/p
    NodeName:   n
    Zone:       <unset>
Events:         <none>
`);
  });

  it('a quota counts what is used as its limit is written', () => {
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'q' },
      spec: {},
      status: { hard: { 'requests.storage': '5G', pods: '4' }, used: { 'requests.storage': '2Gi', pods: '1' } },
    };
    expect(described(quota, 'quota q')).toContain('requests.storage  2147483648  5G\n');
  });
});
