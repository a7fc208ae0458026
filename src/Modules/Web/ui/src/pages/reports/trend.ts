/** By which share a value is more than what it was before; undefined where there was nothing to compare with. */
export function changeOf(value: number, before: number): number | undefined {
  if (before === 0) return value === 0 ? 0 : undefined;
  return (value - before) / before;
}
