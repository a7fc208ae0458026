/** The server's limits. */
export const shortestPassword = 8;
export const longestPassword = 200;

export type Strength = 'short' | 'weak' | 'fair' | 'good' | 'long';

/** How much a password's length is worth; length counts for more than special characters do. */
export function strengthOf(password: string): Strength {
  if (password.length < shortestPassword) return 'short';
  if (password.length > longestPassword) return 'long';
  if (password.length < 12) return 'weak';
  return password.length < 16 ? 'fair' : 'good';
}

export function isAllowed(password: string): boolean {
  const strength = strengthOf(password);
  return strength !== 'short' && strength !== 'long';
}
