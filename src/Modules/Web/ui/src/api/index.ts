export { api, body, newKey, noticeAnswer, whenSessionEnds, writeHeaders } from './client';
export { ApiError, isStatus, NetworkError, parseProblem } from './errors';
export { keys } from './keys';
export { positions } from './positions';
export type {
  ActivityItem,
  Archive,
  DocumentDetails,
  DocumentVersion,
  Doings,
  Folder,
  LibraryItem,
  LiveAction,
  LiveEvent,
  MediaTypeItem,
  Person,
  PersonItem,
  Portal,
  Run,
  SavedSql,
  SchemaTable,
  SessionUser,
  SqlAnswer,
  SqlColumn,
  StorageReport,
  Summary,
  TimelineEntry,
  Token,
  TopDocument,
  User,
} from './types';
