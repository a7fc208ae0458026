import { describe, expect, it } from 'vitest';
import { newerVersion, olderVersion, shownVersion, toggleTicked } from './versionChoice';

describe('the version that is shown', () => {
  it('is the newest at first', () => expect(shownVersion(undefined, undefined, 4)).toBe(4));
  it('is the one that the address names', () => expect(shownVersion(2, 4, 4)).toBe(2));
  it('stays when somebody adds another one', () => expect(shownVersion(undefined, 4, 5)).toBe(4));
  it('is an existing one when the address names none', () => expect(shownVersion(9, undefined, 4)).toBe(4));
});

describe('going through the versions', () => {
  it('ends at the oldest and at the newest', () => {
    expect([olderVersion(2), olderVersion(1)]).toEqual([1, undefined]);
    expect([newerVersion(3, 4), newerVersion(4, 4)]).toEqual([4, undefined]);
  });
});

describe('ticking versions to compare', () => {
  it('ticks and unticks', () => {
    expect(toggleTicked([], 3)).toEqual([3]);
    expect(toggleTicked([3, 5], 3)).toEqual([5]);
  });
  it('keeps the last two', () => expect(toggleTicked([3, 5], 7)).toEqual([5, 7]));
});
