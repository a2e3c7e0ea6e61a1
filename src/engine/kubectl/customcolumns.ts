import { goValue } from '../api/patch/plain.ts';
import { relaxedPath, valuesAt } from './jsonpath.ts';
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
    return [column.slice(0, colon), relaxedPath(column.slice(colon + 1))];
  });
  if (objects.length === 0)
    return noHeaders ? '' : printTable({ headings: columns.map(([heading]) => heading), rows: [] });
  const rows = objects.map((object) => columns.map(([, path]) => cell(path, object)));
  return printTable({ headings: columns.map(([heading]) => heading), rows }, { noHeaders });
}

function cell(path: string, object: unknown): string {
  const values = valuesAt(path, object);
  return values.length === 0 ? '<none>' : values.map(goValue).join(',');
}
