import { describe, expect, it } from 'vitest';
import type { User } from '@/api';
import { lagOf, type Module, parkedOf } from './operations';
import { pageOf, peopleWith } from './people';

const person = (displayName: string, email: string) => ({ displayName, email }) as User;

describe('people', () => {
  const everybody = [person('Anna Berger', 'anna@example.org'), person('Ben Okafor', 'ben@example.com')];
  const found = (text: string) => peopleWith(everybody, text).map(({ displayName }) => displayName);

  it('are found by words of the name and of the address, in any order', () => {
    expect(found('BERGER an')).toEqual(['Anna Berger']);
    expect(found('example.com')).toEqual(['Ben Okafor']);
    expect(found('anna okafor')).toEqual([]);
    expect(found('')).toHaveLength(2);
  });

  it('come in pages', () => expect(pageOf([1, 2, 3, 4, 5], 2, 2)).toEqual({ items: [3, 4], page: 2, pages: 3 }));
  it('have a last page where a later one was asked for', () => expect(pageOf([1, 2, 3], 9, 2)).toEqual({ items: [3], page: 2, pages: 2 }));
  it('have one empty page when there are none', () => expect(pageOf([], 1, 2)).toEqual({ items: [], page: 1, pages: 1 }));
});

describe('operations', () => {
  const view = (lag: number) => ({ topic: 't', partition: 0, position: 0, end: lag, lag });
  const parked = { topic: 't', partition: 0, offset: 7, eventId: 'e', type: 'x.v1', key: 'k', reason: 'why' };
  const up: Module = { module: 'documents', problem: null, report: { module: 'documents', engines: [], views: [view(3), view(1200)], parked: [parked] } };
  const down: Module = { module: 'users', problem: 'It does not answer.', report: null };

  it('name the slowest view', () => expect([lagOf(up), lagOf(down)]).toEqual([1200, 0]));
  it('list what is parked anywhere', () => expect(parkedOf([up, down])).toEqual([{ ...parked, module: 'documents' }]));
});
