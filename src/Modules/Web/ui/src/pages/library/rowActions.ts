import type { ListedDocument } from '@/library';
import type { Entry } from './entries';

/** What can be done with a row of the list. */
export type RowActions = {
  open: (entry: Entry) => void;
  up: () => void;
  download: (entry: Entry) => void;
  rename: (document: ListedDocument) => void;
  move: (documents: readonly ListedDocument[]) => void;
  newVersion: (document: ListedDocument) => void;
  trash: (documents: readonly ListedDocument[]) => void;
};
