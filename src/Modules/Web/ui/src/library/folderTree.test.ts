import { describe, expect, it } from 'vitest';
import { childFolders, cleanPath, folderTree, parentOf, trail } from './folderTree';

const folders = [
  { path: '2026/q4', documents: 3 },
  { path: '2026/q4/drafts', documents: 2 },
  { path: '2026', documents: 1 },
  { path: 'contracts/a', documents: 5 },
  { path: '', documents: 9 },
];

describe('folders from paths', () => {
  it('are implied by longer paths and count everything below', () => {
    expect(childFolders(folders, '')).toEqual([
      { name: '2026', path: '2026', documents: 6 },
      { name: 'contracts', path: 'contracts', documents: 5 },
    ]);
    expect(childFolders(folders, '2026')).toEqual([{ name: 'q4', path: '2026/q4', documents: 5 }]);
    expect(childFolders(folders, '2026/q4/drafts')).toEqual([]);
  });

  it('do not mix names that begin alike', () => {
    expect(childFolders([{ path: 'ab/c', documents: 1 }], 'a')).toEqual([]);
  });

  it('form a sorted tree', () => {
    const tree = folderTree([...folders, { path: '2026/q10', documents: 1 }], 'en');
    expect(tree.map((node) => node.value)).toEqual(['2026', 'contracts']);
    expect(tree[0]?.children?.map((node) => node.label)).toEqual(['q4', 'q10']);
  });

  it('have trails, parents and clean paths', () => {
    expect(trail('a/b')).toEqual([
      { name: 'a', path: 'a' },
      { name: 'b', path: 'a/b' },
    ]);
    expect(trail('')).toEqual([]);
    expect([parentOf('a/b'), parentOf('a')]).toEqual(['a', '']);
    expect(cleanPath(' /a// b/ ')).toBe('a/b');
  });
});
