import { describe, expect, it } from 'vitest';
import type { TimelineEntry } from '@/api';
import { happenings } from './happenings';

const entry = (action: string, more: Partial<TimelineEntry> = {}): TimelineEntry => ({
  action,
  at: '2026-01-01T00:00:00Z',
  actor: { id: 'u', displayName: 'Anna' },
  version: null,
  title: null,
  folder: null,
  tags: null,
  ...more,
});

describe('an entry of the timeline', () => {
  it('is a version', () => expect(happenings(entry('version-added', { version: 3 }))).toEqual([{ kind: 'version-added', version: 3 }]));
  it('is every change that was made at once', () =>
    expect(happenings(entry('changed', { title: 'b', folder: '', tags: ['x', 'y'] })).map(({ kind }) => kind)).toEqual(['renamed', 'moved', 'tagged']));
  it('can be the end of all tags', () => expect(happenings(entry('changed', { tags: [] }))).toEqual([{ kind: 'untagged' }]));
  it('is a change when it is of a kind that came later', () => expect(happenings(entry('signed'))).toEqual([{ kind: 'changed' }]));
});
