export { api, body, newKey, noticeAnswer, whenSessionEnds, writeHeaders } from './client';
export { ApiError, isStatus, NetworkError, parseProblem } from './errors';
export { keys } from './keys';
export { positions } from './positions';
export type {
  Archive,
  DocumentDetails,
  DocumentVersion,
  Folder,
  LiveAction,
  LiveEvent,
  Person,
  Portal,
  SessionUser,
  TimelineEntry,
  Token,
  User,
} from './types';
