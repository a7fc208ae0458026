import { describe, expect, it } from 'vitest';
import { documentSearch, formatPair, parsePair } from './search';

describe('the compare parameter', () => {
  it('names two versions, the older one first', () => {
    expect(parsePair('3,7')).toEqual([3, 7]);
    expect(parsePair('7,3')).toEqual([3, 7]);
  });

  it.each(['3', '3,3', '0,2', '3,7,9', '-1,2', '1.5,2', 'a,b', '3, 7', '', 37, undefined, null, ['3,7']])('is not %j', (value) =>
    expect(parsePair(value)).toBeUndefined(),
  );

  it('is written with the older one first', () => expect(formatPair(7, 3)).toBe('3,7'));
});

describe('the address of a document', () => {
  it('keeps the version and the comparison', () =>
    expect(documentSearch({ version: 4, compare: '7,3', more: 'x' })).toEqual({ version: 4, compare: '3,7' }));
  it.each([0, -1, 1.5, '4', null, Number.NaN])('drops the version %j', (version) => expect(documentSearch({ version })).toEqual({}));
  it('drops a comparison that names no two versions', () => expect(documentSearch({ compare: '3' })).toEqual({}));
});
