import type { DocumentDetails } from '@/api';
import type { LibraryName } from '@/library';

/** Where a file goes: to a folder as a new document, or to a document as its next version. */
export type UploadTarget =
  | { kind: 'document'; library: LibraryName; folder: string; title: string }
  | {
      kind: 'version';
      document: string;
      library: LibraryName;
      folder: string;
      title: string;
      basedOn: number | undefined;
      note?: string;
      label?: string;
    };

/**
 * - queued: waits for its turn
 * - uploading: bytes are on their way
 * - waiting: the connection or the server is away; it goes on by itself
 * - paused: a person stopped it
 * - failed: it needs a person; `error` says why
 * - done: stored
 */
export type UploadState = 'queued' | 'uploading' | 'waiting' | 'paused' | 'failed' | 'done';

export interface Upload {
  id: string;
  file: File;
  target: UploadTarget;
  state: UploadState;
  sent: number;
  bytesPerSecond: number;
  /** The same on every retry, so that the server stores the file once. */
  key: string;
  attempts: number;
  error: unknown;
  stored: Stored | undefined;
}

export interface Stored {
  document: string | undefined;
  /** What the server said about it; missing where it only accepted it (202), and for versions. */
  details?: DocumentDetails | undefined;
  unchanged: boolean;
}

export interface TransferEvents {
  progress: (sent: number) => void;
  stored: (stored: Stored) => void;
  failed: (error: unknown) => void;
}

/** A running transfer. Stopping keeps what the server has if it can; discarding does not. */
export interface Transfer {
  stop: () => void;
  discard: () => void;
}

export type StartTransfer = (upload: Upload, events: TransferEvents) => Transfer;

export const resumableAbove = 8 * 1024 * 1024;

export function isResumable(upload: Upload): boolean {
  return upload.file.size > resumableAbove;
}

export function isActive({ state }: Upload): boolean {
  return state === 'queued' || state === 'uploading' || state === 'waiting';
}
