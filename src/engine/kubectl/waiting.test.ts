import { describe, expect, it } from 'vitest';
import { Session } from '../session.ts';

const CLUSTER = { nodes: [{ name: 'node-1' }, { name: 'node-2' }] };

const MANIFESTS = `apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec:
  storageClassName: manual
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  hostPath: {path: /mnt/disk}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  storageClassName: manual
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: c, image: nginx, volumeMounts: [{name: d, mountPath: /d}]}]
  volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]
`;

const apply = (text: string): string => `kubectl apply -f - <<'EOF'\n${text}EOF`;

const running = (): Session => {
  const session = new Session({ spec: CLUSTER });
  session.command(apply(MANIFESTS));
  expect(session.command('kubectl wait --for=condition=Ready pod/web').out).toBe('pod/web condition met\n');
  return session;
};

describe('a command that waits', () => {
  it('lets time pass until the pod it deletes has gone', () => {
    const session = running();
    const before = session.now;
    expect(session.command('kubectl delete pod web').out).toBe('pod "web" deleted from default namespace\n');
    expect(session.now).toBeGreaterThan(before);
    expect(session.command('kubectl get pods').err).toBe('No resources found in default namespace.\n');
  });

  it('gives up when its time is over, and not before', () => {
    const session = running();
    const before = session.now;
    expect(session.command('kubectl delete pvc data --timeout=7s')).toEqual({
      out: 'persistentvolumeclaim "data" deleted from default namespace\n',
      err: 'error: timed out waiting for the condition on persistentvolumeclaims/data\n',
      exit: 1,
      waited: true,
    });
    expect(session.now).toBe(before + 7000);
  });

  it('ends without a limit of its own when nothing is left to happen', () => {
    const session = running();
    const { out, exit } = session.command('kubectl delete pvc data');
    expect([out, exit]).toEqual(['persistentvolumeclaim "data" deleted from default namespace\n', 130]);
    expect(session.now).toBeLessThan(120_000);
  });

  it('prints a row for each change that it watches', () => {
    const session = new Session({ spec: CLUSTER });
    session.command(apply(MANIFESTS));
    const { out, exit } = session.command('kubectl get pod web -w');
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toBe('NAME   READY   STATUS    RESTARTS   AGE');
    expect(lines[1]).toMatch(/^web +0\/1 +Pending +0 +0s$/);
    expect(lines.at(-1)).toMatch(/^web +1\/1 +Running +0 +\d+s$/);
    expect(exit).toBe(130);
  });

  it('goes on with the next command of its line', () => {
    const session = running();
    const { out } = session.command(
      'kubectl delete pvc data --wait=false; kubectl delete pod web && kubectl get pvc -o name',
    );
    expect(out).toBe(
      'persistentvolumeclaim "data" deleted from default namespace\npod "web" deleted from default namespace\npersistentvolumeclaim/data\n',
    );
  });

  it('makes the same run again from its requests', () => {
    const line =
      'kubectl delete pod web; kubectl delete pvc data; kubectl wait --for=jsonpath={.status.phase}=Released pv/disk';
    const [first, second] = [running(), running()];
    for (const session of [first, second]) session.operate({ run: line });
    expect(first.outputs[0]).toMatchObject({ exit: 0 });
    expect(second.cluster.sim.log.steps).toBe(first.cluster.sim.log.steps);
    expect(second.now).toBe(first.now);
  });
});

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: nginx}]}
`;

describe('kubectl drain', () => {
  it('refuses pods that nobody would replace', () => {
    const session = running();
    const name = session.command('kubectl get pod web -o jsonpath={.spec.nodeName}').out;
    const reason = 'cannot delete Pods that declare no controller (use --force to override): default/web';
    expect(session.command(`kubectl drain ${name}`)).toEqual({
      out: `node/${name} cordoned\n`,
      err: [
        `error: unable to drain node "${name}" due to error: ${reason}, continuing command...`,
        'There are pending nodes to be drained:',
        ` ${name}`,
        `${reason}\n`,
      ].join('\n'),
      exit: 1,
    });
  });

  it('evicts the others and waits until they have gone', () => {
    const session = new Session({ spec: CLUSTER });
    session.command(apply(DEPLOYMENT));
    session.command('kubectl rollout status deploy/web');
    const pod = session.command('kubectl get pods -o jsonpath={.items[0].metadata.name}').out;
    const node = session.command('kubectl get pods -o jsonpath={.items[0].spec.nodeName}').out;
    const lines = [
      `node/${node} cordoned`,
      `evicting pod default/${pod}`,
      `pod/${pod} evicted`,
      `node/${node} drained`,
      '',
    ];
    expect(session.command(`kubectl drain ${node}`)).toEqual({
      out: lines.join('\n'),
      err: '',
      exit: 0,
      waited: true,
    });
    expect(session.command('kubectl get pods -o name').out).not.toContain(pod);
  });
});
