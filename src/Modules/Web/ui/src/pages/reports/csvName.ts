import { fileNamePart } from '@/format/fileNamePart';
import type { Days } from './range';

/** What a CSV file is called: what is in it, of which days, and of whom. */
export function csvName(what: string, days?: Days, of: readonly string[] = []): string {
  const parts = ['kilo', what, ...(days === undefined ? [] : [days.from, days.to]), ...of.map(fileNamePart)];
  return `${parts.filter(Boolean).join('-')}.csv`;
}
