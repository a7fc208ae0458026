import type { LoadedText } from './content';

const mostRows = 1000;
const mostColumns = 60;

export interface TextTable {
  head: string[];
  rows: string[][];
  hasMoreRows: boolean;
  hasMoreColumns: boolean;
}

/** The first 1,000 rows of separated values below their head; the separator is found by looking at them. */
export async function readTable({ text, isCut }: LoadedText): Promise<TextTable> {
  const { default: papa } = await import('papaparse');
  const { data } = papa.parse<string[]>(text, { preview: mostRows + 2, skipEmptyLines: 'greedy' });
  const hasMoreRows = data.length > mostRows + 1 || isCut;
  // The last row of a cut text may lack its end.
  const whole = isCut && data.length <= mostRows + 1 ? data.slice(0, -1) : data;
  const [head = [], ...rows] = whole.slice(0, mostRows + 1);
  const columns = rows.reduce((most, row) => Math.max(most, row.length), head.length);
  const shown = Math.min(columns, mostColumns);
  return {
    head: Array.from({ length: shown }, (_, column) => head[column] ?? ''),
    rows: rows.map((row) => row.slice(0, mostColumns)),
    hasMoreRows,
    hasMoreColumns: columns > mostColumns,
  };
}
