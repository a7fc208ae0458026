import type { Trashed } from './trashed';

/**
 * What has come and gone since the list was asked for. Laid over the list when it is shown, so that an answer which was
 * under way meanwhile cannot bring back what is gone.
 */
export interface Patches {
  came: ReadonlyMap<string, Trashed>;
  gone: ReadonlySet<string>;
}

export const noPatches: Patches = { came: new Map(), gone: new Set() };

export function withGone(patches: Patches, ids: readonly string[]): Patches {
  const came = new Map(patches.came);
  for (const id of ids) came.delete(id);
  return { came, gone: new Set([...patches.gone, ...ids]) };
}

export function withCome(patches: Patches, documents: readonly Trashed[]): Patches {
  const came = new Map(patches.came);
  const gone = new Set(patches.gone);
  for (const document of documents) {
    came.set(document.id, document);
    gone.delete(document.id);
  }
  return { came, gone };
}

export function patched(documents: readonly Trashed[], { came, gone }: Patches): readonly Trashed[] {
  if (came.size === 0 && gone.size === 0) return documents;
  return [...documents.filter((document) => !gone.has(document.id) && !came.has(document.id)), ...came.values()];
}
