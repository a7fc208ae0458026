import type { SqlAnswer } from '@/api';
import { fileNamePart } from '@/format/fileNamePart';

/** The rows that are shown as CSV. A text that a spreadsheet would take for a formula begins with an apostrophe, as in the server's CSV. */
export async function answerCsv({ columns, rows }: Pick<SqlAnswer, 'columns' | 'rows'>): Promise<string> {
  const { unparse } = await import('papaparse');
  return unparse({ fields: columns.map(({ name }) => name), data: rows as unknown[][] }, { newline: '\r\n', escapeFormulae: true });
}

/** What the file is called: after the saved statement, or after the moment. */
export function answerCsvName(savedName: string | undefined, at: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const moment = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}-${two(at.getHours())}${two(at.getMinutes())}`;
  return `${['kilo-sql', fileNamePart(savedName ?? ''), moment].filter(Boolean).join('-')}.csv`;
}
