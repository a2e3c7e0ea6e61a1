import { describe, expect, it } from 'vitest';
import { Session } from '../../session.ts';

/** What is refused of one object after another, without what all refusals start with. */
function refusals(...objects: readonly object[]): readonly string[] {
  const session = new Session({ spec: { controllers: [] }, freeze: true });
  for (const object of objects) session.operate({ apply: object });
  return session.errors.map(({ message }) => message.replace(/^[^"]*"[^"]*" is invalid: /, ''));
}

/** What is said of an object that is taken. */
function warnings(object: object): readonly string[] {
  const session = new Session({ spec: { controllers: [] }, freeze: true });
  session.operate({ create: object });
  expect(session.errors).toEqual([]);
  return session.warnings.map(({ message }) => message);
}

const storage = (kind: string, rest: object) => ({
  apiVersion: 'storage.k8s.io/v1',
  kind,
  metadata: { name: 'x' },
  ...rest,
});
const core = (kind: string, rest: object) => ({ apiVersion: 'v1', kind, metadata: { name: 'x' }, ...rest });
const apps = (kind: string, spec: object) => ({ apiVersion: 'apps/v1', kind, metadata: { name: 'x' }, spec });
const template = { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'c', image: 'app:1' }] } };
const selector = { matchLabels: { app: 'x' } };

describe('a StorageClass', () => {
  const provisioner = 'a.example.com';

  it('takes any values of topologies, but no term without expressions', () => {
    const term = { matchLabelExpressions: [{ key: 'zone', values: ['not a label!'] }] };
    expect(refusals(storage('StorageClass', { provisioner, allowedTopologies: [term] }))).toEqual([]);
    expect(refusals(storage('StorageClass', { provisioner, allowedTopologies: [{}] }))).toEqual([
      'allowedTopologies[0].matchLabelExpressions: Duplicate value: ""',
    ]);
  });

  it('is taken with a warning where it names labels by their old names', () => {
    const term = { matchLabelExpressions: [{ key: 'failure-domain.beta.kubernetes.io/zone', values: ['a'] }] };
    expect(warnings(storage('StorageClass', { provisioner, allowedTopologies: [term] }))).toEqual([
      'allowedTopologies[0].matchLabelExpressions[0].key: deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    ]);
  });
});

describe('a VolumeAttachment', () => {
  it('may bring a volume of its own, of a CSI driver and with nothing that binds', () => {
    const inlineVolumeSpec = {
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '1Gi' },
      nfs: { server: 's', path: '/p' },
      storageClassName: 'a',
    };
    expect(
      refusals(storage('VolumeAttachment', { spec: { attacher: 'a', nodeName: 'n', source: { inlineVolumeSpec } } })),
    ).toEqual([
      '[spec.source.inlineVolumeSpec.capacity: Forbidden: may not be specified in the context of inline volumes, spec.source.inlineVolumeSpec.csi: Required value: has to be specified in the context of inline volumes, spec.source.inlineVolumeSpec.storageClassName: Forbidden: may not be specified in the context of inline volumes]',
    ]);
  });
});

describe('a CSIDriver', () => {
  it('is warned about tokens in volume attributes', () => {
    expect(warnings(storage('CSIDriver', { spec: { tokenRequests: [{ audience: 'a' }] } }))).toEqual([
      'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes',
    ]);
  });
});

describe('a PersistentVolume', () => {
  const volume = (spec: object) =>
    core('PersistentVolume', { spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], ...spec } });

  it('has no negative size', () => {
    expect(refusals(volume({ capacity: { storage: '-1' }, hostPath: { path: '/p' } }))).toEqual([
      '[spec.capacity[storage]: Invalid value: -1: must be a valid resource quantity, spec.capacity[storage]: Invalid value: "-1": must be greater than zero]',
    ]);
  });

  it.each<readonly [source: object, refusal: string]>([
    [
      { storageos: { volumeName: 'v', secretRef: { name: 's' } } },
      'spec.storageos.secretRef.namespace: Required value',
    ],
    [
      { flocker: { datasetName: 'a/b', datasetUUID: 'u' } },
      '[spec.flocker: Invalid value: "resource": datasetName and datasetUUID can not be specified simultaneously, spec.flocker.datasetName: Invalid value: "a/b": must not contain \'/\']',
    ],
    [
      { hostPath: { path: '/p' }, cephfs: { monitors: ['m'] } },
      'spec.cephFS: Forbidden: may not specify more than 1 volume type',
    ],
    [{ iscsi: { targetPortal: 't', iqn: 'nope' } }, 'spec.iscsi.iqn: Invalid value: "nope": must be valid format'],
  ])('with source %j', (source, text) => {
    expect(refusals(volume(source))).toEqual([text]);
  });
});

describe('a PersistentVolumeClaim', () => {
  const claim = (spec: object) =>
    core('PersistentVolumeClaim', {
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
    });

  it('tells an empty group of its source from none', () => {
    const [dataSource, dataSourceRef] = [
      { kind: 'PersistentVolumeClaim', name: 'a' },
      { apiGroup: '', kind: 'PersistentVolumeClaim', name: 'a' },
    ];
    expect(refusals(claim({ dataSource, dataSourceRef }))).toEqual([
      'spec: Invalid value: "spec.dataSource": must match dataSourceRef',
    ]);
  });

  it('asks for no less than a thousandth of a byte', () => {
    const session = new Session({ spec: { controllers: [] }, freeze: true });
    session.operate({ create: claim({ resources: { requests: { storage: '1.0000000000000000001Gi' } } }) });
    session.operate({ create: claim({ resources: { requests: { storage: '0.0001' } } }) });
    expect(session.errors.map(({ reason }) => reason)).toEqual(['AlreadyExists']);
    const object = session.cluster.sim.store.get('persistentvolumeclaims', 'default/x');
    expect(object).toMatchObject({ spec: { resources: { requests: { storage: '1073741824001m' } } } });
  });
});

describe('a ResourceQuota', () => {
  const quota = (spec: object) => core('ResourceQuota', { spec });

  it.each<readonly [spec: object, refusal: string]>([
    [{ hard: { pods: '1.5' } }, 'spec.hard[pods]: Invalid value: "1500m": must be an integer'],
    [{ scopes: ['Best'] }, 'spec.scopes: Invalid value: ["Best"]: unsupported scope'],
    [
      { hard: { cpu: '1' }, scopes: ['BestEffort'] },
      'spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource',
    ],
    [
      { scopes: ['BestEffort', 'NotBestEffort'] },
      'spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes',
    ],
    [
      { scopeSelector: { matchExpressions: [{ scopeName: 'VolumeAttributesClass', operator: 'In' }] } },
      "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
    ],
    [
      {
        hard: { pods: '1' },
        scopeSelector: { matchExpressions: [{ scopeName: 'VolumeAttributesClass', operator: 'Exists' }] },
      },
      'spec.scopeSelector.matchExpressions: Invalid value: {"MatchExpressions":[{"ScopeName":"VolumeAttributesClass","Operator":"Exists","Values":null}]}: unsupported scope applied to resource',
    ],
  ])('%j', (spec, text) => {
    expect(refusals(quota(spec))).toEqual([text]);
  });

  it('keeps its scopes', () => {
    expect(refusals(quota({ scopes: ['BestEffort'] }), quota({ scopes: ['Terminating'] }))).toEqual([
      'spec.scopes: Invalid value: ["Terminating"]: field is immutable',
    ]);
  });

  it('is warned about requests beyond limits', () => {
    expect(warnings(quota({ hard: { cpu: '2', 'limits.cpu': '1' } }))).toEqual([
      'ResourceQuota cpu (2) should be less than limits.cpu (1)',
    ]);
  });
});

describe('a LimitRange', () => {
  it.each<readonly [item: object, refusal: string]>([
    [
      { type: 'Volume' },
      'spec.limits[0].type: Invalid value: "Volume": must be a standard limit type or fully qualified',
    ],
    [
      { type: 'Pod', default: { cpu: '1' } },
      "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
    ],
    [
      { type: 'Container', max: { storage: '1' } },
      '[spec.limits[0].max[storage]: Invalid value: "storage": must be a standard resource for containers, spec.limits[0].default[storage]: Invalid value: "storage": must be a standard resource for containers, spec.limits[0].defaultRequest[storage]: Invalid value: "storage": must be a standard resource for containers]',
    ],
    [
      {
        type: 'PersistentVolumeClaim',
        min: { storage: '1' },
        max: { storage: '2' },
        maxLimitRequestRatio: { storage: '3' },
      },
      'spec.limits[0].maxLimitRequestRatio[storage]: Invalid value: "3": ratio 3 is greater than max/min = 2.000000',
    ],
  ])('%j', (item, text) => {
    expect(refusals(core('LimitRange', { spec: { limits: [item] } }))).toEqual([text]);
  });
});

describe('a Node', () => {
  it('has each taint once, at paths that start with its metadata', () => {
    const taints = [
      { key: 'a', effect: 'NoSchedule' },
      { key: 'a', effect: 'NoSchedule' },
      { key: 'b', effect: 'No' },
    ];
    expect(refusals(core('Node', { spec: { taints } }))).toEqual([
      '[metadata.taints[1]: Duplicate value: {"Key":"a","Value":"","Effect":"NoSchedule","TimeAdded":null}: taints must be unique by key and effect pair, metadata.taints[2].effect: Unsupported value: "No": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"]',
    ]);
  });

  it('keeps its provider', () => {
    const node = (providerID: string) => core('Node', { spec: { providerID } });
    expect(refusals(node('a'), node('b'))).toEqual([
      'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
    ]);
  });
});

describe('a Secret', () => {
  it.each<readonly [type: string, refusal: string]>([
    ['kubernetes.io/basic-auth', '[data[username]: Required value, data[password]: Required value]'],
    ['kubernetes.io/ssh-auth', 'data[ssh-privatekey]: Required value'],
    ['kubernetes.io/tls', '[data[tls.crt]: Required value, data[tls.key]: Required value]'],
    ['kubernetes.io/service-account-token', 'metadata.annotations[kubernetes.io/service-account.name]: Required value'],
  ])('of type %s', (type, text) => {
    expect(refusals(core('Secret', { type }))).toEqual([text]);
  });
});

describe('a workload', () => {
  it('needs a selector, without which its template matches nothing', () => {
    expect(refusals(apps('Deployment', { template }))).toEqual([
      '[spec.selector: Required value, spec.template.metadata.labels: Invalid value: {"app":"x"}: `selector` does not match template `labels`]',
    ]);
  });

  it.each<readonly [kind: string, spec: object, refusal: string]>([
    [
      'Deployment',
      { strategy: { type: 'Blue' } },
      'spec.strategy: Unsupported value: {"Type":"Blue","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"',
    ],
    [
      'Deployment',
      { strategy: { rollingUpdate: { maxSurge: 'a lot' } } },
      "spec.strategy.rollingUpdate.maxSurge: Invalid value: \"a lot\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
    ],
    [
      'DaemonSet',
      { updateStrategy: { rollingUpdate: { maxSurge: 1 } } },
      'spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero',
    ],
    [
      'StatefulSet',
      { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Keep' } },
      'spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "Keep": supported values: "Retain", "Delete"',
    ],
    [
      'StatefulSet',
      { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: -1 } } },
      'spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0',
    ],
  ])('%s with %j', (kind, spec, text) => {
    expect(refusals(apps(kind, { selector, template, ...spec }))).toEqual([text]);
  });

  it('is warned about what its pods will be warned about', () => {
    const volumes = [{ name: 'v', rbd: { monitors: ['m'], image: 'i' } }];
    const spec = { selector, template: { ...template, spec: { ...template.spec, volumes } } };
    expect(warnings(apps('DaemonSet', spec))).toEqual([
      'spec.template.spec.volumes[0].rbd: deprecated in v1.28, non-functional in v1.31+',
    ]);
  });
});

describe('metadata', () => {
  const config = (metadata: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', ...metadata } });

  it.each<readonly [metadata: object, refusal: string]>([
    [
      { finalizers: ['orphan', 'foregroundDeletion'] },
      'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set',
    ],
    [
      { ownerReferences: [{ apiVersion: 'v1', kind: 'Event', name: 'e', uid: 'u' }] },
      'metadata.ownerReferences: Invalid value: {"apiVersion":"v1","kind":"Event","name":"e","uid":"u"}: /v1, Kind=Event is disallowed from being an owner',
    ],
    [
      { ownerReferences: [{ apiVersion: 'a/b/c', kind: 'K', name: 'e', uid: 'u' }] },
      '[metadata.ownerReferences.apiVersion: Invalid value: "a/b/c": version must not be empty, metadata.ownerReferences.kind: Invalid value: "K": must not be empty]',
    ],
  ])('%j', (metadata, text) => {
    expect(refusals(config(metadata))).toEqual([text]);
  });

  it('is told of before anything else in an update', () => {
    const quota = (labels: object, scopes: readonly string[]) => ({
      ...core('ResourceQuota', { spec: { scopes } }),
      metadata: { name: 'x', labels },
    });
    expect(refusals(quota({}, ['BestEffort']), quota({ a: '!' }, ['Terminating']))[0]).toMatch(
      /^\[metadata\.labels: .*, spec\.scopes: /,
    );
  });
});

describe('a pod', () => {
  const pod = (spec: object) => core('Pod', { spec: { containers: [{ name: 'c', image: 'app:1' }], ...spec } });

  it.each<readonly [spec: object, warning: string]>([
    [
      { volumes: [{ name: 'v', storageos: { volumeName: 'a' } }] },
      'spec.volumes[0].storageOS: deprecated in v1.22, non-functional in v1.25+',
    ],
    [
      { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } },
      'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
    ],
    [
      {
        volumes: [
          {
            name: 'v',
            configMap: {
              name: 'm',
              items: [
                { key: 'a', path: 'd' },
                { key: 'b', path: 'd/e' },
              ],
            },
          },
        ],
      },
      'volume "v" (ConfigMap "m"): overlapping paths: "d/e" with "d"',
    ],
    [
      {
        volumes: [
          {
            name: 'v',
            projected: {
              sources: [
                { secret: { name: 's', items: [{ key: 'a', path: 'p' }] } },
                { serviceAccountToken: { path: 'p/t' } },
              ],
            },
          },
        ],
        serviceAccountName: 'default',
      },
      'volume "v" (Projected): overlapping paths: "p/t" (ServiceAccountToken) with "p" (Secret "s")',
    ],
    [{ imagePullSecrets: [{}] }, 'spec.imagePullSecrets[0].name: invalid empty name ""'],
    [
      { terminationGracePeriodSeconds: -1 },
      'spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1',
    ],
    [
      {
        containers: [
          {
            name: 'c',
            image: 'app:1',
            env: [
              { name: 'A', value: 'x' },
              { name: 'A', value: 'y' },
            ],
          },
        ],
      },
      'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
    ],
    [
      { containers: [{ name: 'c', image: 'app:1', ports: [{ containerPort: 1 }, { containerPort: 1 }] }] },
      'spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]',
    ],
    [
      {
        volumes: [
          {
            name: 'v',
            ephemeral: {
              volumeClaimTemplate: {
                spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1500m' } } },
              },
            },
          },
        ],
      },
      'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer',
    ],
  ])('with %j is taken with a warning', (spec, text) => {
    const session = new Session({ spec: { controllers: ['serviceaccount-controller'] }, freeze: true });
    session.operate({ create: pod(spec) });
    expect(session.errors).toEqual([]);
    expect(session.warnings.map(({ message }) => message)).toEqual([text]);
  });

  it('has its references and hooks completed', () => {
    const session = new Session({ spec: { controllers: ['serviceaccount-controller'] }, freeze: true });
    const env = [
      { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'B', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
    ];
    const lifecycle = { preStop: { httpGet: { port: 80 } } };
    session.operate({
      create: pod({ containers: [{ name: 'c', image: 'registry:5000/app@sha256:0', env, lifecycle }] }),
    });
    const object = session.cluster.sim.store.get('pods', 'default/x') as {
      readonly spec: { readonly containers: readonly object[] };
    };
    expect(object.spec.containers[0]).toMatchObject({
      imagePullPolicy: 'IfNotPresent',
      env: [{ valueFrom: { fieldRef: { apiVersion: 'v1' } } }, { valueFrom: { resourceFieldRef: { divisor: '0' } } }],
      lifecycle: { preStop: { httpGet: { port: 80, path: '/', scheme: 'HTTP' } } },
    });
  });
});
