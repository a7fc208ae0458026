// Calls that the OpenAPI document does not describe. As soon as it does, the generated types take precedence (see client.ts).

export interface SessionUser {
  id: string;
  email: string;
  displayName: string;
  role: string;
}

export interface Portal {
  users: number | null;
  documents: number | null;
  registration: 'open' | 'closed';
  version: string;
  maxFileBytes: number;
}

export interface Folder {
  path: string;
  documents: number;
}

export interface Archive {
  url: string;
  expiresAt: string;
}

export type LiveAction = 'added' | 'version-added' | 'version-restored' | 'changed' | 'trashed' | 'restored' | 'purged';

export interface LiveEvent {
  action: LiveAction;
  document: string;
  library: string;
  folder: string;
  title: string;
  version: number | null;
  by: { id: string; displayName: string };
  at: string;
  position: string;
}

export interface Operations {
  version: string;
  role: string;
  modules: string[];
  engines: { port: string; engine: string; where: string }[];
  views: {
    module: string;
    topic: string;
    partition: number;
    position: number;
    end: number;
    lag: number;
    parked: number;
    secondsBehind: number;
  }[];
  parked: {
    module: string;
    topic: string;
    partition: number;
    offset: number;
    eventId: string;
    type: string;
    key: string;
    reason: string;
  }[];
}

interface Page<Item> {
  items: Item[];
  next: string | null;
}

type Answer<Status extends number, Body> = {
  responses: Record<Status, { headers: Record<string, unknown>; content: { 'application/json': Body } }>;
};

type NoContent = { responses: { 204: { headers: Record<string, unknown>; content?: never } } };

type Query<Parameters> = { parameters: { query: Parameters } };

type JsonBody<Body> = { requestBody: { content: { 'application/json': Body } } };

export interface PendingPaths {
  '/api/session': {
    get: Answer<200, { user: SessionUser }>;
    post: JsonBody<{ email: string; password: string }> & Answer<200, { user: SessionUser }>;
    delete: NoContent;
  };
  '/api/portal': { get: Answer<200, Portal> };
  '/api/folders': { get: Query<{ library: string }> & Answer<200, Page<Folder>> };
  '/api/archives': {
    post: JsonBody<{ documents: string[] } | { library: string; folder: string }> & Answer<201, Archive>;
  };
  '/api/activity': { get: Query<{ limit?: number }> & Answer<200, Page<LiveEvent>> };
  '/api/operations': { get: Answer<200, Operations> };
}
