import { ApiError, NetworkError, newKey } from '@/api';
import { Speed } from './speed';
import { isActive, type StartTransfer, type Stored, type Transfer, type Upload, type UploadTarget } from './upload';

const atOnce = 4;
const showEveryMs = 200;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;
const passing = new Set([423, 429, 502, 503, 504]);

export interface NewUpload {
  file: File;
  target: UploadTarget;
}

interface Running {
  transfer: Transfer;
  speed: Speed;
}

/** Whether it is worth trying again without asking anybody: the connection is away, or the server is busy. */
export function isPassing(error: unknown): boolean {
  return error instanceof NetworkError || (error instanceof ApiError && passing.has(error.status));
}

export function retryPauseMs(attempts: number, error: unknown): number {
  const asked = error instanceof ApiError ? error.retryAfterSeconds : undefined;
  return asked === undefined ? Math.min(longestPauseMs, firstPauseMs * 2 ** Math.max(0, attempts - 1)) : asked * 1000;
}

/** The uploads of this browser tab: four at once, each retried until it is stored or needs a person. */
export class UploadQueue {
  private uploads: Upload[] = [];
  private snapshot: readonly Upload[] = [];
  private readonly running = new Map<string, Running>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly listeners = new Set<() => void>();
  private readonly storedListeners = new Set<(upload: Upload) => void>();
  private showTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly start: StartTransfer,
    private readonly now: () => number = Date.now,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Changes a few times a second at most, and only together with a call of the listeners. */
  readonly current = (): readonly Upload[] => this.snapshot;

  onStored(listener: (upload: Upload) => void): () => void {
    this.storedListeners.add(listener);
    return () => this.storedListeners.delete(listener);
  }

  /** A file that is already on its way to the same place is not added twice; if it had stopped, it goes on. */
  add(files: readonly NewUpload[]): void {
    const known = new Map(this.uploads.filter(({ state }) => state !== 'done').map((upload) => [identityOf(upload), upload]));
    for (const { file, target } of files) {
      const same = known.get(identityOf({ file, target }));
      if (same !== undefined) {
        this.resume(same.id);
        continue;
      }
      this.uploads.push({
        id: newKey(),
        file,
        target,
        state: 'queued',
        sent: 0,
        bytesPerSecond: 0,
        key: newKey(),
        attempts: 0,
        error: undefined,
        stored: undefined,
      });
    }
    this.proceed();
  }

  pause(id: string): void {
    const upload = this.find(id);
    if (upload === undefined || !isActive(upload)) return;
    this.halt(id, 'stop');
    this.change(id, { state: 'paused', bytesPerSecond: 0 });
    this.proceed();
  }

  /** Goes on with what was paused, has failed, or waits for the connection. */
  resume(id: string): void {
    const state = this.find(id)?.state;
    if (state !== 'paused' && state !== 'failed' && state !== 'waiting') return;
    this.clearTimer(id);
    this.change(id, { state: 'queued', error: undefined });
    this.proceed();
  }

  cancel(id: string): void {
    this.halt(id, 'discard');
    this.uploads = this.uploads.filter((upload) => upload.id !== id);
    this.proceed();
  }

  cancelAll(): void {
    for (const { id } of this.uploads) this.halt(id, 'discard');
    this.uploads = [];
    this.show();
  }

  clearDone(): void {
    this.uploads = this.uploads.filter(({ state }) => state !== 'done');
    this.show();
  }

  retryFailed(): void {
    for (const { id, state } of this.uploads) if (state === 'failed') this.resume(id);
  }

  /** The connection is back: whatever waits for it goes on at once. */
  wake(): void {
    for (const { id, state } of this.uploads) if (state === 'waiting') this.resume(id);
  }

  private proceed(): void {
    for (const upload of this.uploads) {
      if (this.running.size >= atOnce) break;
      if (upload.state === 'queued') this.begin(upload);
    }
    this.show();
  }

  private begin({ id }: Upload): void {
    const upload = this.change(id, { state: 'uploading' });
    const speed = new Speed(this.now);
    const running: Running = { transfer: { stop: () => undefined, discard: () => undefined }, speed };
    this.running.set(id, running);
    const isCurrent = () => this.running.get(id) === running;
    running.transfer = this.start(upload, {
      progress: (sent) => {
        if (!isCurrent()) return;
        speed.add(sent);
        this.change(id, { sent, bytesPerSecond: speed.bytesPerSecond(), attempts: 0 });
        this.showSoon();
      },
      stored: (stored) => isCurrent() && this.finish(id, stored),
      failed: (error) => isCurrent() && this.fail(id, error),
    });
  }

  private finish(id: string, stored: Stored): void {
    this.running.delete(id);
    const upload = this.change(id, { state: 'done', stored, bytesPerSecond: 0, sent: this.find(id)?.file.size ?? 0 });
    for (const listener of this.storedListeners) listener(upload);
    this.proceed();
  }

  private fail(id: string, error: unknown): void {
    this.running.delete(id);
    const attempts = (this.find(id)?.attempts ?? 0) + 1;
    const waits = isPassing(error);
    this.change(id, { state: waits ? 'waiting' : 'failed', attempts, error, bytesPerSecond: 0 });
    if (waits) this.timers.set(id, setTimeout(() => this.resume(id), retryPauseMs(attempts, error)));
    this.proceed();
  }

  private halt(id: string, how: keyof Transfer): void {
    this.clearTimer(id);
    const running = this.running.get(id);
    this.running.delete(id);
    running?.transfer[how]();
  }

  private clearTimer(id: string): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
  }

  private find(id: string): Upload | undefined {
    return this.uploads.find((upload) => upload.id === id);
  }

  private change(id: string, change: Partial<Upload>): Upload {
    const place = this.uploads.findIndex((upload) => upload.id === id);
    const upload = this.uploads[place];
    if (upload === undefined) throw new Error(`No upload ${id}`);
    const changed = { ...upload, ...change };
    this.uploads[place] = changed;
    return changed;
  }

  private showSoon(): void {
    this.showTimer ??= setTimeout(() => this.show(), showEveryMs);
  }

  private show(): void {
    clearTimeout(this.showTimer);
    this.showTimer = undefined;
    this.snapshot = [...this.uploads];
    for (const listener of this.listeners) listener();
  }
}

function identityOf({ file, target }: NewUpload): string {
  const place = target.kind === 'version' ? target.document : `${target.library}/${target.folder}/${target.title}`;
  return [target.kind, place, file.size, file.lastModified].join('|');
}
