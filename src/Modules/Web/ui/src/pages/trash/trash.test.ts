import { describe, expect, it, vi } from 'vitest';
import { noPatches, patched, withCome, withGone } from './patches';
import { runAll } from './runAll';
import { sorted, type Trashed, withWords } from './trashed';

const trashed = (id: string, more: Partial<Trashed> = {}): Trashed => ({
  id,
  title: id,
  library: 'shared',
  folder: '',
  version: 1,
  size: 1,
  mediaType: 'text/plain',
  by: { id: 'anna', displayName: 'Anna Berger' },
  at: '2026-03-10T12:00:00Z',
  ...more,
});
const ids = (documents: readonly Trashed[]) => documents.map(({ id }) => id);

describe('what came and went', () => {
  const list = [trashed('a'), trashed('b')];

  it('is laid over the list', () => {
    const patches = withCome(withGone(noPatches, ['a']), [trashed('c')]);
    expect(ids(patched(list, patches))).toEqual(['b', 'c']);
  });

  it('keeps a document away although a late answer still has it', () => {
    const patches = withGone(noPatches, ['a']);
    expect(ids(patched([...list], patches))).toEqual(['b']);
  });

  it('shows a document once, in its newest state', () => {
    const patches = withCome(noPatches, [trashed('a', { title: 'renamed' })]);
    expect(patched(list, patches).map(({ title }) => title)).toEqual(['b', 'renamed']);
  });

  it('lets a document come back', () => {
    const patches = withCome(withGone(noPatches, ['a']), [trashed('a')]);
    expect(ids(patched(list, patches)).sort()).toEqual(['a', 'b']);
  });
});

describe('the list', () => {
  const list = [
    trashed('10.txt', { size: 3, at: '2026-03-10T12:00:00Z', folder: 'Verträge/2026' }),
    trashed('9.txt', { size: 2, at: '2026-03-11T12:00:00+02:00' }),
    trashed('Ä.txt', { size: 1, at: '2026-03-11T11:00:00Z', by: { id: 'ben', displayName: 'Ben' } }),
  ];

  it.each([
    [{ by: 'at', descending: true }, ['Ä.txt', '9.txt', '10.txt']],
    [{ by: 'title', descending: false }, ['9.txt', '10.txt', 'Ä.txt']],
    [{ by: 'size', descending: true }, ['10.txt', '9.txt', 'Ä.txt']],
  ] as const)('is sorted by %j', (sort, order) => expect(ids(sorted(list, sort, 'de'))).toEqual(order));

  it('is searched by title, folder and person', () => {
    expect(ids(withWords(list, 'VERTRÄGE 10'))).toEqual(['10.txt']);
    expect(ids(withWords(list, 'ben'))).toEqual(['Ä.txt']);
    expect(withWords(list, '  ')).toBe(list);
  });
});

describe('work on many', () => {
  const options = () => ({ atOnce: 2, signal: new AbortController().signal, onProgress: vi.fn<(ended: number) => void>() });

  it('goes on when one fails, and says which', async () => {
    const outcome = await runAll([1, 2, 3], (item) => (item === 2 ? Promise.reject(new Error('no')) : Promise.resolve()), options());
    expect(outcome.done).toEqual([1, 3]);
    expect(outcome.failed.map(({ item }) => item)).toEqual([2]);
    expect(outcome.stopped).toBe(false);
  });

  it('tells how far it is', async () => {
    const given = options();
    await runAll([1, 2, 3], () => Promise.resolve(), given);
    expect(given.onProgress.mock.calls.map(([ended]) => ended)).toEqual([1, 2, 3]);
  });

  it('begins nothing new once it is stopped', async () => {
    const stopping = new AbortController();
    const outcome = await runAll(
      [1, 2, 3, 4],
      async (item) => {
        if (item === 2) stopping.abort();
        await Promise.resolve();
      },
      { ...options(), signal: stopping.signal },
    );
    expect(outcome.done).toEqual([1, 2]);
    expect(outcome.stopped).toBe(true);
  });

  it('runs no more at once than asked', async () => {
    let now = 0;
    let most = 0;
    await runAll(
      [1, 2, 3, 4, 5],
      async () => {
        most = Math.max(most, ++now);
        await new Promise((resume) => setTimeout(resume, 1));
        now--;
      },
      options(),
    );
    expect(most).toBe(2);
  });
});
