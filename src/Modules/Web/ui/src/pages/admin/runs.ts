import { queryOptions } from '@tanstack/react-query';
import { api, body, keys, type Run } from '@/api';

export const mostRuns = 100;

/** What Reporting's jobs did, the newest first. */
export const runsQuery = queryOptions({
  queryKey: keys.runs,
  refetchOnMount: 'always',
  queryFn: async ({ signal }): Promise<Run[]> => body(await api.GET('/api/reports/runs', { signal, params: { query: { limit: mostRuns } } })).items as Run[],
});
