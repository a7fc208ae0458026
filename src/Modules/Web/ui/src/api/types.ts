import type { components } from './schema';

type Schemas = components['schemas'];

export type ActivityItem = Schemas['ActivityItem'];
export type Archive = Schemas['ArchiveResponse'];
export type DocumentDetails = Schemas['DocumentResponse'];
export type DocumentVersion = Schemas['VersionResponse'];
export type Doings = Schemas['Doings'];
export type Folder = Schemas['FolderResponse'];
export type LibraryItem = Schemas['LibraryItem'];
export type MediaTypeItem = Schemas['MediaTypeItem'];
export type Person = Schemas['PersonResponse'];
export type PersonItem = Schemas['PersonItem'];
export type Portal = Schemas['PortalResponse'];
/** A run; the server's description calls its kind and its outcome texts, and lists what they may be in words. */
export type Run = Omit<Schemas['RunItem'], 'kind' | 'outcome'> & { kind: 'fold' | 'prune' | 'rebuild'; outcome: 'running' | 'done' | 'failed' };
export type SavedSql = Schemas['QueryItem'];
export type SchemaTable = Schemas['SchemaTable'];
export type SessionUser = Schemas['SessionUser'];
export type SqlAnswer = Schemas['SqlResponse'];
export type SqlColumn = Schemas['SqlColumn'];
export type StorageReport = Schemas['StorageResponse'];
export type Summary = Schemas['SummaryResponse'];
export type TimelineEntry = Schemas['TimelineResponse'];
export type Token = Schemas['TokenResponse'];
export type TopDocument = Schemas['TopDocument'];
export type User = Schemas['UserResponse'];

export type LiveAction = 'added' | 'version-added' | 'version-restored' | 'changed' | 'trashed' | 'restored' | 'purged';

/** A change; the server's description calls its action a text, and lists what it may be in words. */
export type LiveEvent = Omit<Schemas['ChangeResponse'], 'action'> & { action: LiveAction };
