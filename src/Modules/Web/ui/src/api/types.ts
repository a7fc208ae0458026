import type { components } from './schema';

type Schemas = components['schemas'];

export type Archive = Schemas['ArchiveResponse'];
export type DocumentDetails = Schemas['DocumentResponse'];
export type DocumentVersion = Schemas['VersionResponse'];
export type Folder = Schemas['FolderResponse'];
export type Person = Schemas['PersonResponse'];
export type Portal = Schemas['PortalResponse'];
export type SessionUser = Schemas['SessionUser'];
export type TimelineEntry = Schemas['TimelineResponse'];
export type Token = Schemas['TokenResponse'];
export type User = Schemas['UserResponse'];

export type LiveAction = 'added' | 'version-added' | 'version-restored' | 'changed' | 'trashed' | 'restored' | 'purged';

/** A change; the server's description calls its action a text, and lists what it may be in words. */
export type LiveEvent = Omit<Schemas['ChangeResponse'], 'action'> & { action: LiveAction };
