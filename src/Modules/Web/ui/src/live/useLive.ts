import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { keys, type LiveEvent, positions } from '@/api';
import { followEvents } from '@/library';
import { useSession } from '@/session/session';
import { deliver, onLiveEvents } from './events';
import { staleKeys } from './invalidations';

const reopenMs = 5_000;

let connected = false;
const statusListeners = new Set<() => void>();

function setConnected(value: boolean): void {
  connected = value;
  for (const listener of statusListeners) listener();
}

function subscribeToStatus(listener: () => void): () => void {
  statusListeners.add(listener);
  return () => statusListeners.delete(listener);
}

/** Whether changes of other people arrive right now. */
export function useLiveConnected(): boolean {
  return useSyncExternalStore(subscribeToStatus, () => connected);
}

/** Keeps everything that is shown up to date with what other people do; once, in the shell. */
export function useLive(): void {
  const client = useQueryClient();
  const { id: userId } = useSession();
  useEffect(() => {
    const stopListening = onLiveEvents((events) => {
      followEvents(client, events, userId);
      for (const key of staleKeys(events)) void client.invalidateQueries({ queryKey: key });
    });

    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let missedEvents = false;

    const reload = () => void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== keys.session[0] });

    const open = () => {
      source = new EventSource('/api/live');
      source.addEventListener('open', () => {
        setConnected(true);
        if (missedEvents) reload();
        missedEvents = false;
      });
      source.addEventListener('change', ({ data }: MessageEvent<string>) => {
        const event = JSON.parse(data) as LiveEvent;
        positions.remember(event.position);
        deliver(event);
      });
      source.addEventListener('reset', reload);
      source.addEventListener('error', () => {
        setConnected(false);
        if (source?.readyState !== EventSource.CLOSED) return;
        // The browser has given up (an answer other than 200). A new source knows no Last-Event-ID, so that what it shows is reloaded.
        missedEvents = true;
        timer = setTimeout(() => {
          void client.invalidateQueries({ queryKey: keys.session });
          open();
        }, reopenMs);
      });
    };

    open();
    return () => {
      stopListening();
      clearTimeout(timer);
      source?.close();
      setConnected(false);
    };
  }, [client, userId]);
}
