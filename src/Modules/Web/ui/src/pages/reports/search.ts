import { type Bucket, buckets, type Days, daysOf, daysOfPreset, type Preset, presets, usualPreset } from './range';

export const ranks = ['versions', 'downloads', 'bytes'] as const;
export type Rank = (typeof ranks)[number];

/** The documents behind a point of a chart. */
export interface Behind extends Days {
  by: Rank;
  library?: string;
  person?: string;
}

/** What the address of the reports says; what is not there is as usual. */
export interface ReportsSearch {
  /** Days with a name; without it `from` and `to`, or the usual ones. */
  range?: Preset;
  from?: string;
  to?: string;
  bucket?: Bucket;
  /** The id of a library, or of a person, which alone counts. */
  library?: string;
  person?: string;
  behind?: Behind;
}

const uuidPattern = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

function oneOf<T extends string>(values: readonly T[], value: unknown): T | undefined {
  return values.find((known) => known === value);
}

function personOf(value: unknown): string | undefined {
  return typeof value === 'string' && uuidPattern.test(value) ? value : undefined;
}

// A personal library has its owner's id.
function libraryOf(value: unknown): string | undefined {
  return value === 'shared' ? value : personOf(value);
}

function behindOf(value: unknown): Behind | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { by, from, to, library, person } = value as Record<string, unknown>;
  const days = daysOf(from, to);
  return days && { ...days, by: oneOf(ranks, by) ?? 'versions', ...present({ library: libraryOf(library), person: personOf(person) }) };
}

/** Without what is undefined, so that the address stays short. */
export function present<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** What the page understands of its address; the rest is dropped. */
export function reportsSearch(search: Record<string, unknown>): ReportsSearch {
  const range = oneOf(presets, search.range);
  return present({
    ...(range === undefined ? daysOf(search.from, search.to) : { range }),
    bucket: oneOf(buckets, search.bucket),
    library: libraryOf(search.library),
    person: personOf(search.person),
    behind: behindOf(search.behind),
  });
}

/** The days that an address means, today. */
export function daysOfSearch({ range, from, to }: ReportsSearch): Days {
  return (range === undefined ? daysOf(from, to) : undefined) ?? daysOfPreset(range ?? usualPreset);
}
