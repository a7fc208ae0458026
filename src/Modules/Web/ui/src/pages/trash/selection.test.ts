import { describe, expect, it } from 'vitest';
import { activated, all, extendedTo, neighbour, none, nothingSelected, rowAfter, toggled } from './selection';

const order = ['a', 'b', 'c', 'd', 'e'];
const ids = (selection: { ids: ReadonlySet<string> }) => [...selection.ids].sort();

describe('a selection', () => {
  it('takes a row, and gives it back', () => {
    const one = toggled(nothingSelected, 'b');
    expect(ids(one)).toEqual(['b']);
    expect(ids(toggled(one, 'b'))).toEqual([]);
  });

  it('extends down and up from where it began', () => {
    const started = toggled(nothingSelected, 'c');
    expect(ids(extendedTo(started, 'e', order))).toEqual(['c', 'd', 'e']);
    expect(ids(extendedTo(started, 'a', order))).toEqual(['a', 'b', 'c']);
  });

  it('extends from the row that has the focus', () => {
    expect(ids(extendedTo(activated(nothingSelected, 'b'), 'c', order))).toEqual(['b', 'c']);
  });

  it('starts anew when its beginning is not shown any more', () => {
    expect(ids(extendedTo({ ids: new Set(), active: undefined, anchor: 'gone' }, 'd', order))).toEqual(['d']);
  });

  it('takes everything, and nothing', () => {
    const everything = all(nothingSelected, order);
    expect(ids(everything)).toEqual(order);
    expect(ids(none(everything))).toEqual([]);
  });
});

describe('the keyboard', () => {
  it.each([
    ['ArrowDown', 'b', 'c'],
    ['ArrowDown', 'e', 'e'],
    ['ArrowUp', 'a', 'a'],
    ['PageDown', 'b', 'd'],
    ['PageUp', 'b', 'a'],
    ['Home', 'd', 'a'],
    ['End', 'a', 'e'],
    ['x', 'a', undefined],
  ])('%s leads from %s to %s', (key, from, to) => expect(rowAfter(key, from, order, 2)).toBe(to));

  it('begins at the first row', () => expect(rowAfter('ArrowDown', undefined, order, 2)).toBe('a'));
  it('leads nowhere in an empty list', () => expect(rowAfter('ArrowDown', 'a', [], 2)).toBe(undefined));
});

describe('when rows leave', () => {
  it('the focus goes to the next one that stays', () => expect(neighbour('b', order, new Set(['b', 'c']))).toBe('d'));
  it('at the end it goes to the one before', () => expect(neighbour('e', order, new Set(['d', 'e']))).toBe('c'));
  it('it goes nowhere when none stays', () => expect(neighbour('a', order, new Set(order))).toBe(undefined));
});
