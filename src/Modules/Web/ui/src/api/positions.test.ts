import { describe, expect, it } from 'vitest';
import { PositionStore } from './positions';

describe('positions', () => {
  it('are sent together, each once', () => {
    const store = new PositionStore();
    store.remember('a/1');
    store.remember('b/7, a/1');
    expect(store.waitFor()).toBe('b/7,a/1');
  });

  it('are forgotten after a minute', () => {
    let clock = 0;
    const store = new PositionStore(() => clock);
    store.remember('old');
    clock = 50_000;
    store.remember('new');
    clock = 61_000;
    expect(store.waitFor()).toBe('new');
  });

  it('keep the newest twenty', () => {
    const store = new PositionStore();
    for (let i = 0; i < 30; i++) store.remember(`p/${i}`);
    expect(store.waitFor()?.split(',')).toHaveLength(20);
    expect(store.waitFor()).toContain('p/29');
  });

  it('are nothing to wait for at first, and after signing out', () => {
    const store = new PositionStore();
    expect(store.waitFor()).toBeNull();
    store.remember(null);
    store.remember('a');
    store.clear();
    expect(store.waitFor()).toBeNull();
  });
});
