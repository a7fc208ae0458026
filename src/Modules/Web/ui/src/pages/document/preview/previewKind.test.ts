import { describe, expect, it } from 'vitest';
import { imageTypeOf, isSvg, isTextual, previewKind } from './previewKind';

describe('the kind of preview', () => {
  it.each([
    ['text/plain', 'notes.txt', 'text'],
    ['text/plain; charset=utf-8', 'notes.txt', 'text'],
    ['text/plain', 'readme.md', 'markdown'],
    ['text/markdown', 'x', 'markdown'],
    ['text/csv', 'numbers.csv', 'csv'],
    ['application/vnd.ms-excel', 'numbers.csv', 'csv'],
    ['application/vnd.ms-excel', 'numbers.xls', 'none'],
    ['text/tab-separated-values', 'x', 'csv'],
    ['application/json', 'x', 'text'],
    ['application/ld+json', 'x', 'text'],
    ['application/atom+xml', 'x', 'text'],
    ['video/mp2t', 'main.ts', 'text'],
    ['video/mp2t', 'recording', 'video'],
    ['application/pdf', 'x', 'pdf'],
    ['image/png', 'x', 'image'],
    ['image/tiff', 'scan.tiff', 'none'],
    ['image/heic', 'photo.heic', 'none'],
    ['audio/mpeg', 'song.mp3', 'audio'],
    ['video/mp4', 'film.mp4', 'video'],
    ['application/zip', 'a.zip', 'none'],
  ])('of %s named %s is %s', (type, name, kind) => expect(previewKind(type, name)).toBe(kind));

  it.each([
    ['report.PDF', 'pdf'],
    ['photo.JPG', 'image'],
    ['drawing.svg', 'image'],
    ['main.cs', 'text'],
    ['Dockerfile', 'text'],
    ['LICENSE', 'text'],
    ['readme.md', 'markdown'],
    ['table.tsv', 'csv'],
    ['film.webm', 'video'],
    ['program.exe', 'none'],
    ['nothing', 'none'],
    ['constructor', 'none'],
  ])('of unknown bytes named %s is %s', (name, kind) => expect(previewKind('application/octet-stream', name)).toBe(kind));

  it('of a web page is its text, never the page', () => {
    expect(previewKind('text/html', 'page.html')).toBe('text');
    expect(previewKind('application/xhtml+xml', 'page.xhtml')).toBe('text');
    expect(previewKind('text/html', 'looks-like.png')).toBe('text');
  });
});

describe('an image', () => {
  it('has the type of its extension when it was stored without one', () => {
    expect(imageTypeOf('application/octet-stream', 'a.webp')).toBe('image/webp');
    expect(imageTypeOf('image/png', 'a.webp')).toBe('image/png');
  });
  it('can be SVG', () => {
    expect(isSvg('image/svg+xml', 'a')).toBe(true);
    expect(isSvg('application/octet-stream', 'a.svg')).toBe(true);
    expect(isSvg('image/png', 'a.svg')).toBe(false);
  });
});

describe('comparing line by line', () => {
  it('is for text of every kind', () => {
    expect((['text', 'markdown', 'csv'] as const).every(isTextual)).toBe(true);
    expect((['image', 'pdf', 'audio', 'video', 'none'] as const).some(isTextual)).toBe(false);
  });
});
