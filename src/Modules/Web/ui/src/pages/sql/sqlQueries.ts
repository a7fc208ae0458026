import { queryOptions } from '@tanstack/react-query';
import { api, body, keys } from '@/api';

/** Which tables there are. They change with the program only. */
export const schemaQuery = queryOptions({
  queryKey: keys.sqlSchema,
  staleTime: Infinity,
  queryFn: async ({ signal }) => body(await api.GET('/api/reports/schema', { signal })),
});

/** What administrators saved, by name. */
export const savedQuery = queryOptions({
  queryKey: keys.savedSql,
  refetchOnMount: 'always',
  queryFn: async ({ signal }) => body(await api.GET('/api/reports/queries', { signal })).items,
});
