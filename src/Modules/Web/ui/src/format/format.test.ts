import { describe, expect, it } from 'vitest';
import { formatBytes } from './bytes';
import { formatAgo, formatDate } from './dates';
import { formatDuration } from './durations';
import { formatDay, formatDays, formatMonth, formatShortDay } from './days';

describe('a size', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [1550, '1.6 kB'],
    [99_949, '99.9 kB'],
    [999_999, '1 MB'],
    [2_147_483_648, '2.1 GB'],
  ])('%d reads %s', (bytes, text) => expect(formatBytes(bytes, 'en')).toBe(text));

  it('uses the decimal mark of the language', () => expect(formatBytes(1550, 'de')).toMatch(/^1,6\skB$/));
});

describe('a moment', () => {
  const now = Date.parse('2026-03-10T12:00:00Z');
  const before = (seconds: number) => new Date(now - seconds * 1000).toISOString();

  it.each([
    [5, 'now'],
    [61, '1 minute ago'],
    [7_300, '2 hours ago'],
    [86_400, 'yesterday'],
    [86_400 * 15, '2 weeks ago'],
    [86_400 * 800, '2 years ago'],
  ])('%d seconds ago reads %s', (seconds, text) => expect(formatAgo(before(seconds), 'en', now)).toBe(text));

  it('reads in German', () => expect(formatAgo(before(7_300), 'de', now)).toBe('vor 2 Stunden'));
  it('has a full date as well', () => expect(formatDate('2026-03-10T12:00:00Z', 'en')).toContain('2026'));
});

describe('a day', () => {
  it('is the same day in every time zone', () => expect([formatDay('2026-03-01', 'en-GB'), formatShortDay('2026-03-01', 'en-GB')]).toEqual(['1 Mar 2026', '1 Mar']));
  it('names its month', () => expect(formatMonth('2026-03-01', 'de')).toBe('März 2026'));
  it('and another one say what they share once', () => expect(formatDays('2026-03-10', '2026-03-16', 'en-GB')).toMatch(/^10\s*–\s*16 Mar 2026$/));
  it('and itself are one day', () => expect(formatDays('2026-03-10', '2026-03-10', 'en-GB')).toBe('10 Mar 2026'));
});

describe('a duration', () => {
  it.each([
    [7, '7 ms'],
    [1_520, '1.5 sec'],
    [90_000, '1.5 min'],
    [11_520_000, '3.2 hr'],
    [86_400_000, '1 day'],
  ])('of %d ms reads %s', (ms, text) => expect(formatDuration(ms, 'en')).toBe(text));
});
