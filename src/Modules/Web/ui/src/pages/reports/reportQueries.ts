import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, body, keys } from '@/api';
import type { Bucket, Days } from './range';
import { type Behind, present } from './search';

/** Whose days the server counts in. */
export const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export interface Only {
  library?: string;
  person?: string;
}

const everyone = 1_000;
/** How many rows of a list are shown; the rest is in the CSV. */
export const mostRows = 100;

// Downloads are not among the live events, so that nothing says when a report is stale: each is asked again where it is shown again.
const fresh = { staleTime: 10_000, placeholderData: keepPreviousData } as const;

export const summaryQuery = queryOptions({
  ...fresh,
  queryKey: keys.report('summary'),
  queryFn: async ({ signal }) => body(await api.GET('/api/reports/summary', { signal })),
});

export const storageQuery = queryOptions({
  ...fresh,
  queryKey: keys.report('storage'),
  queryFn: async ({ signal }) => body(await api.GET('/api/reports/storage', { signal })),
});

export function activityParams(days: Days, bucket: Bucket, only: Only) {
  return { from: days.from, to: days.to, tz: timeZone, bucket, ...present({ library: only.library, person: only.person }) };
}

export function activityQuery(days: Days, bucket: Bucket, only: Only) {
  const query = activityParams(days, bucket, only);
  return queryOptions({
    ...fresh,
    queryKey: keys.report('activity', query),
    queryFn: async ({ signal }) => body(await api.GET('/api/reports/activity', { signal, params: { query } })),
  });
}

export function librariesParams(days: Days) {
  return { from: days.from, to: days.to, tz: timeZone };
}

/** Every library, also those in which nothing was done. */
export function librariesQuery(days: Days) {
  const query = { ...librariesParams(days), limit: everyone };
  return queryOptions({
    ...fresh,
    queryKey: keys.report('libraries', query),
    queryFn: async ({ signal }) => body(await api.GET('/api/reports/libraries', { signal, params: { query } })).items,
  });
}

export function peopleParams(days: Days, only: Only) {
  return { from: days.from, to: days.to, tz: timeZone, ...present({ library: only.library }) };
}

export function peopleQuery(days: Days, only: Only) {
  const query = { ...peopleParams(days, only), limit: everyone };
  return queryOptions({
    ...fresh,
    queryKey: keys.report('people', query),
    queryFn: async ({ signal }) => body(await api.GET('/api/reports/people', { signal, params: { query } })).items,
  });
}

export function documentsParams({ by, from, to, library, person }: Behind) {
  return { by, from, to, tz: timeZone, ...present({ library, person }) };
}

export function documentsQuery(behind: Behind) {
  const query = { ...documentsParams(behind), limit: mostRows };
  return queryOptions({
    ...fresh,
    queryKey: keys.report('documents', query),
    queryFn: async ({ signal }) => body(await api.GET('/api/reports/documents/top', { signal, params: { query } })).items,
  });
}
