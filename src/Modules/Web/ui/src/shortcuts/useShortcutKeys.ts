import { useEffect } from 'react';
import { isSingleKeyEnabled } from './singleKeys';
import { shortcuts } from './registry';

const modalSelector = '[aria-modal="true"], [role="alertdialog"]';
const textSelector = 'input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable=true], .cm-editor';
const ownedByWidgets = '[role=menu], [role=listbox], [role=option], [role=dialog]';

/** Feeds the page's key presses to the registry; once, in the shell. */
export function useShortcutKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest(`${textSelector}, ${ownedByWidgets}`)) return;
      if (document.querySelector(modalSelector) !== null) return;
      if (event.key.length === 1 && !isSingleKeyEnabled()) return;
      if (shortcuts.press(event.key)) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
