import { describe, expect, it } from 'vitest';
import { moveInGrid } from './gridKeys';

describe('the keys of the list', () => {
  it.each([
    ['ArrowDown', 3, 4],
    ['ArrowUp', 0, 0],
    ['PageDown', 3, 9],
    ['PageUp', 3, 0],
    ['Home', 3, 0],
    ['End', 3, 9],
  ])('%s leads from row %d to row %d', (key, from, to) => expect(moveInGrid(key, from, 10, 7)).toBe(to));

  it('lead nowhere in an empty list, and others mean something else', () => {
    expect(moveInGrid('ArrowDown', 0, 0, 7)).toBeUndefined();
    expect(moveInGrid('x', 0, 10, 7)).toBeUndefined();
  });
});
