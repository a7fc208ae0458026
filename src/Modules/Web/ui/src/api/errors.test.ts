import { describe, expect, it } from 'vitest';
import { ApiError, parseProblem } from './errors';

describe('an error of the server', () => {
  it('carries the sentence for people and the stable slug', () => {
    const error = new ApiError(404, { type: 'urn:kilo:problem:not-found', detail: 'There is nothing at this address.' });
    expect([error.slug, error.message]).toEqual(['not-found', 'There is nothing at this address.']);
  });

  it('carries the seconds to wait', () => expect(new ApiError(429, {}, '17').retryAfterSeconds).toBe(17));
  it('is there even when the answer was no problem document', () => {
    expect(new ApiError(502, parseProblem('<html>')).message).toBe('HTTP 502');
  });
});
