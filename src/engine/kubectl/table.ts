import { layOut } from './tabwriter.ts';

/** Rows of cells under headings. */
export interface Table {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A cell ends at its first line break. @see staging/src/k8s.io/cli-runtime/pkg/printers/tableprinter.go printRows */
export const cutCell = (cell: string): string => {
  const end = cell.search(/[\f\n\r]/);
  return end < 0 ? cell : `${cell.slice(0, end)}...`;
};

/** A table as kubectl prints it. @see staging/src/k8s.io/cli-runtime/pkg/printers/tabwriter.go */
export function printTable({ headings, rows }: Table, options: { readonly noHeaders?: boolean } = {}): string {
  const lines = [...(options.noHeaders ? [] : [headings]), ...rows].map((cells) => cells.map(cutCell));
  return layOut(lines, { minWidth: 6, padding: 3 });
}
