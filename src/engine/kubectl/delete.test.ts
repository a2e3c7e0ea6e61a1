import { describe, expect, it } from 'vitest';
import { Session } from '../session.ts';

const MAP = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', labels: { tier: 'gold' } } };
const CLASS = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'fast' }, provisioner: 'p' };
const GHOST = { ...MAP, metadata: { name: 'ghost' } };

/** What commands print one after the other, the errors behind the rest. */
function answers(...commands: readonly string[]): string {
  const session = new Session({
    spec: { controllers: [] },
    files: { 'a.yaml': MAP, 'ghost.yaml': GHOST, 'both.yaml': { apiVersion: 'v1', kind: 'List', items: [GHOST, MAP] } },
  });
  session.operate({ create: [MAP, CLASS] });
  return commands
    .map((command) => {
      const { out, err } = session.command(`kubectl ${command}`);
      return out + err;
    })
    .join('');
}

// Source: staging/src/k8s.io/kubectl/pkg/cmd/delete/delete.go Complete, Validate, DeleteResult, PrintObj.
describe('kubectl delete', () => {
  it.each([
    [['delete cm a'], 'configmap "a" deleted from default namespace\n'],
    [['delete -f a.yaml'], 'configmap "a" deleted from default namespace\n'],
    [['delete cm a -o name'], 'configmap/a\n'],
    [['delete sc fast'], 'storageclass.storage.k8s.io "fast" deleted\n'],
    [['delete cm a --now'], 'configmap "a" deleted from default namespace\n'],
    [
      ['delete cm a --dry-run=server', 'get cm a -o name'],
      'configmap "a" deleted from default namespace (server dry run)\nconfigmap/a\n',
    ],
    [['delete cm ghost --dry-run=client'], 'configmap "ghost" deleted from default namespace (dry run)\n'],
    [['delete cm ghost'], 'Error from server (NotFound): configmaps "ghost" not found\n'],
    [['delete cm ghost --ignore-not-found'], ''],
    [
      ['delete -f ghost.yaml'],
      'Error from server (NotFound): error when deleting "ghost.yaml": configmaps "ghost" not found\n',
    ],
    [
      ['delete -f both.yaml'],
      'configmap "a" deleted from default namespace\nError from server (NotFound): error when deleting "both.yaml": configmaps "ghost" not found\n',
    ],
    [['delete cm -l tier=gold'], 'configmap "a" deleted from default namespace\n'],
    [['delete cm -l tier=iron'], 'No resources found\n'],
    [
      ['delete sc fast -n default'],
      'storageclass.storage.k8s.io "fast" deleted\nWarning: deleting cluster-scoped resources, not scoped to the provided namespace\n',
    ],
    [
      ['delete cm a --force'],
      'configmap "a" force deleted from default namespace\nWarning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n',
    ],
  ])('%j', (commands, expected) => {
    expect(answers(...commands)).toBe(expected);
  });

  it.each([
    ['cm', 'error: resource(s) were provided, but no name was specified\n'],
    ['cm a -l tier=gold', 'error: name cannot be provided when a selector is specified\n'],
    ['cm --all -l tier=gold', 'error: cannot set --all and --selector at the same time\n'],
    ['cm a -o yaml', "error: unexpected -o output mode: yaml. We only support '-o name'\n"],
    ['cm a --now --grace-period=3', 'error: --now and --grace-period cannot be specified together\n'],
    [
      'cm a --force --grace-period=3',
      'error: --force and --grace-period greater than 0 cannot be specified together\n',
    ],
    ['cm a --cascade=up', 'error: invalid cascade value (up). Must be "background", "foreground", or "orphan"\n'],
    ['cm a --dry-run=maybe', 'error: Invalid dry-run value (maybe). Must be "none", "server", or "client".\n'],
  ])('refuses delete %s', (words, expected) => {
    const answer = answers(`delete ${words}`, 'get cm a -o name');
    expect(answer.endsWith(`${expected}configmap/a\n`)).toBe(true);
  });
});
