import type { Query, QueryClient } from '@tanstack/react-query';
import { api, body, isStatus, keys, type LiveEvent } from '@/api';
import { eachLimited } from './eachLimited';
import { type LibraryName, libraryNameOf } from './libraryName';
import { listed, type ListedDocument, listingQuery } from './listing';
import { withDocument, withoutDocuments } from './listingPatch';

const mostOneByOne = 40;
const atOnce = 6;

type ListingQuery = Query<ListedDocument[], Error, ListedDocument[], readonly [string, LibraryName, string]>;

function listingsOf(client: QueryClient): ListingQuery[] {
  return client.getQueryCache().findAll({ queryKey: keys.listings }) as unknown as ListingQuery[];
}

function patch(client: QueryClient, query: ListingQuery, change: (documents: ListedDocument[]) => ListedDocument[]): void {
  const apply = () => client.setQueryData<ListedDocument[]>(query.queryKey, (documents) => (documents === undefined ? undefined : change(documents)));
  apply();
  // A list that is being fetched may hold an older state of the row: the change is applied to what arrives as well.
  if (query.state.fetchStatus === 'fetching') void query.promise?.then(apply, () => undefined);
}

/** Puts a document into the list of its folder, and takes it out of every other. */
export function showDocument(client: QueryClient, document: ListedDocument, userId: string): void {
  const library = libraryNameOf(document.library, userId);
  for (const query of listingsOf(client)) {
    const [, listedLibrary, listedFolder] = query.queryKey;
    const belongs = listedLibrary === library && listedFolder === document.folder;
    patch(client, query, (documents) => (belongs ? withDocument(documents, document) : withoutDocuments(documents, new Set([document.id]))));
  }
}

export function hideDocuments(client: QueryClient, ids: readonly string[]): void {
  const gone = new Set(ids);
  for (const query of listingsOf(client)) patch(client, query, (documents) => withoutDocuments(documents, gone));
}

/** Asks the server for the documents and shows them where they are now. */
export async function refreshDocuments(client: QueryClient, ids: readonly string[], userId: string): Promise<void> {
  if (ids.length > mostOneByOne) {
    await client.invalidateQueries({ queryKey: keys.listings });
    return;
  }
  await eachLimited(ids, atOnce, async (id) => {
    try {
      const document = body(await api.GET('/api/documents/{id}', { params: { path: { id } } }));
      if (document.trashedAt === null) showDocument(client, listed(document), userId);
      else hideDocuments(client, [id]);
    } catch (error) {
      if (isStatus(error, 404)) hideDocuments(client, [id]);
      else await client.invalidateQueries({ queryKey: keys.listings });
    }
  });
}

/** Every document of a folder, once all of them are here. */
export async function wholeListing(client: QueryClient, library: LibraryName, folder: string): Promise<ListedDocument[]> {
  await client.getQueryCache().find({ queryKey: keys.listing(library, folder) })?.promise?.catch(() => undefined);
  return client.fetchQuery(listingQuery(library, folder));
}

/** Which documents of a batch of events have to be fetched, and which are gone; what the lists already show is neither. */
export function sortEvents(events: readonly LiveEvent[], shown: (event: LiveEvent) => boolean): { changed: string[]; gone: string[] } {
  const last = new Map(events.map((event) => [event.document, event]));
  const changed: string[] = [];
  const gone: string[] = [];
  for (const event of last.values()) {
    if (event.action === 'trashed' || event.action === 'purged') gone.push(event.document);
    else if (!shown(event)) changed.push(event.document);
  }
  return { changed, gone };
}

/** Brings the lists up to date with what other people did, row by row, so that scroll and selection stay. */
export function followEvents(client: QueryClient, events: readonly LiveEvent[], userId: string): void {
  const queries = listingsOf(client);
  const isShown = (event: LiveEvent) => {
    const library = libraryNameOf(event.library, userId);
    return queries.every(({ queryKey: [, listedLibrary, listedFolder], state }) => {
      const row = state.data?.find((document) => document.id === event.document);
      if (listedLibrary !== library || listedFolder !== event.folder) return row === undefined;
      return row !== undefined && row.title === event.title && event.action !== 'changed' && row.version >= (event.version ?? Infinity);
    });
  };
  const { changed, gone } = sortEvents(events, isShown);
  if (gone.length > 0) hideDocuments(client, gone);
  if (changed.length > 0) void refreshDocuments(client, changed, userId);
}
