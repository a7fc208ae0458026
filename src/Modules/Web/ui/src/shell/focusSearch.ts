export const searchInputId = 'global-search';

export function focusSearch(): void {
  document.getElementById(searchInputId)?.focus();
}
