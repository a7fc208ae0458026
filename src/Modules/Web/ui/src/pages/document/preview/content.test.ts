import { describe, expect, it } from 'vitest';
import { contentUrl, decodeText } from './content';

const bytes = (...values: number[]) => new Uint8Array(values);

describe('bytes as text', () => {
  it('are UTF-8', () => expect(decodeText(new TextEncoder().encode('Grüße 🙂'), false).text).toBe('Grüße 🙂'));
  it('lose their byte order mark', () => expect(decodeText(bytes(0xef, 0xbb, 0xbf, 0x61), false).text).toBe('a'));
  it('are UTF-16 when they say so', () => {
    expect(decodeText(bytes(0xff, 0xfe, 0x61, 0), false)).toEqual({ text: 'a', isCut: false, isBinary: false });
    expect(decodeText(bytes(0xfe, 0xff, 0, 0x61), false).text).toBe('a');
  });
  it('are Windows-1252 when they cannot be UTF-8', () => expect(decodeText(bytes(0x47, 0x72, 0xfc, 0xdf, 0x65), false).text).toBe('Grüße'));
  it('may be cut within a character', () => expect(decodeText(bytes(0x61, 0xc3), true).text).toBe('a'));
  it('are no text when they have zeros', () => expect(decodeText(bytes(0x50, 0x4b, 0, 1), false).isBinary).toBe(true));
});

describe('the address of a content', () => {
  it('cannot leave its place', () => expect(contentUrl('../users', 1)).toBe('/api/documents/..%2Fusers/versions/1/content'));
});
