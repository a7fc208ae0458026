import { describe, expect, it } from 'vitest';
import { readTable } from './readTable';

const read = (text: string, isCut = false) => readTable({ text, isCut, isBinary: false });

describe('a table of separated values', () => {
  it('has its first row as head', async () => {
    const { head, rows, hasMoreRows } = await read('name,age\r\n"Doe, Jane",7\r\n');
    expect({ head, rows, hasMoreRows }).toEqual({ head: ['name', 'age'], rows: [['Doe, Jane', '7']], hasMoreRows: false });
  });

  it('finds semicolons and tabs', async () => {
    expect((await read('a;b\n1;2')).head).toEqual(['a', 'b']);
    expect((await read('a\tb\n1\t2')).head).toEqual(['a', 'b']);
  });

  it('shows 1,000 rows and says that there are more', async () => {
    const { rows, hasMoreRows } = await read(`n,m\n${Array.from({ length: 1001 }, (_, i) => `${i},x`).join('\n')}`);
    expect([rows.length, hasMoreRows]).toEqual([1000, true]);
    expect((await read(`n,m\n${Array.from({ length: 1000 }, (_, i) => `${i},x`).join('\n')}`)).hasMoreRows).toBe(false);
  });

  it('leaves out the half row at a cut', async () => expect((await read('a,b\n1,2\n3', true)).rows).toEqual([['1', '2']]));

  it('is as wide as its widest row', async () => expect((await read('a,b\n1,2,3')).head).toEqual(['a', 'b', '']));
});
