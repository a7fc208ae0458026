import type { ListedDocument } from './listing';

/** The list with the document in it, in the place of its older self. */
export function withDocument(documents: ListedDocument[], document: ListedDocument): ListedDocument[] {
  const place = documents.findIndex((other) => other.id === document.id);
  return place < 0 ? [...documents, document] : documents.with(place, document);
}

/** The list without these documents; the same list when none was in it. */
export function withoutDocuments(documents: ListedDocument[], ids: ReadonlySet<string>): ListedDocument[] {
  return documents.some((document) => ids.has(document.id)) ? documents.filter((document) => !ids.has(document.id)) : documents;
}
