import { describe, expect, it } from 'vitest';
import { csvName } from './csvName';
import { addDays, bucketsFor, countDays, daysOf, daysOfBucket, daysOfPreset, mostDays, presets, today, usualBucket } from './range';
import { reportsSearch } from './search';
import { changeOf } from './trend';

const now = '2026-03-15';

describe('a preset', () => {
  it.each([
    ['week', '2026-03-09', '2026-03-15'],
    ['month', '2026-02-14', '2026-03-15'],
    ['quarter', '2025-12-16', '2026-03-15'],
    ['year', '2025-03-16', '2026-03-15'],
    ['thisMonth', '2026-03-01', '2026-03-15'],
    ['lastMonth', '2026-02-01', '2026-02-28'],
    ['thisYear', '2026-01-01', '2026-03-15'],
    ['lastYear', '2025-01-01', '2025-12-31'],
  ] as const)('%s is from %s to %s', (preset, from, to) => expect(daysOfPreset(preset, now)).toEqual({ from, to }));

  it('goes over the end of a year', () => expect(daysOfPreset('lastMonth', '2026-01-31')).toEqual({ from: '2025-12-01', to: '2025-12-31' }));
  it('never ends before it begins', () => {
    for (const preset of presets) expect(countDays(daysOfPreset(preset, '2024-02-29')), preset).toBeGreaterThan(0);
  });
});

describe('today', () => {
  it('is the day of the clock on the wall', () => expect(today(new Date(2026, 2, 1, 0, 30))).toBe('2026-03-01'));
});

describe('days', () => {
  it('are counted with both ends, also where a clock is put forward', () => expect(countDays({ from: '2026-03-28', to: '2026-03-30' })).toBe(3));
  it('are put in order', () => expect(daysOf('2026-03-02', '2026-03-01')).toEqual({ from: '2026-03-01', to: '2026-03-02' }));
  it.each([['2026-02-30', '2026-03-01'], ['yesterday', '2026-03-01'], [undefined, '2026-03-01']])('are none for %s and %s', (from, to) => {
    expect(daysOf(from, to)).toBeUndefined();
  });
  it('are at most as many as the server answers for', () => {
    const days = daysOf('1990-01-01', '2026-03-01');
    expect([days && countDays(days), days?.to]).toEqual([mostDays, '2026-03-01']);
  });
});

describe('buckets', () => {
  const last = (count: number) => ({ from: addDays(now, 1 - count), to: now });

  it.each([
    [1, 'day'],
    [62, 'day'],
    [63, 'week'],
    [366, 'week'],
    [367, 'month'],
    [mostDays, 'month'],
  ] as const)('of %d days are by %s', (count, bucket) => expect(usualBucket(last(count))).toBe(bucket));

  it.each([
    [7, ['day']],
    [30, ['day', 'week']],
    [365, ['day', 'week', 'month']],
    [1_000, ['week', 'month']],
    [mostDays, ['month']],
  ] as const)('of %d days may be %j', (count, choices) => {
    expect(bucketsFor(last(count))).toEqual(choices);
    expect(choices).toContain(usualBucket(last(count)));
  });

  it('have the days that lie in the range', () => {
    const range = { from: '2026-03-04', to: '2026-04-10' };
    expect(daysOfBucket('2026-03-02', 'week', range)).toEqual({ from: '2026-03-04', to: '2026-03-08' });
    expect(daysOfBucket('2026-03-01', 'month', range)).toEqual({ from: '2026-03-04', to: '2026-03-31' });
    expect(daysOfBucket('2026-04-01', 'month', range)).toEqual({ from: '2026-04-01', to: '2026-04-10' });
    expect(daysOfBucket('2026-03-09', 'day', range)).toEqual({ from: '2026-03-09', to: '2026-03-09' });
  });
});

describe('the address of the reports', () => {
  it('keeps what it understands', () => {
    const search = { range: 'year', bucket: 'week', library: 'shared', person: '7c0e5a40-0b0f-4f6e-9f63-0d7c6f6f1d11', behind: { by: 'downloads', from: '2026-03-01', to: '2026-03-02', library: 'shared' } };
    expect(reportsSearch(search)).toEqual(search);
  });

  it('drops what it does not', () => {
    expect(reportsSearch({ range: 'era', from: '2026-03-01', to: 7, bucket: 'hour', library: '<b>', behind: { by: 'x' }, more: 1 })).toEqual({});
  });

  it('names days where it names no preset', () => {
    expect(reportsSearch({ from: '2026-03-01', to: '2026-03-02' })).toEqual({ from: '2026-03-01', to: '2026-03-02' });
    expect(reportsSearch({ range: 'week', from: '2026-03-01', to: '2026-03-02' })).toEqual({ range: 'week' });
  });
});

describe('a CSV file', () => {
  it('is named for what is in it', () => {
    expect(csvName('people', { from: '2026-03-01', to: '2026-03-31' }, ['Ada’s library'])).toBe('kilo-people-2026-03-01-2026-03-31-ada-s-library.csv');
    expect(csvName('storage')).toBe('kilo-storage.csv');
  });
  it('has a name that every system takes', () => expect(csvName('people', undefined, ['../Ärzte: «A/B»?', '日本'])).toBe('kilo-people-ärzte-a-b-日本.csv'));
});

describe('a change', () => {
  it.each([
    [12, 10, 0.2],
    [5, 10, -0.5],
    [0, 0, 0],
    [3, 0, undefined],
  ])('from %d on %d is %s', (value, before, change) => {
    const changed = changeOf(value, before);
    if (change === undefined) expect(changed).toBeUndefined();
    else expect(changed).toBeCloseTo(change);
  });
});
