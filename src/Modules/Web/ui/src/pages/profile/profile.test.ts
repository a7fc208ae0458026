import { describe, expect, it } from 'vitest';
import { alphabet, generatePassword } from './generatePassword';
import { isAllowed, strengthOf } from './passwordStrength';
import { dayOf, endsSoon, expiryChoices, expiryOf } from './tokenExpiry';

describe('a generated password', () => {
  it('has four groups of five unmistakable characters', () => {
    const characters = `[${alphabet}]{5}`;
    expect(generatePassword()).toMatch(new RegExp(`^${Array(4).fill(characters).join('-')}$`));
    expect(alphabet).not.toMatch(/[0OoIl1i5Ss2Zz]/);
  });

  it('has more than 100 bits', () => expect(20 * Math.log2(new Set(alphabet).size)).toBeGreaterThan(100));
  it('counts as strong', () => expect(strengthOf(generatePassword())).toBe('good'));
  it('is another one each time', () => expect(new Set(Array.from({ length: 200 }, () => generatePassword())).size).toBe(200));

  it('throws away bytes that would make some characters likelier', () => {
    const bytes = [255, 254, ...Array<number>(20).fill(0)];
    const password = generatePassword((into) => (into.fill(0), into.set(bytes), into));
    expect(password).toBe(Array(4).fill(alphabet.charAt(0).repeat(5)).join('-'));
  });

  it('uses every character about as often', () => {
    const counts = new Map<string, number>();
    for (let round = 0; round < 2000; round++) for (const character of generatePassword().replaceAll('-', '')) counts.set(character, (counts.get(character) ?? 0) + 1);
    const expected = (2000 * 20) / alphabet.length;
    for (const character of alphabet) expect(Math.abs((counts.get(character) ?? 0) - expected)).toBeLessThan(expected * 0.3);
  });
});

describe('a password', () => {
  it.each([
    [7, 'short'],
    [8, 'weak'],
    [11, 'weak'],
    [12, 'fair'],
    [16, 'good'],
    [200, 'good'],
    [201, 'long'],
  ])('of %d characters is %s', (length, strength) => expect(strengthOf('x'.repeat(length))).toBe(strength));

  it('is allowed within the limits of the server', () => {
    expect([7, 8, 200, 201].map((length) => isAllowed('x'.repeat(length)))).toEqual([false, true, true, false]);
  });
});

describe('a token', () => {
  const now = new Date(2026, 2, 10, 15, 30).getTime();
  const local = (year: number, month: number, day: number, hour: number, minute: number, second = 0) => new Date(year, month - 1, day, hour, minute, second).toISOString();

  it.each([
    ['week', local(2026, 3, 17, 15, 30)],
    ['month', local(2026, 4, 9, 15, 30)],
    ['quarter', local(2026, 6, 8, 15, 30)],
    ['year', local(2027, 3, 10, 15, 30)],
    ['never', null],
  ] as const)('for a %s ends at %s', (choice, end) => expect(expiryOf(choice, '', now)).toBe(end));

  it('until a day works to the end of that day here', () => expect(expiryOf('date', '2026-03-10', now)).toBe(local(2026, 3, 10, 23, 59, 59)));
  it.each(['2026-03-09', '', 'nonsense'])('until "%s" cannot be made', (date) => expect(expiryOf('date', date, now)).toBe(undefined));
  it('has every choice answered', () => expect(expiryChoices.filter((choice) => expiryOf(choice, '2026-05-01', now) === undefined)).toEqual([]));
  it('can be given today as its last day', () => expect(dayOf(now)).toBe('2026-03-10'));

  it('is due within a week of its end', () => {
    expect(endsSoon(local(2026, 3, 16, 15, 30), now)).toBe(true);
    expect(endsSoon(local(2026, 3, 18, 15, 30), now)).toBe(false);
    expect(endsSoon(null, now)).toBe(false);
  });
});
