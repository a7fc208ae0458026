/** Days, both of which count, like 2026-01-31. */
export interface Days {
  from: string;
  to: string;
}

export const presets = ['week', 'month', 'quarter', 'year', 'thisMonth', 'lastMonth', 'thisYear', 'lastYear'] as const;
export type Preset = (typeof presets)[number];
export const usualPreset: Preset = 'month';

export const buckets = ['day', 'week', 'month'] as const;
export type Bucket = (typeof buckets)[number];

/** The server answers for no more days than these. */
export const mostDays = 3_660;

const dayMs = 86_400_000;
const dayPattern = /^\d{4}-\d{2}-\d{2}$/;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const msOf = (day: string) => Date.parse(`${day}T00:00:00Z`);
const monthOf = (day: string) => Number(day.slice(5, 7)) - 1;
const yearOf = (day: string) => Number(day.slice(0, 4));

export function isDay(value: unknown): value is string {
  return typeof value === 'string' && dayPattern.test(value) && !Number.isNaN(msOf(value)) && dayOf(msOf(value)) === value;
}

/** The day that it is where the person is. */
export function today(now: Date = new Date()): string {
  return dayOf(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()));
}

export function addDays(day: string, days: number): string {
  return dayOf(msOf(day) + days * dayMs);
}

export function countDays({ from, to }: Days): number {
  return Math.round((msOf(to) - msOf(from)) / dayMs) + 1;
}

/** Two days in order, and no more of them than the server answers for; undefined when they are none. */
export function daysOf(from: unknown, to: unknown): Days | undefined {
  if (!isDay(from) || !isDay(to)) return undefined;
  const days = from <= to ? { from, to } : { from: to, to: from };
  return countDays(days) <= mostDays ? days : { from: addDays(days.to, 1 - mostDays), to: days.to };
}

/** The days that a preset means, today. */
export function daysOfPreset(preset: Preset, now: string = today()): Days {
  const [year, month] = [yearOf(now), monthOf(now)];
  const last = (days: number) => ({ from: addDays(now, 1 - days), to: now });
  switch (preset) {
    case 'week':
      return last(7);
    case 'month':
      return last(30);
    case 'quarter':
      return last(90);
    case 'year':
      return last(365);
    case 'thisMonth':
      return { from: dayOf(Date.UTC(year, month, 1)), to: now };
    case 'lastMonth':
      return { from: dayOf(Date.UTC(year, month - 1, 1)), to: dayOf(Date.UTC(year, month, 0)) };
    case 'thisYear':
      return { from: dayOf(Date.UTC(year, 0, 1)), to: now };
    case 'lastYear':
      return { from: dayOf(Date.UTC(year - 1, 0, 1)), to: dayOf(Date.UTC(year, 0, 0)) };
  }
}

const mostBuckets = 400;
const readableDays = 62;
const readableWeeks = 366;

const longest: Record<Bucket, number> = { day: mostBuckets, week: mostBuckets * 7, month: mostDays };

/** What days are put together by so that a chart stays readable: at most two months of days, or a year of weeks. */
export function usualBucket(days: Days): Bucket {
  const count = countDays(days);
  return count <= readableDays ? 'day' : count <= readableWeeks ? 'week' : 'month';
}

/** Which buckets make sense: more than one, and not so many that a chart would be a smear. */
export function bucketsFor(days: Days): readonly Bucket[] {
  const count = countDays(days);
  return buckets.filter((bucket) => count <= longest[bucket] && (bucket === 'day' || count > (bucket === 'week' ? 7 : 31)));
}

/** The days of a bucket that lie in the range. */
export function daysOfBucket(start: string, bucket: Bucket, range: Days): Days {
  const end =
    bucket === 'day' ? start : bucket === 'week' ? addDays(start, 6) : dayOf(Date.UTC(yearOf(start), monthOf(start) + 1, 0));
  return { from: start < range.from ? range.from : start, to: end > range.to ? range.to : end };
}
