import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { type Bucket, bucketsFor, type Days, usualBucket } from './range';
import type { Only } from './reportQueries';
import { type Behind, daysOfSearch, present, type ReportsSearch } from './search';

const route = getRouteApi('/shell/reports');

/** What is asked for, all of which the address says: a link shows the same, and going back undoes. */
export interface ReportsState {
  search: ReportsSearch;
  days: Days;
  bucket: Bucket;
  only: Only;
  change: (part: { [K in keyof ReportsSearch]?: ReportsSearch[K] | undefined }) => void;
  /** Shows the documents behind something. */
  open: (behind: Behind) => void;
  close: () => void;
}

export function useReports(): ReportsState {
  const search = route.useSearch();
  const navigate = useNavigate();
  const days = useMemo(() => daysOfSearch(search), [search]);
  const { library, person } = search;
  const only = useMemo(() => present({ library, person }), [library, person]);
  const bucket = search.bucket !== undefined && bucketsFor(days).includes(search.bucket) ? search.bucket : usualBucket(days);

  const go = useCallback(
    (part: object, replace: boolean) =>
      void navigate({ to: '/reports', search: (before: ReportsSearch) => present({ ...before, ...part }) as ReportsSearch, replace, resetScroll: false }),
    [navigate],
  );
  return {
    search,
    days,
    bucket,
    only,
    change: (part) => go(part, true),
    open: (behind) => go({ behind }, search.behind !== undefined),
    close: () => go({ behind: undefined }, true),
  };
}
