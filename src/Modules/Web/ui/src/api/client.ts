import createClient, { type Middleware } from 'openapi-fetch';
import { ApiError, errorOf, NetworkError } from './errors';
import { positions } from './positions';
import type { paths } from './schema';

const pausesMs = [400, 1200];
const worthRetrying = new Set([502, 503, 504]);
const unsafe = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

let onSessionEnded: (() => void) | undefined;

/** What to do when the server says 401 although somebody was signed in. */
export function whenSessionEnds(handler: () => void): void {
  onSessionEnded = handler;
}

/** To be called for every answer, however it was fetched. */
export function noticeAnswer(method: string, path: string, status: number, position: string | null): void {
  if (unsafe.has(method)) positions.remember(position);
  if (status === 401 && path !== '/api/session') onSessionEnded?.();
}

/** Headers that every write carries. A retry of the same write passes the same key. */
export function writeHeaders(idempotencyKey: string): Record<string, string> {
  return { 'Kilo-CSRF': '1', 'Idempotency-Key': idempotencyKey };
}

async function fetchPatiently(request: Request): Promise<Response> {
  // Safe to repeat: a POST carries its Idempotency-Key, the other methods are idempotent.
  for (let attempt = 0; ; attempt++) {
    const pause = pausesMs[attempt];
    try {
      const response = await fetch(pause === undefined ? request : request.clone());
      if (pause === undefined || !worthRetrying.has(response.status) || response.headers.has('Retry-After')) return response;
    } catch (error) {
      if (request.signal.aborted) throw error;
      if (pause === undefined) throw new NetworkError(error);
    }
    await new Promise((resume) => setTimeout(resume, pause));
  }
}

const conventions: Middleware = {
  onRequest({ request }) {
    if (unsafe.has(request.method)) {
      request.headers.set('Kilo-CSRF', '1');
      if (request.method === 'POST' && !request.headers.has('Idempotency-Key')) {
        request.headers.set('Idempotency-Key', newKey());
      }
    }
    const waitFor = positions.waitFor();
    if (waitFor !== null && request.method === 'GET') request.headers.set('Kilo-Wait-For', waitFor);
    return request;
  },
  async onResponse({ request, response, schemaPath }) {
    noticeAnswer(request.method, schemaPath, response.status, response.headers.get('Kilo-Position'));
    if (!response.ok) throw await errorOf(response);
    return response;
  },
};

/**
 * The server's calls, typed from its OpenAPI document. A failed call throws ApiError or NetworkError, so `data` is there
 * unless the answer has no body (204, or 202: done, and not yet in every view).
 */
export const api = createClient<paths>({ fetch: fetchPatiently });
api.use(conventions);

/** The body of an answer that always has one. */
export function body<T>(answer: { data?: T; response: Response }): NonNullable<T> {
  if (answer.data === undefined || answer.data === null) {
    throw new ApiError(answer.response.status, { detail: 'The answer was empty.' });
  }
  return answer.data;
}

/** A random UUID; also where crypto.randomUUID is missing because the portal is served over plain HTTP. */
export function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
