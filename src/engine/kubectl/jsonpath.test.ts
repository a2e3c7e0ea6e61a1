import { describe, expect, it } from 'vitest';
import { printJsonPath } from './jsonpath.ts';

const list = {
  items: [
    {
      metadata: { name: 'a', labels: { 'app.example.com/x': 'one' } },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    },
    { metadata: { name: 'b' }, status: { conditions: [{ type: 'Ready', status: 'False' }] }, spec: { n: 3 } },
  ],
};

describe('a JSONPath template', () => {
  it.each([
    ['{.items[*].metadata.name}', 'a b'],
    ['{.items[1].metadata.name}', 'b'],
    ['{.items[-1:].metadata.name}', 'b'],
    ['{range .items[*]}{.metadata.name}={.spec.n}{"\\n"}{end}', 'a=\nb=3\n'],
    ['{.items[?(@.metadata.name=="b")].spec.n}', '3'],
    ['{.items[*].status.conditions[?(@.type=="Ready")].status}', 'True False'],
    ["{.items[0].metadata.labels['app\\.example\\.com/x']}", 'one'],
    ['{.items[0].metadata.labels.app\\.example\\.com/x}', 'one'],
    ['{.items[0].metadata.labels}', '{"app.example.com/x":"one"}'],
    ['{..name}', 'a b'],
    ['n: {.items[0].metadata.missing}', 'n: '],
  ])('%s', (template, printed) => {
    expect(printJsonPath(template, list)).toBe(printed);
  });
});
