/**
 * The version that is shown.
 * @param asked the one that the address names
 * @param followed the one that was newest when the person came or last asked for the newest: what others add later does not replace it
 */
export function shownVersion(asked: number | undefined, followed: number | undefined, newest: number): number {
  if (asked !== undefined && asked <= newest) return asked;
  return Math.min(followed ?? newest, newest);
}

export function olderVersion(shown: number): number | undefined {
  return shown > 1 ? shown - 1 : undefined;
}

export function newerVersion(shown: number, newest: number): number | undefined {
  return shown < newest ? shown + 1 : undefined;
}

/** Ticks or unticks a version for comparing. Two can be ticked; a third takes the place of the one that was ticked first. */
export function toggleTicked(ticked: readonly number[], version: number): number[] {
  return ticked.includes(version) ? ticked.filter((other) => other !== version) : [...ticked, version].slice(-2);
}
