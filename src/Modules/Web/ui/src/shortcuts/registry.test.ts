import { describe, expect, it, vi } from 'vitest';
import { ShortcutRegistry } from './registry';

const given = (now?: () => number) => new ShortcutRegistry(now);
const shortcut = (keys: string, handler: (() => void) | null) => ({ keys, handler, description: keys, group: 'test' });

describe('shortcuts', () => {
  it('runs the handler of a key', () => {
    const handler = vi.fn();
    const registry = given();
    registry.add(shortcut('u', handler));
    expect(registry.press('u')).toBe(true);
    expect(handler).toHaveBeenCalledOnce();
  });

  it('lets the newest registration win, and gives the key back', () => {
    const older = vi.fn();
    const newer = vi.fn();
    const registry = given();
    registry.add(shortcut('u', older));
    const remove = registry.add(shortcut('u', newer));
    registry.press('u');
    remove();
    registry.press('u');
    expect([older.mock.calls.length, newer.mock.calls.length]).toEqual([1, 1]);
  });

  it('runs a sequence pressed in time', () => {
    let clock = 0;
    const handler = vi.fn();
    const registry = given(() => clock);
    registry.add(shortcut('g l', handler));
    registry.press('g');
    clock = 500;
    expect(registry.press('l')).toBe(true);
    expect(handler).toHaveBeenCalledOnce();
  });

  it('forgets a sequence that takes too long', () => {
    let clock = 0;
    const handler = vi.fn();
    const registry = given(() => clock);
    registry.add(shortcut('g l', handler));
    registry.press('g');
    clock = 5000;
    expect(registry.press('l')).toBe(false);
    expect(handler).not.toHaveBeenCalled();
  });

  it('lists a key that a widget handles, and leaves it alone', () => {
    const registry = given();
    registry.add(shortcut('Enter', null));
    expect(registry.press('Enter')).toBe(false);
    expect(registry.all()).toHaveLength(1);
  });
});
