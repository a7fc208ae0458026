import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { keys, type LiveEvent } from '@/api';
import type { ListedDocument } from './listing';
import { followEvents, showDocument, sortEvents } from './refresh';

const me = 'me';
const document = (id: string, over: Partial<ListedDocument> = {}): ListedDocument => ({
  id,
  title: `${id}.txt`,
  folder: '',
  library: 'shared',
  version: 1,
  size: 1,
  mediaType: 'text/plain',
  updatedBy: { id: me, displayName: 'Me' },
  updatedAt: '2026-01-01T00:00:00Z',
  ...over,
});
const event = (over: Partial<LiveEvent>): LiveEvent => ({
  action: 'added',
  document: 'a',
  library: 'shared',
  folder: '',
  title: 'a.txt',
  version: 1,
  by: { id: me, displayName: 'Me' },
  at: '2026-01-01T00:00:00Z',
  position: 'p',
  ...over,
});

function given(listings: Record<string, ListedDocument[]>) {
  const client = new QueryClient();
  for (const [place, documents] of Object.entries(listings)) {
    const [library = '', folder = ''] = place.split(':');
    client.setQueryData(keys.listing(library, folder), documents);
  }
  const ids = (library: string, folder: string) => client.getQueryData<ListedDocument[]>(keys.listing(library, folder))?.map(({ id }) => id);
  return { client, ids };
}

describe('the lists', () => {
  it('show a moved document in its new folder only', () => {
    const { client, ids } = given({ 'shared:': [document('a'), document('b')], 'shared:x': [] });
    showDocument(client, document('a', { folder: 'x' }), me);
    expect([ids('shared', ''), ids('shared', 'x')]).toEqual([['b'], ['a']]);
  });

  it('know the personal library by its owner', () => {
    const { client, ids } = given({ 'personal:': [], 'shared:': [] });
    showDocument(client, document('a', { library: me }), me);
    expect([ids('personal', ''), ids('shared', '')]).toEqual([['a'], []]);
  });

  it('lose what was moved to the trash, without asking the server', () => {
    const { client, ids } = given({ 'shared:': [document('a'), document('b')] });
    followEvents(client, [event({ action: 'trashed' })], me);
    expect(ids('shared', '')).toEqual(['b']);
  });
});

describe('a batch of events', () => {
  it('counts a document once, by its last event', () => {
    const events = [event({ action: 'added' }), event({ action: 'trashed' }), event({ document: 'b' })];
    expect(sortEvents(events, () => false)).toEqual({ changed: ['b'], gone: ['a'] });
  });

  it('leaves alone what is shown already', () => {
    expect(sortEvents([event({})], () => true)).toEqual({ changed: [], gone: [] });
  });
});
