export interface Outcome<T> {
  done: T[];
  failed: { item: T; error: unknown }[];
  stopped: boolean;
}

/** Runs the work for every item, a few at once, and tells how far it is. Stopping lets what has begun end. */
export async function runAll<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  { atOnce, signal, onProgress }: { atOnce: number; signal: AbortSignal; onProgress: (ended: number) => void },
): Promise<Outcome<T>> {
  const outcome: Outcome<T> = { done: [], failed: [], stopped: false };
  const waiting = items.values();
  const worker = async () => {
    while (!signal.aborted) {
      const { value: item, done } = waiting.next();
      if (done === true) return;
      try {
        await work(item);
        outcome.done.push(item);
      } catch (error) {
        outcome.failed.push({ item, error });
      }
      onProgress(outcome.done.length + outcome.failed.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  outcome.stopped = outcome.done.length + outcome.failed.length < items.length;
  return outcome;
}
