import { describe, expect, it } from 'vitest';
import { Session } from '../../session.ts';

/** Creates a pod and returns its refusal without what all refusals start with. */
function refusal(spec: object, metadata: object = {}): string | undefined {
  const session = new Session({ spec: { controllers: ['serviceaccount-controller'] }, freeze: true });
  session.operate({ create: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ...metadata }, spec } });
  return session.errors[0]?.message.replace('Pod "p" is invalid: ', '');
}

const main = { name: 'main', image: 'app:1' };
const withVolume = (source: object, rest: object = {}) => ({
  containers: [main],
  volumes: [{ name: 'v', ...source }],
  ...rest,
});
const withContainer = (container: object, rest: object = {}) => ({ containers: [{ ...main, ...container }], ...rest });

describe('volumes of a pod', () => {
  it.each<readonly [source: object, refusal: string]>([
    [
      { downwardAPI: { items: [{ path: 'a' }] } },
      'spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required',
    ],
    [
      { downwardAPI: { items: [{ path: '/a', fieldRef: { fieldPath: 'spec.nodeName' } }] } },
      '[spec.volumes[0].downwardAPI.path: Invalid value: "/a": must be a relative path, spec.volumes[0].downwardAPI.fieldRef.fieldPath: Unsupported value: "spec.nodeName": supported values: "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"]',
    ],
    [
      { downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'spec.foo' } }] } },
      'spec.volumes[0].downwardAPI.fieldRef.fieldPath: Invalid value: "spec.foo": error converting fieldPath: field label not supported: spec.foo',
    ],
    [
      { downwardAPI: { items: [{ path: 'a', resourceFieldRef: { resource: 'limits.cpu', divisor: '1Mi' } }] } },
      '[spec.volumes[0].downwardAPI.resourceFieldRef.containerName: Required value, spec.volumes[0].downwardAPI.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor\'s values 1m and 1 are supported with the cpu resource]',
    ],
    [
      { projected: { sources: [{ secret: { name: 's' }, configMap: { name: 'c' } }] } },
      'spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source',
    ],
    [
      {
        projected: {
          sources: [
            { secret: { name: 's', items: [{ key: 'k', path: 'a' }] } },
            { configMap: { name: 'c', items: [{ key: 'k', path: 'a' }] } },
          ],
        },
      },
      'spec.volumes[0].projected: Invalid value: "c": conflicting duplicate paths',
    ],
    [
      { projected: { sources: [{ serviceAccountToken: { path: '../x', expirationSeconds: 60 } }] } },
      '[spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes, spec.volumes[0].projected.path: Invalid value: "../x": must not contain \'..\']',
    ],
    [
      { configMap: { name: 'c', items: [{ key: 'k', path: '..x' }] } },
      'spec.volumes[0].configMap.items[0].path: Invalid value: "..x": must not start with \'..\'',
    ],
    [
      { gitRepo: { repository: 'r', directory: '/d' } },
      'spec.volumes[0].gitRepo.directory: Invalid value: "/d": must be a relative path',
    ],
    [{ cinder: { volumeID: 'i', secretRef: {} } }, 'spec.volumes[0].cinder.secretRef.name: Required value'],
    [
      { iscsi: { targetPortal: 't', iqn: 'x', lun: 256 } },
      '[spec.volumes[0].iscsi.iqn: Invalid value: "x": must be valid format starting with iqn, eui, or naa, spec.volumes[0].iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive]',
    ],
    [
      { csi: { driver: 'd', nodePublishSecretRef: { name: 'A' } } },
      `spec.volumes[0].csi.name: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
    ],
    [
      { emptyDir: {}, cephfs: { monitors: ['m'] } },
      'spec.volumes[0].cephFS: Forbidden: may not specify more than 1 volume type',
    ],
    [
      { emptyDir: {}, downwardAPI: {} },
      'spec.volumes[0].downwarAPI: Forbidden: may not specify more than 1 volume type',
    ],
    [
      { image: { pullPolicy: 'Soon' } },
      '[spec.volumes[0].image.reference: Required value, spec.volumes[0].image.pullPolicy: Unsupported value: "Soon": supported values: "Always", "IfNotPresent", "Never"]',
    ],
    [
      {
        ephemeral: {
          volumeClaimTemplate: {
            metadata: { name: 'x', finalizers: ['a/b'] },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        },
      },
      '[spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set, spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.finalizers: Forbidden: cannot be set]',
    ],
  ])('%j', (source, text) => {
    expect(refusal(withVolume(source))).toBe(text);
  });

  it('mount read-only through and through only where they are read-only', () => {
    const mounts = (mount: object) =>
      withVolume({ emptyDir: {} }, withContainer({ volumeMounts: [{ name: 'v', mountPath: '/v', ...mount }] }));
    expect(refusal(mounts({ recursiveReadOnly: 'Enabled' }))).toBe(
      'spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true',
    );
    expect(refusal(mounts({ recursiveReadOnly: 'Yes' }))).toBe(
      'spec.containers[0].volumeMounts.recursiveReadOnly: Unsupported value: "Yes": supported values: "Disabled", "Enabled", "IfPossible"',
    );
    expect(refusal(mounts({ recursiveReadOnly: 'Enabled', readOnly: true, mountPropagation: 'HostToContainer' }))).toBe(
      'spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not specified',
    );
  });
});

describe('containers of a pod', () => {
  it.each<readonly [container: object, refusal: string]>([
    [
      { image: ' app' },
      'spec.containers[0].image: Invalid value: " app": must not have leading or trailing whitespace',
    ],
    [
      { terminationMessagePolicy: 'x' },
      'spec.containers[0].terminationMessagePolicy: Unsupported value: "x": supported values: "File", "FallbackToLogsOnError"',
    ],
    [
      { env: [{ name: 'a=b' }] },
      'spec.containers[0].env[0].name: Invalid value: "a=b": a valid environment variable name must consist only of printable ASCII characters other than \'=\'',
    ],
    [
      { env: [{ name: 'a', valueFrom: {} }] },
      'spec.containers[0].env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
    ],
    [
      { env: [{ name: 'a', value: 'v', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] },
      'spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
    ],
    [
      { envFrom: [{}] },
      'spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
    ],
    [
      { ports: [{ name: 'Http', containerPort: 80 }] },
      'spec.containers[0].ports[0].name: Invalid value: "Http": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
    ],
    [
      {
        ports: [
          { containerPort: 80, hostPort: 8 },
          { containerPort: 81, hostPort: 8 },
        ],
      },
      'spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//8"',
    ],
    [
      { resources: { requests: { 'a.com/gpu': '1' } } },
      'spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources',
    ],
    [
      { resources: { limits: { 'a.com/gpu': '1.5' } } },
      '[spec.containers[0].resources.limits[a.com/gpu]: Invalid value: "1500m": must be an integer, spec.containers[0].resources.requests[a.com/gpu]: Invalid value: "1500m": must be an integer]',
    ],
    [
      { resources: { requests: { disk: '1' } } },
      '[spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource type or fully qualified, spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource for containers]',
    ],
    [
      { resources: { limits: { 'hugepages-2Mi': '3Mi', cpu: '1' } } },
      '[spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi, spec.containers[0].resources.requests[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi]',
    ],
    [{ livenessProbe: {} }, 'spec.containers[0].livenessProbe: Required value: must specify a handler type'],
    [
      { livenessProbe: { exec: { command: ['x'] }, successThreshold: 2 } },
      'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
    ],
    [
      { lifecycle: { preStop: { sleep: { seconds: 60 } } } },
      'spec.containers[0].lifecycle.preStop.sleep: Invalid value: 60: must be non-negative and less than terminationGracePeriodSeconds (30)',
    ],
    [
      { securityContext: { runAsUser: -1 } },
      'spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive',
    ],
    [
      { securityContext: { seccompProfile: { type: 'Localhost' } } },
      'spec.containers[0].securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost',
    ],
    [
      { securityContext: { privileged: true, allowPrivilegeEscalation: false } },
      'spec.containers[0].securityContext: Invalid value: {"Capabilities":null,"Privileged":true,"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
    ],
    [
      { restartPolicy: 'Sometimes' },
      'spec.containers[0].restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"',
    ],
  ])('%j', (container, text) => {
    expect(refusal(withContainer(container))).toBe(text);
  });

  it('that only run at the start have no probes', () => {
    const init = { name: 'init', image: 'app:1', readinessProbe: { exec: { command: ['x'] } } };
    expect(refusal({ containers: [main], initContainers: [init] })).toBe(
      'spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
    );
    expect(refusal({ containers: [main], initContainers: [{ ...init, restartPolicy: 'Always' }] })).toBeUndefined();
  });
});

describe('the spec of a pod', () => {
  it.each<readonly [spec: object, refusal: string]>([
    [
      { dnsPolicy: 'x' },
      'spec.dnsPolicy: Unsupported value: "x": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"',
    ],
    [{ dnsPolicy: 'None' }, 'spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None'],
    [
      { restartPolicy: 'x' },
      'spec.restartPolicy: Unsupported value: "x": supported values: "Always", "OnFailure", "Never"',
    ],
    [
      { activeDeadlineSeconds: 0 },
      'spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive',
    ],
    [
      { tolerations: [{ key: 'a', effect: 'Never' }] },
      'spec.tolerations[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ],
    [
      { tolerations: [{ key: 'a', operator: 'Gt', value: '1' }] },
      'spec.tolerations[0].operator: Unsupported value: "Gt": supported values: "Equal", "Exists", "Lt", "Gt"',
    ],
    [
      { hostAliases: [{ ip: '1.2.3' }] },
      'spec.hostAliases[0].ip: Invalid value: "1.2.3": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
    [
      { hostAliases: [{ ip: '1.2.3.04' }] },
      'spec.hostAliases[0].ip: Invalid value: "1.2.3.04": must not have leading 0s',
    ],
    [
      { hostAliases: [{ ip: '::ffff:1.2.3.4' }] },
      'spec.hostAliases[0].ip: Invalid value: "::ffff:1.2.3.4": must not be an IPv4-mapped IPv6 address',
    ],
    [
      { securityContext: { fsGroup: -1 } },
      'spec.securityContext.fsGroup: Invalid value: -1: must be between 0 and 2147483647, inclusive',
    ],
    [
      { securityContext: { fsGroupChangePolicy: 'x' } },
      'spec.securityContext.fsGroupChangePolicy: Unsupported value: "x": supported values: "Always", "OnRootMismatch"',
    ],
    [
      { securityContext: { seLinuxChangePolicy: 'x' } },
      'spec.securityContext.seLinuxChangePolicy: Unsupported value: "x": supported values: "MountOption", "Recursive"',
    ],
    [
      { topologySpreadConstraints: [{ topologyKey: '', whenUnsatisfiable: 'x' }] },
      '[spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero, spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty, spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "x": supported values: "DoNotSchedule", "ScheduleAnyway"]',
    ],
    [
      {
        affinity: {
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, podAffinityTerm: { topologyKey: 'zone' } }],
          },
        },
      },
      'spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: must be in the range 1-100',
    ],
    [{ schedulingGates: [{ name: 'a' }, { name: 'a' }] }, 'spec.schedulingGates[1]: Duplicate value: "a"'],
    [{ hostUsers: false, hostPID: true }, 'spec.HostPID: Forbidden: when `hostUsers` is false'],
    [
      { resources: { requests: { cpu: '1' } }, containers: [{ ...main, resources: { requests: { cpu: '2' } } }] },
      'spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 2',
    ],
    [{ os: { name: 'dos' } }, 'spec.os: Unsupported value: "dos": supported values: "linux", "windows"'],
  ])('%j', (spec, text) => {
    expect(refusal({ containers: [main], ...spec })).toBe(text);
  });

  it('may not be changed, and the refusal shows it as the API server sees it', () => {
    const session = new Session({ spec: { controllers: ['serviceaccount-controller'] }, freeze: true });
    const pod = (spec: object) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { automountServiceAccountToken: false, ...spec },
    });
    session.operate({ create: pod(withVolume({ emptyDir: {} })) });
    session.operate({
      patch: {
        kind: 'Pod',
        namespace: 'default',
        name: 'p',
        type: 'merge',
        patch: { spec: { volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }] } },
      },
    });
    expect(session.errors[0]?.message.split('\n').slice(1).join('\n')).toBe(
      `@@ -4,7 +4,7 @@
    "Name": "v",
    "HostPath": null,
    "EmptyDir": {
-    "Medium": "",
+    "Medium": "Memory",
     "SizeLimit": null
    },
    "GCEPersistentDisk": null,
`,
    );
  });
});
