import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { api, body, keys } from '@/api';
import { onLiveEvents } from '@/live';
import { type Change, mergeChanges, mostChanges } from './changes';

const firstChanges = 200;
/** Whoever has scrolled further than this is reading: nothing may move under their eyes. */
const readingFromPx = 120;
const none: ReadonlySet<string> = new Set();

const isReading = () => window.scrollY > readingFromPx;

/** The newest changes. Those that arrive while the person reads further down are held back until they are asked for. */
export function useChanges() {
  const [limit, setLimit] = useState(firstChanges);
  const [arrived, setArrived] = useState<readonly Change[]>([]);
  const [held, setHeld] = useState(none);
  const query = useQuery({
    queryKey: [...keys.activity, limit],
    refetchOnMount: 'always',
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<Change[]> => body(await api.GET('/api/activity', { signal, params: { query: { limit } } })).items,
  });

  useEffect(
    () =>
      onLiveEvents((events) => {
        setArrived((before) => mergeChanges(before, events));
        if (isReading()) setHeld((before) => new Set([...before, ...events.map((event) => event.position)]));
      }),
    [],
  );

  const release = useCallback(() => setHeld(none), []);
  useEffect(() => {
    if (held.size === 0) return;
    const onScroll = () => {
      if (!isReading()) release();
    };
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => window.removeEventListener('scroll', onScroll);
  }, [held, release]);

  const loaded = query.data;
  const all = useMemo(() => (loaded === undefined ? undefined : mergeChanges(loaded, [...arrived].reverse())), [loaded, arrived]);
  const animated = useMemo(() => new Set(arrived.map((change) => change.position)), [arrived]);

  return {
    query,
    changes: all,
    held,
    animated,
    release,
    older: loaded !== undefined && loaded.length >= limit && limit < mostChanges ? () => setLimit(mostChanges) : undefined,
  };
}
