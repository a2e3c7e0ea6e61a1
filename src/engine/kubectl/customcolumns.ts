import { valuesAt, valueText } from './jsonpath.ts';
import { CommandError } from './result.ts';
import { printTable } from './table.ts';

/**
 * The table of `-o custom-columns=NAME:.path,…`; what an object lacks is `<none>`.
 * @see staging/src/k8s.io/kubectl/pkg/cmd/get/customcolumn.go
 */
export function printCustomColumns(spec: string, objects: readonly unknown[], noHeaders: boolean): string {
  const columns = spec.split(',').map((column): [string, string] => {
    const colon = column.indexOf(':');
    if (colon < 0)
      throw new CommandError(`unexpected custom-columns spec: ${column}, expected <header>:<json-path-expr>`);
    return [column.slice(0, colon), column.slice(colon + 1)];
  });
  if (objects.length === 0)
    return noHeaders ? '' : printTable({ headings: columns.map(([heading]) => heading), rows: [] });
  const rows = objects.map((object) =>
    columns.map(([, path]) => valuesAt(path, object).map(valueText).join(',') || '<none>'),
  );
  return printTable({ headings: columns.map(([heading]) => heading), rows }, { noHeaders });
}
