import type { ChildFolder, ListedDocument } from '@/library';

/** A row of the list. */
export type Entry = { kind: 'folder'; key: string; folder: ChildFolder } | { kind: 'document'; key: string; document: ListedDocument };

export const columns = ['title', 'updatedBy', 'updatedAt', 'version', 'size'] as const;
export type Column = (typeof columns)[number];

export interface Sort {
  column: Column;
  descending: boolean;
}

type Compare = (a: ListedDocument, b: ListedDocument) => number;

function comparison({ column, descending }: Sort, collator: Intl.Collator): Compare {
  const byTitle: Compare = (a, b) => collator.compare(a.title, b.title);
  const by: Record<Column, Compare> = {
    title: byTitle,
    updatedBy: (a, b) => collator.compare(a.updatedBy.displayName, b.updatedBy.displayName),
    updatedAt: (a, b) => (a.updatedAt < b.updatedAt ? -1 : a.updatedAt > b.updatedAt ? 1 : 0),
    version: (a, b) => a.version - b.version,
    size: (a, b) => a.size - b.size,
  };
  const compare = by[column];
  return descending ? (a, b) => compare(b, a) || byTitle(a, b) : (a, b) => compare(a, b) || byTitle(a, b);
}

export function sortDocuments(documents: readonly ListedDocument[], sort: Sort, language: string): ListedDocument[] {
  return documents.toSorted(comparison(sort, new Intl.Collator(language, { numeric: true })));
}

/** Folders come first, by name, whatever the documents are sorted by; only "title, descending" turns them round. */
export function entriesOf(folders: readonly ChildFolder[], documents: readonly ListedDocument[], sort: Sort, language: string): Entry[] {
  const collator = new Intl.Collator(language, { numeric: true });
  const turned = sort.column === 'title' && sort.descending ? -1 : 1;
  const entries: Entry[] = folders
    .toSorted((a, b) => turned * collator.compare(a.name, b.name))
    .map((folder) => ({ kind: 'folder', key: `folder:${folder.path}`, folder }));
  for (const document of documents) entries.push({ kind: 'document', key: document.id, document });
  return entries;
}
