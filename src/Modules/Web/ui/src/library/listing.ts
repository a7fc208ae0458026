import { experimental_streamedQuery as streamedQuery, queryOptions } from '@tanstack/react-query';
import { api, body, type DocumentDetails, keys, type Person } from '@/api';
import type { LibraryName } from './libraryName';

/** A document as a list shows it; the rest of its details is not kept, for folders of 100,000 documents. */
export interface ListedDocument {
  id: string;
  title: string;
  folder: string;
  library: string;
  version: number;
  size: number;
  mediaType: string;
  updatedBy: Person;
  updatedAt: string;
}

const pageSize = 1000;
const showEveryMs = 400;
const none: ListedDocument[] = [];

export function listed(document: DocumentDetails): ListedDocument {
  const { id, title, folder, library, version, size, mediaType, updatedBy, updatedAt } = document;
  return { id, title, folder, library, version, size, mediaType, updatedBy, updatedAt };
}

/** Yields the first page at once, and then what has arrived every 400 ms, so that the list is sorted and drawn a few times only. */
async function* pagesOf(library: LibraryName, folder: string, signal: AbortSignal): AsyncGenerator<ListedDocument[]> {
  let cursor: string | null = null;
  let arrived: ListedDocument[] = [];
  let shownAt = 0;
  do {
    const query: { library: string; folder: string; limit: number; cursor?: string } = { library, folder, limit: pageSize };
    if (cursor !== null) query.cursor = cursor;
    const page = body(await api.GET('/api/documents', { signal, params: { query } }));
    for (const document of page.items) arrived.push(listed(document));
    cursor = page.next;
    if (cursor === null || Date.now() - shownAt >= showEveryMs) {
      yield arrived;
      arrived = [];
      shownAt = Date.now();
    }
  } while (cursor !== null);
}

/** Every document of one folder. While it is fetching, the data grows; a later refetch replaces it when it is whole. */
export function listingQuery(library: LibraryName, folder: string) {
  return queryOptions({
    queryKey: keys.listing(library, folder),
    staleTime: Infinity,
    structuralSharing: false,
    queryFn: streamedQuery({
      refetchMode: 'replace',
      initialValue: none,
      reducer: (documents: ListedDocument[], page: ListedDocument[]) => (documents.length === 0 ? page : documents.concat(page)),
      streamFn: ({ signal }) => pagesOf(library, folder, signal),
    }),
  });
}

export function foldersQuery(library: LibraryName) {
  return queryOptions({
    queryKey: keys.folders(library),
    queryFn: async ({ signal }) => body(await api.GET('/api/folders', { signal, params: { query: { library } } })).items,
  });
}
