/** How Go's tabwriter lays out columns: left-aligned with spaces. */
export interface Layout {
  readonly minWidth: number;
  readonly padding: number;
}

const SURROGATES = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;
const widthOf = (cell: string): number => cell.replace(SURROGATES, 'x').length;

/**
 * Lines of cells as text. A column is as wide as it must be over the adjoining lines that have it; the last cell of a
 * line belongs to no column.
 * @see text/tabwriter
 */
export function layOut(lines: readonly (readonly string[])[], { minWidth, padding }: Layout): string {
  const texts: string[] = [];
  const widths: number[] = [];
  const writeLines = (from: number, to: number): void => {
    for (const cells of lines.slice(from, to)) {
      texts.push(cells.map((cell, i) => cell + ' '.repeat(Math.max(0, (widths[i] ?? 0) - widthOf(cell)))).join(''));
    }
  };
  const hasColumn = (line: number, column: number): boolean => column < (lines[line]?.length ?? 0) - 1;
  const format = (from: number, to: number): void => {
    const column = widths.length;
    let written = from;
    for (let line = from; line < to; line++) {
      if (!hasColumn(line, column)) continue;
      writeLines(written, line);
      let end = line;
      let width = minWidth;
      for (; end < to && hasColumn(end, column); end++)
        width = Math.max(width, widthOf(lines[end]?.[column] ?? '') + padding);
      widths.push(width);
      format(line, end);
      widths.pop();
      written = end;
      line = end - 1;
    }
    writeLines(written, to);
  };
  format(0, lines.length);
  return texts.map((text) => `${text}\n`).join('');
}
