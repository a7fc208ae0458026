export { eachLimited } from './eachLimited';
export { type ChildFolder, childFolders, cleanPath, folderTree, joinPath, parentOf, trail } from './folderTree';
export { isLibraryName, type LibraryName, libraryNameOf } from './libraryName';
export { foldersQuery, listed, type ListedDocument, listingQuery } from './listing';
export { followEvents, hideDocuments, refreshDocuments, showDocument, wholeListing } from './refresh';
