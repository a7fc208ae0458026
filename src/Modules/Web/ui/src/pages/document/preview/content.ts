import { queryOptions } from '@tanstack/react-query';
import { api, type DocumentVersion } from '@/api';

/** Text previews read no more than this. */
export const previewBytes = 1024 * 1024;

export interface LoadedText {
  text: string;
  /** Whether only the beginning was loaded. */
  isCut: boolean;
  /** Whether it has bytes that no text has. */
  isBinary: boolean;
}

export function contentUrl(documentId: string, version: number): string {
  return `/api/documents/${encodeURIComponent(documentId)}/versions/${version}/content`;
}

/** The same bytes, to be looked at: no report counts a download. */
export function previewUrl(documentId: string, version: number): string {
  return `${contentUrl(documentId, version)}?preview=true`;
}

function encodingOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** Bytes as text: UTF-8 or UTF-16 with its mark; everything else as Windows-1252, in which every byte is some character. */
export function decodeText(bytes: Uint8Array, isCut: boolean): LoadedText {
  const utf16 = encodingOf(bytes);
  if (utf16 !== undefined) return { text: new TextDecoder(utf16).decode(bytes, { stream: isCut }), isCut, isBinary: false };
  const isBinary = bytes.includes(0);
  try {
    // A cut may lie within a character; "stream" leaves such a rest out.
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut }), isCut, isBinary };
  } catch {
    return { text: new TextDecoder('windows-1252').decode(bytes), isCut, isBinary };
  }
}

async function readBytes(version: DocumentVersion, most: number, signal: AbortSignal): Promise<ArrayBuffer> {
  const { data } = await api.GET('/api/documents/{id}/versions/{number}/content', {
    params: { path: { id: version.documentId, number: version.number }, query: { preview: true } },
    parseAs: 'arrayBuffer',
    signal,
    ...(version.size > most ? { headers: { Range: `bytes=0-${most - 1}` } } : {}),
  });
  return data ?? new ArrayBuffer(0);
}

// Content never changes, so that it is not below the document's key, which every event makes stale.
const contentKey = (version: DocumentVersion, what: string, most: number) => ['content', version.documentId, version.number, what, most] as const;

/** The beginning of a version as text. */
export function textQuery(version: DocumentVersion, most: number) {
  return queryOptions({
    queryKey: contentKey(version, 'text', most),
    staleTime: Infinity,
    gcTime: 120_000,
    queryFn: async ({ signal }) => decodeText(new Uint8Array(await readBytes(version, most, signal)), version.size > most),
  });
}

/** The whole version as bytes. */
export function bytesQuery(version: DocumentVersion, enabled: boolean) {
  return queryOptions({
    queryKey: contentKey(version, 'bytes', version.size),
    staleTime: Infinity,
    gcTime: 30_000,
    enabled,
    queryFn: ({ signal }) => readBytes(version, version.size, signal),
  });
}
