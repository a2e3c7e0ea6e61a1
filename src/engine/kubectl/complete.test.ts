import { describe, expect, it } from 'vitest';
import { readAt } from '../reading.ts';
import { Session } from '../session.ts';
import { complete } from './complete.ts';

const session = new Session({
  spec: { controllers: [], nodes: [{ name: 'node-1' }, { name: 'node-2' }] },
});
session.command('kubectl create ns shop; kubectl create cm a1; kubectl create cm a2; kubectl create cm b1 -n shop');

/** Candidates for a line with the cursor at its end, put into the line. */
function completed(line: string): readonly string[] {
  const { api, sim } = session.cluster;
  const { start, candidates } = readAt(sim, sim.position, (ctx) => complete(line, line.length, api, ctx));
  return candidates.map((candidate) => line.slice(0, start) + candidate);
}

describe('the completion of a line', () => {
  it('knows commands, also behind a pipe', () => {
    expect(completed('kube')).toEqual(['kubectl ']);
    expect(completed('kubectl dr')).toEqual(['kubectl drain ']);
    expect(completed('kubectl -n shop ann')).toEqual(['kubectl -n shop annotate ']);
    expect(completed('kubectl get pv | gr')).toEqual(['kubectl get pv | grep ']);
  });

  it('knows kinds, several with commas', () => {
    expect(completed('kubectl get persistentvolumec')).toEqual(['kubectl get persistentvolumeclaims ']);
    expect(completed('kubectl get pv,pv')).toEqual(['kubectl get pv,pv ', 'kubectl get pv,pvc ']);
    expect(completed('kubectl rollout status st')).toEqual([
      'kubectl rollout status statefulsets ',
      'kubectl rollout status sts ',
    ]);
  });

  it('knows the names of objects in the namespace that is meant', () => {
    expect(completed('kubectl get cm ')).toEqual(['kubectl get cm a1 ', 'kubectl get cm a2 ']);
    expect(completed('kubectl delete cm a1 a')).toEqual(['kubectl delete cm a1 a2 ']);
    expect(completed('kubectl -n shop describe cm/')).toEqual(['kubectl -n shop describe cm/b1 ']);
    expect(completed('kubectl drain ')).toEqual(['kubectl drain node-1 ', 'kubectl drain node-2 ']);
  });

  it('knows flags and their values', () => {
    expect(completed('kubectl get pods --all')).toEqual(['kubectl get pods --all-namespaces ']);
    expect(completed('kubectl get pods -n sh')).toEqual(['kubectl get pods -n shop ']);
    expect(completed('kubectl get pods --output=y')).toEqual(['kubectl get pods --output=yaml ']);
    expect(completed('kubectl wait --for=cond')).toEqual(['kubectl wait --for=condition=']);
  });

  it('offers nothing inside quotes or where it knows nothing', () => {
    expect(completed("kubectl patch pv x -p '{")).toEqual([]);
    expect(completed('echo ')).toEqual([]);
  });
});
