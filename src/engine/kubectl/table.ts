/** Rows of cells under headings. */
export interface Table {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const MIN_WIDTH = 6;
const PADDING = 3;

/** A cell ends at its first line break. @see staging/src/k8s.io/cli-runtime/pkg/printers/tableprinter.go printRows */
const cut = (cell: string): string => {
  const end = cell.search(/[\f\n\r]/);
  return end < 0 ? cell : `${cell.slice(0, end)}...`;
};

const encoder = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;
const widthOf = (cell: string): number => cell.replace(encoder, 'x').length;

/** The table as Go's tabwriter lays it out: the last cell of a line is not padded. */
export function printTable({ headings, rows }: Table, options: { readonly noHeaders?: boolean } = {}): string {
  const lines = [...(options.noHeaders ? [] : [headings]), ...rows].map((cells) => cells.map(cut));
  const widths: number[] = [];
  for (const cells of lines) {
    // The last cell of a line takes no part in the width of its column.
    for (const [i, cell] of cells.slice(0, -1).entries())
      widths[i] = Math.max(widths[i] ?? MIN_WIDTH, widthOf(cell) + PADDING);
  }
  return lines
    .map((cells) => {
      const last = cells.length - 1;
      return `${cells.map((cell, i) => (i === last ? cell : cell + ' '.repeat((widths[i] ?? 0) - widthOf(cell)))).join('')}\n`;
    })
    .join('');
}
