import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, body, type DocumentVersion, keys } from '@/api';

const pageSize = 50;

export function detailsQuery(id: string) {
  return queryOptions({
    queryKey: keys.details(id),
    queryFn: async ({ signal }) => body(await api.GET('/api/documents/{id}', { signal, params: { path: { id } } })),
  });
}

/** The versions, the newest first, page by page. */
export function versionsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: keys.versions(id),
    initialPageParam: '',
    queryFn: async ({ signal, pageParam: cursor }) =>
      body(await api.GET('/api/documents/{id}/versions', { signal, params: { path: { id }, query: pageOf(cursor) } })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** Who did what, the newest first, page by page. */
export function timelineQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: keys.timeline(id),
    initialPageParam: '',
    queryFn: async ({ signal, pageParam: cursor }) =>
      body(await api.GET('/api/documents/{id}/timeline', { signal, params: { path: { id }, query: pageOf(cursor) } })),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

function pageOf(cursor: string): { limit: number; cursor?: string } {
  return cursor === '' ? { limit: pageSize } : { limit: pageSize, cursor };
}

interface VersionState {
  version: DocumentVersion | undefined;
  error: Error | null;
  retry: () => void;
}

/** One version: out of the pages that are loaded, else asked for by itself. */
export function useVersion(id: string, number: number): VersionState {
  const pages = useInfiniteQuery(versionsQuery(id));
  const listed = pages.data?.pages.flatMap((page) => page.items).find((version) => version.number === number);
  const single = useQuery({
    queryKey: [...keys.document(id), 'version', number],
    enabled: !pages.isPending && listed === undefined,
    // A version never changes.
    staleTime: Infinity,
    queryFn: async ({ signal }) =>
      body(await api.GET('/api/documents/{id}/versions/{number}', { signal, params: { path: { id, number } } })),
  });
  const version = listed ?? single.data;
  return { version, error: version === undefined ? single.error : null, retry: () => void single.refetch() };
}
