import { useEffect, useRef } from 'react';
import { shortcuts } from './registry';

/**
 * Gives a key a meaning while the component is shown, and lists it in the keyboard map.
 * @param keys one key ("u", "F2") or two in sequence ("g l")
 * @param description the translated line in the map
 * @param handler null when the focused widget handles the key by itself and it shall only be listed
 * @param group the translated heading in the map
 */
export function useShortcut(keys: string, description: string, handler: (() => void) | null, group: string): void {
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  const handled = handler !== null;
  useEffect(
    () => shortcuts.add({ keys, description, group, handler: handled ? () => latest.current?.() : null }),
    [keys, description, group, handled],
  );
}
