import { describe, expect, it } from 'vitest';
import { printTable } from './table.ts';

describe('a table of kubectl', () => {
  it('gives a column six places or three more than its longest cell, and leaves the last cell as it is', () => {
    const table = { headings: ['NAME', 'AGE', 'NOTE'], rows: [['a-long-name', '5s', 'x']] };
    expect(printTable(table)).toBe('NAME          AGE   NOTE\na-long-name   5s    x\n');
  });

  it('keeps the padding in front of an empty last cell', () => {
    expect(printTable({ headings: ['NAME', 'VERSION'], rows: [['node-1', '']] })).toBe('NAME     VERSION\nnode-1   \n');
  });

  it('cuts a cell at its first line break', () => {
    expect(printTable({ headings: ['A', 'B'], rows: [['one\ntwo', 'z']] }, { noHeaders: true })).toBe('one...   z\n');
  });
});
