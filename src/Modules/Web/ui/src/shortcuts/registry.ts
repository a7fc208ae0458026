export interface Shortcut {
  /** One key ("u", "?", "F2") or a sequence of two ("g l"), as KeyboardEvent.key names them. */
  keys: string;
  description: string;
  group: string;
  /** Null: only listed in the keyboard map; the focused widget handles the key. */
  handler: (() => void) | null;
}

const sequencePauseMs = 1200;

/** Which keys do what, right now. The newest registration of a key wins. */
export class ShortcutRegistry {
  private shortcuts: readonly Shortcut[] = [];
  private readonly listeners = new Set<() => void>();
  private prefix: { key: string; at: number } | undefined;

  constructor(private readonly now: () => number = Date.now) {}

  add(shortcut: Shortcut): () => void {
    this.set([...this.shortcuts, shortcut]);
    return () => this.set(this.shortcuts.filter((other) => other !== shortcut));
  }

  /** Runs what the key means; says whether it meant anything. */
  press(key: string): boolean {
    const prefix = this.prefix;
    this.prefix = undefined;
    if (prefix !== undefined && this.now() - prefix.at <= sequencePauseMs && this.run(`${prefix.key} ${key}`)) return true;
    if (this.run(key)) return true;
    if (this.shortcuts.some((shortcut) => shortcut.keys.startsWith(`${key} `))) this.prefix = { key, at: this.now() };
    return false;
  }

  all(): readonly Shortcut[] {
    return this.shortcuts;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private run(keys: string): boolean {
    const handler = this.shortcuts.findLast((shortcut) => shortcut.keys === keys && shortcut.handler !== null)?.handler;
    handler?.();
    return handler !== undefined && handler !== null;
  }

  private set(shortcuts: readonly Shortcut[]): void {
    this.shortcuts = shortcuts;
    for (const listener of this.listeners) listener();
  }
}

export const shortcuts = new ShortcutRegistry();
