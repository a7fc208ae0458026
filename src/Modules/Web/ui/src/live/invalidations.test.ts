import { describe, expect, it } from 'vitest';
import { keys, type LiveAction, type LiveEvent } from '@/api';
import { staleKeys } from './invalidations';

const event = (action: LiveAction, document = 'd1'): LiveEvent => ({
  action,
  document,
  library: 'shared',
  folder: '',
  title: 'a.txt',
  version: 1,
  by: { id: 'u', displayName: 'U' },
  at: '2026-01-01T00:00:00Z',
  position: 'p',
});

describe('a live event', () => {
  it('makes its document stale', () => {
    expect(staleKeys([event('version-added')])).toEqual([keys.document('d1')]);
  });

  it('names every key once in a batch', () => {
    expect(staleKeys([event('version-added'), event('version-added')])).toHaveLength(1);
  });
});
