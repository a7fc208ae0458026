import type { components } from './schema';

export { api, body, newKey, noticeAnswer, whenSessionEnds, writeHeaders } from './client';
export { ApiError, isStatus, NetworkError, parseProblem } from './errors';
export { keys } from './keys';
export { positions } from './positions';
export type { Archive, Folder, LiveAction, LiveEvent, Operations, Portal, SessionUser } from './pending';

type Schemas = components['schemas'];
export type DocumentDetails = Schemas['DocumentResponse'];
export type DocumentVersion = Schemas['VersionResponse'];
export type Person = Schemas['PersonResponse'];
export type TimelineEntry = Schemas['TimelineResponse'];
export type Token = Schemas['TokenResponse'];
export type User = Schemas['UserResponse'];
