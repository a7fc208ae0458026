import type { LiveEvent } from '@/api';

type Listener = (events: readonly LiveEvent[]) => void;

const soonMs = 60;
const pauseMs = 400;
const listeners = new Set<Listener>();
let waiting: LiveEvent[] = [];
let deliveredAt = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Calls the listener with what changed, a few events at a time. */
export function onLiveEvents(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** One event is told at once; a flood of them a few times a second. */
export function deliver(event: LiveEvent): void {
  waiting.push(event);
  timer ??= setTimeout(() => {
    const batch = waiting;
    waiting = [];
    timer = undefined;
    deliveredAt = Date.now();
    for (const listener of listeners) listener(batch);
  }, Date.now() - deliveredAt > pauseMs ? soonMs : pauseMs);
}
