import { describe, expect, it } from 'vitest';
import { safeReturnPath } from './returnPath';

describe('the path to return to after signing in', () => {
  it('is a path of this portal', () => expect(safeReturnPath('/documents/1?v=2')).toBe('/documents/1?v=2'));
  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', '', '/', 7, undefined])('is never %s', (value) =>
    expect(safeReturnPath(value)).toBeUndefined(),
  );
});
