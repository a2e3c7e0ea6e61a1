import { describe, expect, it } from 'vitest';
import { Session } from '../session.ts';

const spec = {
  initContainers: [{ name: 'first', image: 'i:1' }],
  containers: [
    { name: 'a', image: 'a:1' },
    { name: 'b', image: 'b:1' },
  ],
};
const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec } },
};
const MAP = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' } };
const IMAGES = "get deploy web -o 'jsonpath={.spec.template.spec.*[*].image}'";

/** What commands print one after the other, the errors behind the rest. */
function answers(...commands: readonly string[]): string {
  const session = new Session({ spec: { controllers: [] } });
  session.operate({ create: [DEPLOYMENT, MAP] });
  return commands
    .map((command) => {
      const { out, err } = session.command(`kubectl ${command}`);
      return out + err;
    })
    .join('');
}

// Source: staging/src/k8s.io/kubectl/pkg/cmd/set/set_image.go.
describe('kubectl set image', () => {
  it.each([
    [['set image deploy/web a=a:2', IMAGES], 'deployment.apps/web image updated\na:2 b:1 i:1'],
    [['set image deployment web *=x'], 'deployment.apps/web image updated\n'],
    [['set image deploy/web first=i:2 b=b:2', IMAGES], 'deployment.apps/web image updated\na:1 b:2 i:2'],
    [['set image deploy/web a=a:1'], ''],
    [
      ['set image deploy/web a=a:2 --dry-run=server', IMAGES],
      'deployment.apps/web image updated (server dry run)\na:1 b:1 i:1',
    ],
    [
      ['set image deploy/web a=a:2 --dry-run=client -o jsonpath={.spec.template.spec.containers[0].image}', IMAGES],
      'a:2a:1 b:1 i:1',
    ],
    [['set image deploy/web ghost=x'], 'error: unable to find container named "ghost"\n'],
    [['set image deploy/web'], 'error: at least one image update is required\n'],
    [['set image a=b'], 'error: one or more resources must be specified as <resource> <name> or <resource>/<name>\n'],
    [
      ['set image deploy/web *=x a=y'],
      'error: all containers are already specified by *, but saw more than one container_name=container_image pairs\n',
    ],
    [['set image deploy/web a=x web'], 'error: all resources must be specified before image changes: web\n'],
    [
      ['set image cm/m a=b'],
      'error: configmaps/m the object is not a pod or does not have a pod template: *v1.ConfigMap\n',
    ],
    [['set env deploy/web A=1'], 'error: the command "kubectl set env" is not simulated: use "kubectl patch"\n'],
  ])('%j', (commands, expected) => {
    expect(answers(...commands)).toBe(expected);
  });
});
