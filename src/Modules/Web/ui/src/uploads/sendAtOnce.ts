import { ApiError, type DocumentDetails, type DocumentVersion, NetworkError, noticeAnswer, parseProblem, writeHeaders } from '@/api';
import type { Transfer, TransferEvents, Upload, UploadTarget } from './upload';

function formOf({ file, target }: Upload): FormData {
  const form = new FormData();
  if (target.kind === 'document') {
    form.append('library', target.library);
    form.append('folder', target.folder);
    form.append('title', target.title);
  } else {
    if (target.basedOn !== undefined) form.append('basedOn', String(target.basedOn));
    if (target.note) form.append('note', target.note);
    if (target.label) form.append('label', target.label);
  }
  // Named explicitly: for a file out of a picked folder browsers would send its path.
  form.append('file', file, file.name);
  return form;
}

function pathOf(target: UploadTarget): string {
  return target.kind === 'document' ? '/api/documents' : `/api/documents/${target.document}/versions`;
}

type Answer = Partial<DocumentDetails> & Partial<DocumentVersion>;

function documentOf(request: XMLHttpRequest, target: UploadTarget, answer: Answer): string | undefined {
  if (target.kind === 'version') return target.document;
  return answer.id ?? request.getResponseHeader('Location')?.match(/\/api\/documents\/([^/]+)/)?.[1];
}

/** One multipart request. XMLHttpRequest, because fetch tells no progress of what it sends. */
export function sendAtOnce(upload: Upload, events: TransferEvents): Transfer {
  const request = new XMLHttpRequest();
  const path = pathOf(upload.target);
  request.open('POST', path);
  for (const [name, value] of Object.entries(writeHeaders(upload.key))) request.setRequestHeader(name, value);
  request.upload.onprogress = ({ loaded }) => events.progress(Math.min(loaded, upload.file.size));
  request.onerror = () => events.failed(new NetworkError());
  request.onload = () => {
    noticeAnswer('POST', path, request.status, request.getResponseHeader('Kilo-Position'));
    const answer = parseProblem(request.responseText);
    if (request.status >= 300) return events.failed(new ApiError(request.status, answer, request.getResponseHeader('Retry-After')));
    const details = answer as Answer;
    events.stored({
      document: documentOf(request, upload.target, details),
      details: details.id === undefined ? undefined : (details as DocumentDetails),
      unchanged: details.unchanged === true,
    });
  };
  request.send(formOf(upload));
  const abort = () => request.abort();
  return { stop: abort, discard: abort };
}
