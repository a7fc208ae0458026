import { type RefObject, useEffect, useRef } from 'react';

/** Gives the focus back to what opened a dialog; to the list when that is gone, as the item of a menu is. */
export function useReturnFocus(isOpen: boolean, list: RefObject<HTMLElement | null>): void {
  const opener = useRef<Element>(null);
  useEffect(() => {
    if (!isOpen) return;
    return () => {
      const target = opener.current?.isConnected === true && opener.current !== document.body ? opener.current : list.current?.querySelector('[role=grid]');
      if (target instanceof HTMLElement) target.focus({ preventScroll: true });
    };
  }, [isOpen, list]);
  // During the render in which the dialog opens, the opener still has the focus.
  if (!isOpen) opener.current = null;
  else opener.current ??= document.activeElement;
}
