import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { api, body, keys } from '@/api';
import { onLiveEvents } from '@/live';
import { noPatches, patched, withCome, withGone } from './patches';
import { type Outcome, runAll } from './runAll';
import { type Trashed, trashedOf, trashQuery } from './trashed';

const atOnce = 6;
const mostOneByOne = 40;
const showEveryMs = 250;

export type Work = 'restore' | 'purge' | 'trash';

export interface Progress {
  work: Work;
  ended: number;
  of: number;
  stop: () => void;
}

const calls: Record<Work, (id: string) => Promise<unknown>> = {
  restore: (id) => api.POST('/api/documents/{id}/restore', { params: { path: { id } } }),
  purge: (id) => api.DELETE('/api/documents/{id}', { params: { path: { id }, query: { purge: true } } }),
  trash: (id) => api.DELETE('/api/documents/{id}', { params: { path: { id } } }),
};

/** The trash, kept up to date row by row, and what can be done with many of its documents. */
export function useTrash() {
  const client = useQueryClient();
  const query = useQuery(trashQuery);
  const [patches, setPatches] = useState(noPatches);
  const [progress, setProgress] = useState<Progress>();
  const running = useRef<AbortController>(undefined);

  const loaded = query.data;
  const documents = useMemo(() => (loaded === undefined ? undefined : patched(loaded, patches)), [loaded, patches]);

  useEffect(
    () =>
      onLiveEvents((events) => {
        const last = new Map(events.map((event) => [event.document, event.action]));
        const idsOf = (...actions: string[]) => [...last].flatMap(([id, action]) => (actions.includes(action) ? [id] : []));
        const gone = idsOf('restored', 'purged');
        if (gone.length > 0) setPatches((before) => withGone(before, gone));
        const came = idsOf('trashed');
        if (came.length > mostOneByOne) void client.invalidateQueries({ queryKey: keys.trash });
        else if (came.length > 0) void bring(came).then((documents) => setPatches((before) => withCome(before, documents)));
      }),
    [client],
  );

  useEffect(() => () => running.current?.abort(), []);

  const run = useCallback(
    async (work: Work, all: readonly Trashed[]): Promise<Outcome<Trashed>> => {
      const stopping = new AbortController();
      running.current = stopping;
      let ended = 0;
      let shownAt = 0;
      let unshown: Trashed[] = [];
      // Not for each document: with thousands of them the list would be drawn thousands of times.
      const show = () => {
        const documents = unshown;
        unshown = [];
        shownAt = Date.now();
        setProgress({ work, ended, of: all.length, stop: () => stopping.abort() });
        setPatches((before) => (work === 'trash' ? withCome(before, documents) : withGone(before, documents.map(({ id }) => id))));
      };
      show();
      const outcome = await runAll(
        all,
        async (document) => {
          await calls[work](document.id);
          unshown.push(work === 'trash' ? { ...document, at: new Date().toISOString() } : document);
        },
        {
          atOnce,
          signal: stopping.signal,
          onProgress: (count) => {
            ended = count;
            if (Date.now() - shownAt >= showEveryMs) show();
          },
        },
      );
      show();
      setProgress(undefined);
      for (const key of [keys.listings, keys.allFolders, keys.allSearches]) void client.invalidateQueries({ queryKey: key });
      for (const { id } of outcome.done) void client.invalidateQueries({ queryKey: keys.document(id) });
      return outcome;
    },
    [client],
  );

  return { query, documents, progress, run };
}

/** What the server says of these documents; those that are not in the trash any more are left out. */
async function bring(ids: readonly string[]): Promise<Trashed[]> {
  const found = await Promise.allSettled(ids.map(async (id) => trashedOf(body(await api.GET('/api/documents/{id}', { params: { path: { id } } })))));
  return found.flatMap((result) => (result.status === 'fulfilled' ? (result.value ?? []) : []));
}
