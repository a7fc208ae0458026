export interface DocumentSearch {
  /** The version that is shown; without it the newest. */
  version?: number;
  /** Two versions side by side, as "3,7". */
  compare?: string;
}

export type Pair = readonly [older: number, newer: number];

function isVersionNumber(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

/** The two versions of a `compare` parameter, the older one first; undefined when it does not name two different ones. */
export function parsePair(text: unknown): Pair | undefined {
  if (typeof text !== 'string' || !/^\d{1,9},\d{1,9}$/.test(text)) return undefined;
  const [first = 0, second = 0] = text.split(',').map(Number);
  if (!isVersionNumber(first) || !isVersionNumber(second) || first === second) return undefined;
  return first < second ? [first, second] : [second, first];
}

export function formatPair(first: number, second: number): string {
  return `${Math.min(first, second)},${Math.max(first, second)}`;
}

/** What the page understands of its address; the rest is dropped. */
export function documentSearch(search: Record<string, unknown>): DocumentSearch {
  const pair = parsePair(search.compare);
  const version = typeof search.version === 'number' && isVersionNumber(search.version) ? search.version : undefined;
  return { ...(version === undefined ? {} : { version }), ...(pair === undefined ? {} : { compare: formatPair(...pair) }) };
}
