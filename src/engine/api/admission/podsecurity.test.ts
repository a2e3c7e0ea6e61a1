import { describe, expect, it } from 'vitest';
import { Session } from '../../session.ts';

/** What is refused of a pod with this spec in a namespace of a level. */
function refusal(level: string, spec: object): string | undefined {
  const session = new Session({ spec: { controllers: ['serviceaccount-controller'] }, freeze: true });
  const labels = { 'pod-security.kubernetes.io/enforce': level };
  session.operate({ create: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team', labels } } });
  const metadata = { name: 'p', namespace: 'team' };
  session.operate({ create: { apiVersion: 'v1', kind: 'Pod', metadata, spec } });
  return session.errors[0]?.message;
}

const containers = [{ name: 'main', image: 'app:1' }];
const volumes = [{ name: 'data', hostPath: { path: '/data' } }];

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
    const securityContext = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
    const own = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
    expect(
      refusal('restricted', { securityContext, containers: [{ ...containers[0], securityContext: own }] }),
    ).toBeUndefined();
  });
});
