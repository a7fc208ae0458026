import { isActive, type Upload, type UploadState } from './upload';

const rank: Record<UploadState, number> = { failed: 0, uploading: 1, waiting: 1, paused: 2, queued: 3, done: 4 };

/** What needs a person comes first, then what moves, what waits, and what is done with the newest on top. */
export function inOrderOfInterest(uploads: readonly Upload[]): Upload[] {
  const ranked = uploads.toSorted((a, b) => rank[a.state] - rank[b.state]);
  const firstDone = ranked.findIndex(({ state }) => state === 'done');
  return firstDone < 0 ? ranked : [...ranked.slice(0, firstDone), ...ranked.slice(firstDone).reverse()];
}

export interface Progress {
  files: number;
  done: number;
  failed: number;
  active: number;
  waiting: boolean;
  bytesPerSecond: number;
  /** 0 to 100. */
  percent: number;
}

/** All uploads taken together. */
export function progressOf(uploads: readonly Upload[]): Progress {
  let [total, sent] = [0, 0];
  const progress: Progress = { files: uploads.length, done: 0, failed: 0, active: 0, waiting: false, bytesPerSecond: 0, percent: 0 };
  for (const upload of uploads) {
    // One byte more for each, so that empty files count too.
    total += upload.file.size + 1;
    sent += upload.state === 'done' ? upload.file.size + 1 : upload.sent;
    if (upload.state === 'done') progress.done++;
    if (upload.state === 'failed') progress.failed++;
    if (upload.state === 'waiting') progress.waiting = true;
    if (isActive(upload)) progress.active++;
    progress.bytesPerSecond += upload.bytesPerSecond;
  }
  progress.percent = total === 0 ? 0 : (sent / total) * 100;
  return progress;
}
