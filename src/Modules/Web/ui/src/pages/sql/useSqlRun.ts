import { useCallback, useEffect, useRef, useState } from 'react';
import { api, ApiError, body, newKey, type SqlAnswer } from '@/api';
import type { Ran } from './history';
import type { Limits } from './limits';

export type Run =
  | { state: 'none' }
  | { state: 'running'; startedAt: number }
  | { state: 'done'; answer: SqlAnswer; isPlan: boolean; maxRows: number; sql: string }
  | { state: 'failed'; error: unknown }
  | { state: 'cancelled' };

interface Asked {
  id: string;
  controller: AbortController;
}

/** Runs statements, one at a time. */
export function useSqlRun(onRan: (ran: Ran) => void) {
  const [run, setRun] = useState<Run>({ state: 'none' });
  const running = useRef<Asked>(undefined);
  // Who leaves the page does not wait for the answer: the server stops when the request ends.
  useEffect(() => () => running.current?.controller.abort(), []);

  const start = useCallback(
    async (sql: string, { maxRows, timeoutSeconds }: Limits, isPlan: boolean) => {
      if (running.current !== undefined || sql.trim() === '') return;
      const asked: Asked = { id: newKey(), controller: new AbortController() };
      running.current = asked;
      setRun({ state: 'running', startedAt: Date.now() });
      const ran: Ran = { sql, at: new Date().toISOString(), outcome: 'done' };
      try {
        const answer = body(
          await api.POST('/api/reports/sql', { signal: asked.controller.signal, body: { sql, id: asked.id, maxRows, timeoutSeconds, explain: isPlan } }),
        );
        setRun({ state: 'done', answer, isPlan, maxRows, sql });
        onRan({ ...ran, rows: answer.rows.length, elapsedMs: answer.elapsedMs });
      } catch (error) {
        const isCancelled = asked.controller.signal.aborted || (error instanceof ApiError && error.slug === 'sql-cancelled');
        setRun(isCancelled ? { state: 'cancelled' } : { state: 'failed', error });
        onRan({ ...ran, outcome: isCancelled ? 'cancelled' : 'failed' });
      } finally {
        running.current = undefined;
      }
    },
    [onRan],
  );

  const cancel = useCallback(async () => {
    const asked = running.current;
    if (asked === undefined) return;
    // Another process may have it than the one that is asked to end it: then it ends with the request.
    await api.DELETE('/api/reports/sql/{id}', { params: { path: { id: asked.id } } }).catch(() => undefined);
    asked.controller.abort();
  }, []);

  return { run, start, cancel };
}
