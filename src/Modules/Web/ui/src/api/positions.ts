const lifetimeMs = 60_000;
const most = 20;

/**
 * Remembers the Kilo-Position texts of recent writes. Sent as Kilo-Wait-For they make the next read contain those writes.
 * The texts are opaque. They are forgotten after 60 s, when every view has long passed them.
 */
export class PositionStore {
  private readonly seen = new Map<string, number>();

  constructor(private readonly now: () => number = Date.now) {}

  remember(header: string | null | undefined): void {
    for (const text of header?.split(',') ?? []) {
      const position = text.trim();
      if (position === '') continue;
      this.seen.delete(position);
      this.seen.set(position, this.now());
    }
    for (const oldest of this.seen.keys()) {
      if (this.seen.size <= most) break;
      this.seen.delete(oldest);
    }
  }

  /** The header's value, or null when nothing has to be waited for. */
  waitFor(): string | null {
    const oldestAllowed = this.now() - lifetimeMs;
    for (const [position, at] of this.seen) if (at < oldestAllowed) this.seen.delete(position);
    return this.seen.size === 0 ? null : [...this.seen.keys()].join(',');
  }

  clear(): void {
    this.seen.clear();
  }
}

export const positions = new PositionStore();
