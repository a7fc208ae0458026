import { describe, expect, it } from 'vitest';
import { inOrderOfInterest, progressOf } from './progress';
import type { Upload, UploadState } from './upload';

const upload = (id: string, state: UploadState, sent = 0): Upload => ({
  id,
  file: new File(['0123456789'], id),
  target: { kind: 'document', library: 'personal', folder: '', title: id },
  state,
  sent,
  bytesPerSecond: state === 'uploading' ? 100 : 0,
  key: id,
  attempts: 0,
  error: undefined,
  stored: undefined,
});

describe('all uploads together', () => {
  it('add up', () => {
    const progress = progressOf([upload('a', 'done'), upload('b', 'uploading', 5), upload('c', 'failed')]);
    expect(progress).toMatchObject({ files: 3, done: 1, failed: 1, active: 1, bytesPerSecond: 100 });
    expect(progress.percent).toBeCloseTo((16 / 33) * 100);
  });

  it('are complete when every file is stored, empty files too', () => expect(progressOf([upload('a', 'done')]).percent).toBe(100));
  it('are nothing at first', () => expect(progressOf([]).percent).toBe(0));

  it('show first what needs a person, and last what is done, the newest on top', () => {
    const uploads = [upload('1', 'done'), upload('2', 'queued'), upload('3', 'done'), upload('4', 'failed'), upload('5', 'uploading')];
    expect(inOrderOfInterest(uploads).map(({ id }) => id)).toEqual(['4', '5', '2', '3', '1']);
  });
});
