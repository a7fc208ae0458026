import { describe, expect, it, vi } from 'vitest';
import { type Answer, freeTitle, resolveConflicts } from './conflicts';
import { placeFiles } from './droppedFiles';

const file = (path: string) => {
  const dropped = new File(['x'], path.split('/').at(-1) ?? '');
  Object.defineProperty(dropped, 'path', { value: path });
  return dropped;
};
const existing = new Map([
  [
    'docs',
    new Map([
      ['a.txt', { id: 'A', version: 3 }],
      ['b.txt', { id: 'B', version: 1 }],
      ['a (2).txt', { id: 'A2', version: 1 }],
    ]),
  ],
]);

async function resolve(paths: string[], ...answers: (Answer | null)[]) {
  const ask = vi.fn(() => Promise.resolve(answers.shift() ?? null));
  const uploads = await resolveConflicts(placeFiles(paths.map(file), 'docs'), 'shared', existing, ask);
  return { ask, targets: uploads.map(({ target }) => target) };
}

describe('dropped files', () => {
  it('keep the folders they were dropped with', () => {
    const placed = placeFiles([file('./x.txt'), file('/tree/sub/y.txt'), file('z.txt')], 'docs');
    expect(placed.map(({ folder, title }) => [folder, title])).toEqual([
      ['docs', 'x.txt'],
      ['docs/tree/sub', 'y.txt'],
      ['docs', 'z.txt'],
    ]);
  });
});

describe('a name that exists', () => {
  it('is nobody’s concern in another folder', async () => {
    const { ask, targets } = await resolve(['/new/a.txt']);
    expect(ask).not.toHaveBeenCalled();
    expect(targets).toMatchObject([{ kind: 'document', folder: 'docs/new', title: 'a.txt' }]);
  });

  it('becomes a new version based on the one that was seen', async () => {
    const { targets } = await resolve(['a.txt'], { resolution: 'version', forAll: false });
    expect(targets).toMatchObject([{ kind: 'version', document: 'A', basedOn: 3 }]);
  });

  it('gets a free name when both are kept', async () => {
    const { targets } = await resolve(['a.txt', 'a (3).txt'], { resolution: 'both', forAll: false });
    expect(targets.map(({ title }) => title)).toEqual(['a (4).txt', 'a (3).txt']);
  });

  it('is skipped alone', async () => {
    const { targets } = await resolve(['a.txt', 'c.txt'], { resolution: 'skip', forAll: false });
    expect(targets.map(({ title }) => title)).toEqual(['c.txt']);
  });

  it('is asked for once when the answer holds for all', async () => {
    const { ask, targets } = await resolve(['a.txt', 'b.txt'], { resolution: 'version', forAll: true });
    expect(ask).toHaveBeenCalledOnce();
    expect(ask).toHaveBeenCalledWith(expect.objectContaining({ title: 'a.txt' }), 1);
    expect(targets.map(({ kind }) => kind)).toEqual(['version', 'version']);
  });

  it('uploads nothing when the person gives up', async () => {
    const { targets } = await resolve(['c.txt', 'a.txt'], null);
    expect(targets).toEqual([]);
  });
});

describe('a free name', () => {
  it('keeps the extension, also where there is none', () => {
    expect([freeTitle('a.tar', () => false), freeTitle('LICENSE', () => false), freeTitle('.env', () => false)]).toEqual([
      'a (2).tar',
      'LICENSE (2)',
      '.env (2)',
    ]);
  });
});
