import { describe, expect, it } from 'vitest';
import type { ListedDocument } from '@/library';
import { type Column, entriesOf, sortDocuments } from './entries';

const document = (title: string, over: Partial<ListedDocument> = {}): ListedDocument => ({
  id: title,
  title,
  folder: '',
  library: 'shared',
  version: 1,
  size: 10,
  mediaType: 'text/plain',
  updatedBy: { id: 'u', displayName: 'Ada' },
  updatedAt: '2026-01-01T00:00:00Z',
  ...over,
});
const titles = (documents: readonly ListedDocument[], column: Column, descending = false) =>
  sortDocuments(documents, { column, descending }, 'de').map(({ title }) => title);

describe('the order of documents', () => {
  it('is the one of people: numbers by value, umlauts beside their vowels', () => {
    const documents = ['b10', 'Zebra', 'b2', 'Ärger', 'apfel'].map((title) => document(title));
    expect(titles(documents, 'title')).toEqual(['apfel', 'Ärger', 'b2', 'b10', 'Zebra']);
  });

  it('falls back to the title, ascending, among equals', () => {
    const documents = [document('b', { size: 5 }), document('a', { size: 5 }), document('c', { size: 9 })];
    expect(titles(documents, 'size', true)).toEqual(['c', 'a', 'b']);
  });

  it('knows every column', () => {
    const documents = [
      document('a', { version: 2, updatedAt: '2026-02-01T00:00:00Z', updatedBy: { id: '1', displayName: 'Zoe' } }),
      document('b', { version: 1, updatedAt: '2026-03-01T00:00:00Z' }),
    ];
    expect([titles(documents, 'version'), titles(documents, 'updatedAt'), titles(documents, 'updatedBy')]).toEqual([
      ['b', 'a'],
      ['a', 'b'],
      ['b', 'a'],
    ]);
  });

  it('does not touch the list it was given', () => {
    const documents = [document('b'), document('a')];
    titles(documents, 'title');
    expect(documents.map(({ title }) => title)).toEqual(['b', 'a']);
  });

  it('has folders first', () => {
    const folders = [{ name: 'z', path: 'z', documents: 1 }];
    const entries = entriesOf(folders, [document('a')], { column: 'size', descending: true }, 'en');
    expect(entries.map(({ key }) => key)).toEqual(['folder:z', 'a']);
  });
});
