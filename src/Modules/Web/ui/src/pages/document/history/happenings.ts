import type { TimelineEntry } from '@/api';

type Kind =
  | 'added'
  | 'version-added'
  | 'version-restored'
  | 'renamed'
  | 'moved'
  | 'tagged'
  | 'untagged'
  | 'trashed'
  | 'restored'
  | 'changed';

export interface Happening {
  kind: Kind;
  version?: number;
  title?: string;
  folder?: string;
  tags?: string;
}

const plain: ReadonlySet<string> = new Set<Kind>(['added', 'version-added', 'version-restored', 'trashed', 'restored']);

/** What one entry of the timeline says: a change of several things at once is several sentences. */
export function happenings({ action, version, title, folder, tags }: TimelineEntry): Happening[] {
  if (plain.has(action)) return [{ kind: action as Kind, ...(version === null ? {} : { version }) }];
  const changes: Happening[] = [];
  if (title !== null) changes.push({ kind: 'renamed', title });
  if (folder !== null) changes.push({ kind: 'moved', folder });
  if (tags !== null) changes.push(tags.length === 0 ? { kind: 'untagged' } : { kind: 'tagged', tags: tags.join(', ') });
  return changes.length === 0 ? [{ kind: 'changed' }] : changes;
}
