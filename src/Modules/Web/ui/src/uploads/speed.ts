const windowMs = 4_000;

/** Bytes a second over the last seconds; resumed bytes that were there from the start do not count. */
export class Speed {
  private readonly samples: { at: number; sent: number }[] = [];

  constructor(private readonly now: () => number = Date.now) {}

  add(sent: number): void {
    const at = this.now();
    this.samples.push({ at, sent });
    while (this.samples.length > 2 && at - (this.samples[0]?.at ?? at) > windowMs) this.samples.shift();
  }

  bytesPerSecond(): number {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (first === undefined || last === undefined || last.at === first.at) return 0;
    return Math.max(0, ((last.sent - first.sent) * 1000) / (last.at - first.at));
  }
}
