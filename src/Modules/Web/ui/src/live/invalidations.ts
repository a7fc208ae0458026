import type { QueryKey } from '@tanstack/react-query';
import { keys, type LiveEvent } from '@/api';

/** Which queries a batch of events makes stale. Folder listings, the trash and the activity are not among them: they are patched row by row. */
export function staleKeys(events: readonly LiveEvent[]): QueryKey[] {
  const stale = new Map<string, QueryKey>();
  const add = (key: QueryKey) => stale.set(JSON.stringify(key), key);
  for (const event of events) {
    add(keys.document(event.document));
    if (event.action === 'version-added' || event.action === 'version-restored') continue;
    add(keys.allSearches);
    add(keys.allFolders);
  }
  return [...stale.values()];
}
