const storageKey = 'kilo.single-keys';

/** WCAG 2.1.4: shortcuts of a single character can be switched off, for people who speak or tremble. */
export function isSingleKeyEnabled(): boolean {
  return localStorage.getItem(storageKey) !== 'off';
}

export function enableSingleKeys(enabled: boolean): void {
  if (enabled) localStorage.removeItem(storageKey);
  else localStorage.setItem(storageKey, 'off');
}
