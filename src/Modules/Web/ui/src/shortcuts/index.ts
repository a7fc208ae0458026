export { KeyboardMap } from './KeyboardMap';
export { useShortcut } from './useShortcut';
export { useShortcutKeys } from './useShortcutKeys';
