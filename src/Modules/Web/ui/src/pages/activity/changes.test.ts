import { describe, expect, it } from 'vitest';
import { type Change, dayName, groupByDay, lastTitles, matches, mergeChanges, mostChanges, noFilter, purgedDocuments } from './changes';

const change = (position: string, at: string, more: Partial<Change> = {}): Change => ({
  action: 'added',
  document: `document of ${position}`,
  library: 'shared',
  folder: '',
  title: 'a.txt',
  version: 1,
  by: { id: 'anna', displayName: 'Anna' },
  at,
  position,
  ...more,
});
const positions = (changes: readonly Change[]) => changes.map(({ position }) => position);

describe('merging', () => {
  const loaded = [change('p2', '2026-03-10T12:02:00Z'), change('p1', '2026-03-10T12:01:00Z')];

  it('puts what arrives on top, the newest first', () => {
    const arrived = [change('p3', '2026-03-10T12:03:00Z'), change('p4', '2026-03-10T12:04:00Z')];
    expect(positions(mergeChanges(loaded, arrived))).toEqual(['p4', 'p3', 'p2', 'p1']);
  });

  it('knows a change by its position, wherever it came from and however often', () => {
    const again = [change('p2', '2026-03-10T12:02:00Z'), change('p3', '2026-03-10T12:03:00Z'), change('p3', '2026-03-10T12:03:00Z')];
    expect(positions(mergeChanges(loaded, again))).toEqual(['p3', 'p2', 'p1']);
  });

  it('gives a change that arrives late its place in time', () => {
    expect(positions(mergeChanges(loaded, [change('late', '2026-03-10T12:01:30Z')]))).toEqual(['p2', 'late', 'p1']);
  });

  it('keeps the order of arrival within a moment, the newest first', () => {
    const arrived = [change('a', '2026-03-10T12:05:00Z'), change('b', '2026-03-10T12:05:00Z')];
    expect(positions(mergeChanges(loaded, arrived)).slice(0, 2)).toEqual(['b', 'a']);
  });

  it('compares moments, not texts', () => {
    const arrived = [change('p3', '2026-03-10T13:03:00.5+01:00')];
    expect(positions(mergeChanges(loaded, arrived))[0]).toBe('p3');
  });

  it('forgets the oldest beyond what the server keeps', () => {
    const many = Array.from({ length: mostChanges }, (_, index) => change(`m${index}`, new Date(Date.UTC(2026, 0, 1) - index * 1000).toISOString()));
    const merged = mergeChanges(many, [change('new', '2026-03-10T12:00:00Z')]);
    expect([merged.length, merged[0]?.position]).toEqual([mostChanges, 'new']);
  });
});

describe('days', () => {
  const local = (day: number, hour: number) => new Date(2026, 2, day, hour).toISOString();

  it('hold the changes between two local midnights, in order', () => {
    const days = groupByDay([change('c', local(10, 23)), change('b', local(10, 0)), change('a', local(9, 23))]);
    expect(days.map((day) => positions(day.changes))).toEqual([['c', 'b'], ['a']]);
    expect(days[0]?.start).toBe(new Date(2026, 2, 10).getTime());
  });

  it('are none without changes', () => expect(groupByDay([])).toEqual([]));

  it('have a name when they are near', () => {
    const now = new Date(2026, 2, 10, 0, 30).getTime();
    const start = (day: number) => new Date(2026, 2, day).getTime();
    expect([10, 9, 8].map((day) => dayName(start(day), now))).toEqual(['today', 'yesterday', undefined]);
  });

  it('have a name across a change of the clocks', () => {
    const now = new Date(2026, 2, 30, 12).getTime();
    expect(dayName(new Date(2026, 2, 29).getTime(), now)).toBe('yesterday');
  });
});

describe('a filter', () => {
  const version = change('p', '2026-03-10T12:00:00Z', { action: 'version-restored' });

  it.each([
    [noFilter, true],
    [{ ...noFilter, kind: 'version' as const }, true],
    [{ ...noFilter, kind: 'added' as const }, false],
    [{ ...noFilter, library: 'shared' }, true],
    [{ ...noFilter, library: 'ben' }, false],
    [{ ...noFilter, mine: true }, false],
  ])('%j lets a restored version of Anna in the shared library pass: %s', (filter, passes) => expect(matches(version, filter, 'ben')).toBe(passes));

  it('of mine lets what one did oneself pass', () => expect(matches(version, { ...noFilter, mine: true }, 'anna')).toBe(true));
});

describe('a document that was removed for good', () => {
  const changes = [
    change('p3', '2026-03-10T12:03:00Z', { document: 'd', action: 'purged', title: '' }),
    change('p2', '2026-03-10T12:02:00Z', { document: 'd', title: 'new name.txt' }),
    change('p1', '2026-03-10T12:01:00Z', { document: 'd', title: 'old name.txt' }),
  ];
  it('is still known by its last title', () => expect(lastTitles(changes).get('d')).toBe('new name.txt'));
  it('cannot be opened any more', () => expect([...purgedDocuments(changes)]).toEqual(['d']));
});
