import type { SchemaTable } from '@/api';

/** The tables whose name or meaning has the text, whole; else those of whose columns one has it, with these columns. */
export function tablesWith(tables: readonly SchemaTable[], text: string): readonly SchemaTable[] {
  const sought = text.trim().toLocaleLowerCase();
  if (sought === '') return tables;
  const has = (of: { name: string; meaning: string }) => `${of.name} ${of.meaning}`.toLocaleLowerCase().includes(sought);
  return tables.flatMap((table) => {
    if (has(table)) return [table];
    const columns = table.columns.filter(has);
    return columns.length === 0 ? [] : [{ ...table, columns }];
  });
}
