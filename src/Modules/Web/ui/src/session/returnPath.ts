/** A path of this portal to go back to after signing in; anything that could lead elsewhere is dropped. */
export function safeReturnPath(value: unknown): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('/') || /^\/[/\\]/.test(value) || value === '/') return undefined;
  return value;
}
