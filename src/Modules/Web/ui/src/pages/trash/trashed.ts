import { experimental_streamedQuery as streamedQuery, queryOptions } from '@tanstack/react-query';
import { api, body, type DocumentDetails, keys, type Person } from '@/api';

/** A document in the trash, as the list shows it. */
export interface Trashed {
  id: string;
  title: string;
  library: string;
  folder: string;
  version: number;
  size: number;
  mediaType: string;
  by: Person;
  at: string;
}

const pageSize = 1000;
const none: Trashed[] = [];

/** Null: it is not in the trash. */
export function trashedOf(document: DocumentDetails): Trashed | null {
  const { id, title, library, folder, version, size, mediaType, updatedBy, trashedAt } = document;
  return trashedAt === null ? null : { id, title, library, folder, version, size, mediaType, by: updatedBy, at: trashedAt };
}

async function* pages(signal: AbortSignal): AsyncGenerator<Trashed[]> {
  let cursor: string | null = null;
  do {
    const query: { trashed: boolean; limit: number; cursor?: string } = { trashed: true, limit: pageSize };
    if (cursor !== null) query.cursor = cursor;
    const page = body(await api.GET('/api/documents', { signal, params: { query } }));
    yield page.items.flatMap((document) => trashedOf(document) ?? []);
    cursor = page.next;
  } while (cursor !== null);
}

/** The trash of every library that the person may see. While it is fetching, the data grows. */
export const trashQuery = queryOptions({
  queryKey: keys.trash,
  structuralSharing: false,
  refetchOnMount: 'always',
  queryFn: streamedQuery({
    refetchMode: 'replace',
    initialValue: none,
    reducer: (documents: Trashed[], page: Trashed[]) => documents.concat(page),
    streamFn: ({ signal }) => pages(signal),
  }),
});

export type SortKey = 'title' | 'at' | 'size';

export interface Sort {
  by: SortKey;
  descending: boolean;
}

export function sorted(documents: readonly Trashed[], { by, descending }: Sort, language: string): Trashed[] {
  const titles = new Intl.Collator(language, { numeric: true, sensitivity: 'base' });
  const compare = (a: Trashed, b: Trashed) =>
    by === 'size' ? a.size - b.size : by === 'at' ? Date.parse(a.at) - Date.parse(b.at) : titles.compare(a.title, b.title);
  const sign = descending ? -1 : 1;
  return [...documents].sort((a, b) => sign * compare(a, b) || titles.compare(a.title, b.title));
}

export function withWords(documents: readonly Trashed[], text: string): readonly Trashed[] {
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return documents;
  return documents.filter((document) => {
    const sought = `${document.title} ${document.folder} ${document.by.displayName}`.toLocaleLowerCase();
    return words.every((word) => sought.includes(word));
  });
}
