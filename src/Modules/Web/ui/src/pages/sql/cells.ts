import type { SqlAnswer } from '@/api';

/** A value as text; null is told apart by where it is shown. */
export function cellText(value: unknown): string {
  return value === null || value === undefined ? 'null' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const rowsLookedAt = 200;
const [narrowest, widest] = [6, 44];

/** How many characters wide each column is: as its name and its first rows are, within reason. */
export function columnWidths({ columns, rows }: Pick<SqlAnswer, 'columns' | 'rows'>): number[] {
  const first = rows.slice(0, rowsLookedAt);
  return columns.map(({ name, type }, at) => {
    const longest = first.reduce((length, row) => Math.max(length, cellText(row[at]).length), Math.max(name.length, type.length));
    return Math.min(widest, Math.max(narrowest, longest));
  });
}

export interface Cell {
  row: number;
  column: number;
}

/** The cell that a key leads to; undefined for any other key. Home and End stay in the row, unless Ctrl is held. */
export function moveCell(key: string, isCtrl: boolean, { row, column }: Cell, size: { rows: number; columns: number }, page: number): Cell | undefined {
  const last = { row: size.rows - 1, column: size.columns - 1 };
  const target: Cell | undefined = {
    ArrowDown: { row: row + 1, column },
    ArrowUp: { row: row - 1, column },
    ArrowRight: { row, column: column + 1 },
    ArrowLeft: { row, column: column - 1 },
    PageDown: { row: row + Math.max(1, page), column },
    PageUp: { row: row - Math.max(1, page), column },
    Home: isCtrl ? { row: 0, column: 0 } : { row, column: 0 },
    End: isCtrl ? last : { row, column: last.column },
  }[key];
  if (target === undefined || size.rows === 0 || size.columns === 0) return undefined;
  const within = (value: number, end: number) => Math.max(0, Math.min(end, value));
  return { row: within(target.row, last.row), column: within(target.column, last.column) };
}
