import type { LiveEvent } from '@/api';

/** A change as the server tells it; the action is any text, for a server that is newer than the page. */
export type Change = Omit<LiveEvent, 'action'> & { action: string };

/** What changes can be narrowed down to. */
export const kinds = ['added', 'version', 'changed', 'trashed', 'restored', 'purged'] as const;
export type Kind = (typeof kinds)[number];

export interface Filter {
  kind: Kind | 'every';
  library: string;
  mine: boolean;
}

export const noFilter: Filter = { kind: 'every', library: 'every', mine: false };

/** As many as the server remembers. */
export const mostChanges = 1000;

const kindByAction: Record<string, Kind> = {
  added: 'added',
  'version-added': 'version',
  'version-restored': 'version',
  changed: 'changed',
  trashed: 'trashed',
  restored: 'restored',
  purged: 'purged',
};

export function kindOf(action: string): Kind | undefined {
  return kindByAction[action];
}

/** Both lists as one, the newest first, each change once. Of changes at the same moment the newer arrival comes first. */
export function mergeChanges(loaded: readonly Change[], arrived: readonly Change[]): Change[] {
  const known = new Set(loaded.map((change) => change.position));
  const fresh: Change[] = [];
  for (const change of arrived) {
    if (known.has(change.position)) continue;
    known.add(change.position);
    fresh.unshift(change);
  }
  return [...fresh, ...loaded].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, mostChanges);
}

export function matches(change: Change, filter: Filter, userId: string): boolean {
  return (
    (filter.kind === 'every' || kindOf(change.action) === filter.kind) &&
    (filter.library === 'every' || change.library === filter.library) &&
    (!filter.mine || change.by.id === userId)
  );
}

export interface Day {
  /** Local midnight. */
  start: number;
  changes: Change[];
}

/** Changes that are in order, by the days of the person's time zone. */
export function groupByDay(changes: readonly Change[]): Day[] {
  const days: Day[] = [];
  for (const change of changes) {
    const start = midnight(change.at);
    const day = days.at(-1);
    if (day?.start === start) day.changes.push(change);
    else days.push({ start, changes: [change] });
  }
  return days;
}

function midnight(moment: string | number): number {
  return new Date(moment).setHours(0, 0, 0, 0);
}

export function dayName(start: number, now: number): 'today' | 'yesterday' | undefined {
  const today = midnight(now);
  if (start === today) return 'today';
  return start === new Date(today).setDate(new Date(today).getDate() - 1) ? 'yesterday' : undefined;
}

/** What documents were called before they were removed for good: the change itself does not say it any more. */
export function lastTitles(changes: readonly Change[]): Map<string, string> {
  const titles = new Map<string, string>();
  for (const { document, title } of changes) if (title !== '' && !titles.has(document)) titles.set(document, title);
  return titles;
}

/** The documents that exist no longer, so that nothing can be opened. */
export function purgedDocuments(changes: readonly Change[]): Set<string> {
  return new Set(changes.filter((change) => change.action === 'purged').map((change) => change.document));
}
