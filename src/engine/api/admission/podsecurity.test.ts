import { describe, expect, it } from 'vitest';
import { Session } from '../../session.ts';

const PREFIX = 'pod-security.kubernetes.io/';

/** What the namespace says, without the prefix of its labels. */
type Modes = Readonly<Record<string, string>>;

const labelled = (modes: Modes): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(modes).map(([mode, value]) => [PREFIX + mode, value]));

function sessionIn(modes: Modes): Session {
  const session = new Session({ spec: { controllers: ['serviceaccount-controller'] }, freeze: true });
  const metadata = { name: 'team', labels: labelled(modes) };
  session.operate({ create: { apiVersion: 'v1', kind: 'Namespace', metadata } });
  return session;
}

function pod(spec: object, { name = 'p', annotations = {} }: { name?: string; annotations?: object } = {}): object {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'team', annotations }, spec };
}

/** What is refused of a pod with this spec in a namespace of a level. */
function refusal(level: string, spec: object, version?: string, annotations: object = {}): string | undefined {
  const session = sessionIn({ enforce: level, ...(version && { 'enforce-version': version }) });
  session.operate({ create: pod(spec, { annotations }) });
  return session.errors[0]?.message;
}

/** The violations that are named in a refusal. */
function violated(level: string, spec: object, version?: string, annotations?: object): string | undefined {
  const text = refusal(level, spec, version, annotations);
  const head = `pods "p" is forbidden: violates PodSecurity "${level}:${version ?? 'latest'}": `;
  if (text !== undefined) expect(text.slice(0, head.length)).toBe(head);
  return text?.slice(head.length);
}

const containers = [{ name: 'main', image: 'app:1' }];
const volumes = [{ name: 'data', hostPath: { path: '/data' } }];
const own = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
/** A pod that `restricted` lets pass. */
const harmless = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [{ ...containers[0], securityContext: own }],
};
const withContext = (...contexts: readonly object[]): object => ({
  containers: contexts.map((securityContext, at) => ({ name: `c${at}`, image: 'app:1', securityContext })),
});

describe('a namespace that enforces a Pod Security level', () => {
  it('refuses hostPath volumes at baseline', () => {
    expect(refusal('baseline', { containers, volumes })).toBe(
      'pods "p" is forbidden: violates PodSecurity "baseline:latest": hostPath volumes (volume "data")',
    );
    expect(refusal('privileged', { containers, volumes })).toBeUndefined();
    expect(refusal('baseline', { containers })).toBeUndefined();
  });

  it('names everything that is missing at restricted', () => {
    expect(refusal('restricted', { containers, volumes })).toBe(
      'pods "p" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "main" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "main" must set securityContext.capabilities.drop=["ALL"]), restricted volume types (volume "data" uses restricted volume type "hostPath"), runAsNonRoot != true (pod or container "main" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "main" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    );
  });

  it('takes a pod that keeps the rules, with its token volume', () => {
    expect(refusal('restricted', harmless)).toBeUndefined();
  });

  it('names the checks of baseline in the order of their IDs', () => {
    const spec = {
      hostNetwork: true,
      hostPID: true,
      volumes,
      securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] },
      containers: [
        {
          name: 'main',
          image: 'app:1',
          ports: [{ containerPort: 80, hostPort: 80 }],
          livenessProbe: { httpGet: { port: 80, host: 'example.org' } },
          securityContext: { privileged: true, capabilities: { add: ['SYS_ADMIN', 'CHOWN', 'NET_ADMIN'] } },
        },
      ],
    };
    expect(violated('baseline', spec)).toBe(
      [
        'non-default capabilities (container "main" must not include "NET_ADMIN", "SYS_ADMIN" in securityContext.capabilities.add)',
        'host namespaces (hostNetwork=true, hostPID=true)',
        'hostPath volumes (volume "data")',
        'hostPort (container "main" uses hostPort 80)',
        'probe or lifecycle host (container "main" uses probe or lifecycle host "example.org")',
        'privileged (container "main" must not set securityContext.privileged=true)',
        'forbidden sysctls (kernel.msgmax)',
      ].join(', '),
    );
  });

  it('names pod and containers that set a profile', () => {
    const spec = {
      ...withContext({ appArmorProfile: { type: 'Unconfined' }, seccompProfile: { type: 'Unconfined' } }),
      securityContext: { seccompProfile: { type: 'Unconfined' } },
    };
    expect(violated('baseline', spec)).toBe(
      'forbidden AppArmor profile (container "c0" must not set AppArmor profile type to "Unconfined"), seccompProfile (pod and container "c0" must not set securityContext.seccompProfile.type to "Unconfined")',
    );
  });

  it('names what of the SELinux options is not allowed', () => {
    const spec = withContext(
      { seLinuxOptions: { type: 'spc_t', user: 'root' } },
      { seLinuxOptions: { role: 'admin' } },
      { seLinuxOptions: { type: 'container_engine_t' } },
    );
    expect(violated('baseline', spec)).toBe(
      'seLinuxOptions (containers "c0", "c1" set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set; role may not be set)',
    );
    expect(violated('baseline', spec, 'v1.30')).toBe(
      'seLinuxOptions (containers "c0", "c1", "c2" set forbidden securityContext.seLinuxOptions: types "container_engine_t", "spc_t"; user may not be set; role may not be set)',
    );
  });

  it('takes the checks of the version that is asked for', () => {
    const probing = { containers: [{ ...containers[0], livenessProbe: { tcpSocket: { port: 1, host: 'h' } } }] };
    expect(violated('baseline', probing, 'v1.33')).toBeUndefined();
    expect(violated('baseline', probing, 'v1.34')).toBe(
      'probe or lifecycle host (container "main" uses probe or lifecycle host "h")',
    );
    const sysctl = { containers, securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '1' }] } };
    expect(violated('baseline', sysctl, 'v1.31')).toBe('forbidden sysctls (net.ipv4.tcp_rmem)');
    expect(violated('baseline', sysctl, 'v1.99')).toBeUndefined();
    expect(violated('restricted', { ...harmless, securityContext: { runAsNonRoot: true } }, 'v1.18')).toBeUndefined();
  });

  it('looks at annotations for the profiles of old versions', () => {
    const seccomp = { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' };
    expect(violated('baseline', { containers }, 'v1.18', seccomp)).toBe(
      'seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")',
    );
    expect(violated('baseline', { containers }, 'v1.19', seccomp)).toBeUndefined();
  });

  it('forbids root at restricted, unless the pod has its own user namespace', () => {
    const root = {
      ...harmless,
      containers: [{ ...containers[0], securityContext: { ...own, runAsUser: 0, runAsNonRoot: false } }],
    };
    expect(violated('restricted', root)).toBe(
      'runAsNonRoot != true (container "main" must not set securityContext.runAsNonRoot=false), runAsUser=0 (container "main" must not set runAsUser=0)',
    );
    expect(violated('restricted', { ...root, hostUsers: false })).toBeUndefined();
    expect(violated('restricted', { ...root, hostUsers: false }, 'v1.34')).toContain('runAsUser=0');
  });

  it('lets an unmasked /proc pass at baseline in a user namespace, and never at restricted', () => {
    const unmasked = {
      ...harmless,
      hostUsers: false,
      containers: [{ ...containers[0], securityContext: { ...own, procMount: 'Unmasked' } }],
    };
    expect(violated('baseline', unmasked)).toBeUndefined();
    expect(violated('restricted', unmasked)).toBe(
      'procMount (container "main" must not set securityContext.procMount to "Unmasked")',
    );
  });

  it('asks nothing of pods for Windows that Linux alone has', () => {
    const spec = { os: { name: 'windows' }, securityContext: { runAsNonRoot: true }, containers };
    expect(violated('restricted', spec)).toBeUndefined();
    expect(violated('restricted', spec, 'v1.24')).toContain('allowPrivilegeEscalation != false');
  });

  it('looks at a changed pod again only for its images', () => {
    const session = sessionIn({});
    session.operate({ create: pod({ containers, volumes }) });
    session.operate({ run: `kubectl label namespace team ${PREFIX}enforce=baseline` });
    const target = { kind: 'Pod', namespace: 'team', name: 'p' };
    session.operate({ patch: { ...target, patch: { metadata: { labels: { a: 'b' } } } } });
    expect(session.errors).toEqual([]);
    const patch = { spec: { containers: [{ name: 'main', image: 'app:2' }] } };
    session.operate({ patch: { ...target, type: 'strategic', patch } });
    expect(session.errors[0]?.message).toBe(
      'pods "p" is forbidden: violates PodSecurity "baseline:latest": hostPath volumes (volume "data")',
    );
  });
});

const texts = ({ warnings }: Session): readonly string[] => warnings.map(({ message }) => message);

describe('a namespace that warns of a Pod Security level', () => {
  const text = 'would violate PodSecurity "baseline:latest": hostPath volumes (volume "data")';

  it('takes the pod and says what would be wrong', () => {
    const session = sessionIn({ warn: 'baseline' });
    session.operate({ create: pod({ containers, volumes }) });
    expect(session.errors).toEqual([]);
    expect(texts(session)).toEqual([text]);
  });

  it('warns of templates, which are not refused', () => {
    const session = sessionIn({ enforce: 'baseline' });
    const template = { metadata: { labels: { app: 'a' } }, spec: { containers, volumes } };
    const spec = { selector: { matchLabels: { app: 'a' } }, template };
    const metadata = { name: 'web', namespace: 'team' };
    session.operate({ create: { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec } });
    expect(session.errors).toEqual([]);
    expect(texts(session)).toEqual([text]);
  });

  it('does not warn of what it refuses', () => {
    const session = sessionIn({ enforce: 'baseline', warn: 'restricted' });
    session.operate({ create: pod({ containers, volumes }) });
    expect(session.errors).toHaveLength(1);
    expect(texts(session)).toEqual([]);
  });

  it('warns of the version that is asked for, of the enforced one otherwise', () => {
    for (const [modes, version] of [
      [{ enforce: 'baseline', 'enforce-version': 'v1.20', warn: 'restricted', 'warn-version': 'v1.0' }, 'v1.0'],
      [{ warn: 'restricted', 'enforce-version': 'v1.20' }, 'latest'],
    ] as const) {
      const session = sessionIn(modes);
      session.operate({ create: pod({ containers }) });
      expect(texts(session)[0]).toContain(`would violate PodSecurity "restricted:${version}": `);
    }
  });
});

describe('the Pod Security labels of a namespace', () => {
  it('are refused where they cannot be read', () => {
    const session = sessionIn({ enforce: 'strict', 'warn-version': '1.30' });
    expect(session.errors[0]?.message).toBe(
      'Namespace "team" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted, metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: "1.30": must be "latest" or "v1.x"]',
    );
  });

  it('warn of pods that are there and break a level that is enforced from now on', () => {
    const session = sessionIn({});
    for (const name of ['b', 'a', 'c']) session.operate({ create: pod({ containers, volumes }, { name }) });
    session.operate({ create: pod({ containers, hostPID: true, volumes }, { name: 'd' }) });
    session.operate({ create: pod({ containers }, { name: 'e' }) });
    session.operate({ run: `kubectl label namespace team ${PREFIX}enforce=baseline` });
    expect(session.outputs.at(-1)).toMatchObject({
      exit: 0,
      err: [
        'Warning: existing pods in namespace "team" violate the new PodSecurity enforce level "baseline:latest"',
        'Warning: a (and 2 other pods): hostPath volumes',
        'Warning: d: host namespaces, hostPath volumes',
        '',
      ].join('\n'),
    });
    session.operate({ run: `kubectl label --overwrite namespace team ${PREFIX}enforce=privileged` });
    expect(session.outputs.at(-1)?.err).toBe('');
  });
});
