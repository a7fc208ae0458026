import { describe, expect, it } from 'vitest';
import { extendTo, nothingSelected, selectAll, selectOnly, toggle } from './selection';

const order = ['a', 'b', 'c', 'd', 'e'];
const ids = ({ ids: selected }: { ids: ReadonlySet<string> }) => [...selected].sort();

describe('the selection', () => {
  it('toggles one', () => {
    const one = toggle(nothingSelected, 'b');
    expect(ids(one)).toEqual(['b']);
    expect(ids(toggle(one, 'b'))).toEqual([]);
  });

  it('extends from the last one in both directions, and keeps the rest', () => {
    expect(ids(extendTo(selectOnly('b'), 'd', order))).toEqual(['b', 'c', 'd']);
    expect(ids(extendTo(selectOnly('d'), 'b', order))).toEqual(['b', 'c', 'd']);
    expect(ids(extendTo({ ids: new Set(['e']), anchor: 'a' }, 'b', order))).toEqual(['a', 'b', 'e']);
  });

  it('extends from nothing to one', () => expect(ids(extendTo(nothingSelected, 'c', order))).toEqual(['c']));
  it('takes all', () => expect(ids(selectAll(order))).toEqual(order));
});
