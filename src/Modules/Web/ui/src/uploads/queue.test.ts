import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, NetworkError } from '@/api';
import { retryPauseMs, UploadQueue } from './queue';
import type { TransferEvents, Upload } from './upload';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function given(count: number) {
  const started: { upload: Upload; events: TransferEvents; stop: ReturnType<typeof vi.fn>; discard: ReturnType<typeof vi.fn> }[] = [];
  const queue = new UploadQueue((upload, events) => {
    const transfer = { upload, events, stop: vi.fn(), discard: vi.fn() };
    started.push(transfer);
    return transfer;
  });
  const names = Array.from({ length: count }, (_, i) => `f${i}.txt`);
  const add = (titles: string[]) =>
    queue.add(
      titles.map((title) => ({
        file: new File(['abc'], title, { lastModified: 1 }),
        target: { kind: 'document', library: 'personal', folder: '', title },
      })),
    );
  add(names);
  const states = () => queue.current().map(({ state }) => state);
  const id = (place: number) => queue.current()[place]?.id ?? '';
  return { queue, started, states, id, add };
}

describe('the upload queue', () => {
  it('uploads four at once and the next when one is stored', () => {
    const { started, states } = given(6);
    expect(states()).toEqual(['uploading', 'uploading', 'uploading', 'uploading', 'queued', 'queued']);
    started[0]?.events.stored({ document: 'd', unchanged: false });
    expect(states()).toEqual(['done', 'uploading', 'uploading', 'uploading', 'uploading', 'queued']);
  });

  it('tells who listens what was stored', () => {
    const { queue, started } = given(1);
    const stored = vi.fn();
    queue.onStored(stored);
    started[0]?.events.stored({ document: 'd', unchanged: false });
    expect(stored).toHaveBeenCalledWith(expect.objectContaining({ stored: { document: 'd', unchanged: false } }));
  });

  it('waits when the connection is lost, and goes on by itself with the same key', () => {
    const { started, states } = given(1);
    started[0]?.events.failed(new NetworkError());
    expect(states()).toEqual(['waiting']);
    vi.advanceTimersByTime(1_000);
    expect(states()).toEqual(['uploading']);
    expect(started[1]?.upload.key).toBe(started[0]?.upload.key);
  });

  it('goes on at once when the connection is back', () => {
    const { queue, started, states } = given(1);
    started[0]?.events.failed(new NetworkError());
    queue.wake();
    expect(states()).toEqual(['uploading']);
    vi.advanceTimersByTime(60_000);
    expect(started).toHaveLength(2);
  });

  it('lets another file go on while one waits', () => {
    const { started, states } = given(5);
    started[0]?.events.failed(new ApiError(503, {}));
    expect(states()).toEqual(['waiting', 'uploading', 'uploading', 'uploading', 'uploading']);
  });

  it('asks a person when the server refuses', () => {
    const { queue, started, states } = given(1);
    started[0]?.events.failed(new ApiError(413, { detail: 'Too large.' }));
    vi.advanceTimersByTime(60_000);
    expect(states()).toEqual(['failed']);
    queue.retryFailed();
    expect(states()).toEqual(['uploading']);
  });

  it('pauses and resumes', () => {
    const { queue, started, states, id } = given(1);
    queue.pause(id(0));
    expect(started[0]?.stop).toHaveBeenCalledOnce();
    expect(states()).toEqual(['paused']);
    queue.resume(id(0));
    expect(states()).toEqual(['uploading']);
  });

  it('does not listen to a transfer that was stopped', () => {
    const { queue, started, states, id } = given(1);
    queue.pause(id(0));
    started[0]?.events.failed(new NetworkError());
    started[0]?.events.stored({ document: 'd', unchanged: false });
    expect(states()).toEqual(['paused']);
  });

  it('forgets what was cancelled, also on the server', () => {
    const { queue, started, states, id } = given(5);
    queue.cancel(id(0));
    expect(started[0]?.discard).toHaveBeenCalledOnce();
    expect(states()).toEqual(['uploading', 'uploading', 'uploading', 'uploading']);
  });

  it('resumes instead of adding the same file twice', () => {
    const { queue, started, add, states, id } = given(1);
    queue.pause(id(0));
    add(['f0.txt']);
    expect(states()).toEqual(['uploading']);
    expect(started).toHaveLength(2);
  });

  it('clears what is stored and keeps the rest', () => {
    const { queue, started, states } = given(2);
    started[0]?.events.stored({ document: 'd', unchanged: false });
    queue.clearDone();
    expect(states()).toEqual(['uploading']);
  });

  it('shows progress a few times a second', () => {
    const { queue, started } = given(1);
    const listener = vi.fn();
    queue.subscribe(listener);
    for (let sent = 1; sent <= 3; sent++) started[0]?.events.progress(sent);
    vi.advanceTimersByTime(200);
    expect(listener).toHaveBeenCalledOnce();
    expect(queue.current()[0]?.sent).toBe(3);
  });
});

describe('the pause before a retry', () => {
  it('grows up to half a minute', () => {
    expect([1, 2, 3, 9].map((attempt) => retryPauseMs(attempt, new NetworkError()))).toEqual([1_000, 2_000, 4_000, 30_000]);
  });

  it('is what the server asks for', () => expect(retryPauseMs(1, new ApiError(503, {}, '7'))).toBe(7_000));
});
