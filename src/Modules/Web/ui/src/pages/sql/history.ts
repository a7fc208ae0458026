export type Outcome = 'done' | 'failed' | 'cancelled';

/** A statement that was run. */
export interface Ran {
  sql: string;
  /** When, as ISO 8601. */
  at: string;
  outcome: Outcome;
  rows?: number;
  elapsedMs?: number;
}

const most = 100;
const mostCharacters = 200_000;

/** The history with one more, the newest first. A statement that is run again moves up. */
export function withRan(history: readonly Ran[], ran: Ran): Ran[] {
  const kept = [ran, ...history.filter(({ sql }) => sql.trim() !== ran.sql.trim())].slice(0, most);
  let characters = 0;
  // The browser's storage is small, and shared by the whole portal.
  const end = kept.findIndex(({ sql }) => (characters += sql.length) > mostCharacters);
  return end < 0 ? kept : kept.slice(0, Math.max(end, 1));
}

/** What the browser kept; what it cannot have written is dropped. */
export function parseHistory(text: string | undefined): Ran[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter(isRan).slice(0, most) : [];
  } catch {
    return [];
  }
}

function isRan(value: unknown): value is Ran {
  if (typeof value !== 'object' || value === null) return false;
  const { sql, at, outcome, rows, elapsedMs } = value as Record<string, unknown>;
  return (
    typeof sql === 'string' &&
    typeof at === 'string' &&
    !Number.isNaN(Date.parse(at)) &&
    (outcome === 'done' || outcome === 'failed' || outcome === 'cancelled') &&
    (rows === undefined || typeof rows === 'number') &&
    (elapsedMs === undefined || typeof elapsedMs === 'number')
  );
}

/** A statement in one line. */
export function oneLine(sql: string): string {
  return sql
    .replace(/--[^\n]*$/gm, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
