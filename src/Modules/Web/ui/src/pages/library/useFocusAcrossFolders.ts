import { type RefObject, useLayoutEffect } from 'react';

const longestMs = 3_000;
let lostFocusAt = -Infinity;

/** Who walks through folders by keyboard stays in the list, although each folder has a list of its own. */
export function useFocusAcrossFolders(list: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const element = list.current;
    if (performance.now() - lostFocusAt < longestMs && document.activeElement === document.body) element?.focus({ preventScroll: true });
    lostFocusAt = -Infinity;
    return () => {
      if (element?.contains(document.activeElement) === true) lostFocusAt = performance.now();
    };
  }, [list]);
}
