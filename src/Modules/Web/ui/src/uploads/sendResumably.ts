import { DetailedError, Upload as TusUpload } from 'tus-js-client';
import { ApiError, NetworkError, noticeAnswer, parseProblem, writeHeaders } from '@/api';
import type { Transfer, TransferEvents, Upload, UploadTarget } from './upload';

const endpoint = '/api/uploads';
// Reverse proxies bound the size of a request's body; the file itself is only sliced, never read whole.
const chunkBytes = 64 * 1024 * 1024;

function metadataOf({ file, target }: Upload): Record<string, string> {
  const common = { filename: file.name, filetype: file.type || 'application/octet-stream' };
  if (target.kind === 'document') return { ...common, title: target.title, folder: target.folder, library: target.library };
  return {
    ...common,
    document: target.document,
    ...(target.basedOn === undefined ? {} : { basedOn: String(target.basedOn) }),
    ...(target.note ? { note: target.note } : {}),
    ...(target.label ? { label: target.label } : {}),
  };
}

/** The same file for the same place, also after a reload of the page. */
export function fingerprintOf(file: File, target: UploadTarget): string {
  const place = target.kind === 'document' ? `${target.library}/${target.folder}/${target.title}` : target.document;
  return ['kilo', target.kind, place, file.name, file.size, file.lastModified].join('|');
}

function errorOf(error: Error): unknown {
  if (!(error instanceof DetailedError)) return error;
  const response = error.originalResponse;
  if (response === null || response === undefined || response.getStatus() === 0) return new NetworkError(error);
  return new ApiError(response.getStatus(), parseProblem(response.getBody()), response.getHeader('Retry-After') ?? null);
}

/** A tus upload: after an interruption it asks the server how much has arrived, and sends the rest. */
export function sendResumably(upload: Upload, events: TransferEvents): Transfer {
  const { file, target } = upload;
  let ended = false;
  const tus = new TusUpload(file, {
    endpoint,
    chunkSize: chunkBytes,
    // The queue retries, so that a person sees that it waits.
    retryDelays: null,
    metadata: metadataOf(upload),
    headers: writeHeaders(upload.key),
    removeFingerprintOnSuccess: true,
    fingerprint: () => Promise.resolve(fingerprintOf(file, target)),
    onAfterResponse: (request, response) =>
      noticeAnswer(request.getMethod(), endpoint, response.getStatus(), response.getHeader('Kilo-Position') ?? null),
    onProgress: (sent) => events.progress(sent),
    onError: (error) => events.failed(errorOf(error)),
    onSuccess: ({ lastResponse }) =>
      events.stored({ document: target.kind === 'version' ? target.document : lastResponse.getHeader('Kilo-Document'), unchanged: false }),
  });

  tus.findPreviousUploads().then(
    ([previous]) => {
      if (ended) return;
      if (previous !== undefined) tus.resumeFromPreviousUpload(previous);
      tus.start();
    },
    (error: unknown) => events.failed(error),
  );
  const end = (terminate: boolean) => {
    ended = true;
    tus.abort(terminate).catch(() => undefined);
  };
  return { stop: () => end(false), discard: () => end(true) };
}
