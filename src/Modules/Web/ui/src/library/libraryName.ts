/** The libraries that the portal shows, as the address names them. */
export type LibraryName = 'personal' | 'shared';

export function isLibraryName(value: string): value is LibraryName {
  return value === 'personal' || value === 'shared';
}

/** A library's id in documents and events: the personal one has its owner's id. */
export function libraryNameOf(libraryId: string, userId: string): LibraryName | undefined {
  if (libraryId === 'shared') return 'shared';
  return libraryId === userId || libraryId === 'personal' ? 'personal' : undefined;
}
