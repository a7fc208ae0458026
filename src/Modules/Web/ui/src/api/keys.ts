/** The query keys of the whole portal. A live event invalidates by these prefixes, so that no page keeps a list of its own. */
export const keys = {
  session: ['session'] as const,
  portal: ['portal'] as const,
  listings: ['listing'] as const,
  listing: (library: string, folder: string) => ['listing', library, folder] as const,
  folders: (library: string) => ['folders', library] as const,
  allFolders: ['folders'] as const,
  search: (text: string) => ['search', text] as const,
  allSearches: ['search'] as const,
  /** Prefix of everything about one document: details, versions, timeline. */
  document: (id: string) => ['document', id] as const,
  details: (id: string) => ['document', id, 'details'] as const,
  versions: (id: string) => ['document', id, 'versions'] as const,
  timeline: (id: string) => ['document', id, 'timeline'] as const,
  trash: ['trash'] as const,
  activity: ['activity'] as const,
  users: ['users'] as const,
  tokens: ['tokens'] as const,
  operations: ['operations'] as const,
  runs: ['runs'] as const,
  /** Prefix of everything that reports say; what they are asked for follows. */
  reports: ['reports'] as const,
  report: (name: string, asked: object = {}) => ['reports', name, asked] as const,
  savedSql: ['saved-sql'] as const,
  sqlSchema: ['sql-schema'] as const,
};
