import { useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorState } from '@/components';
import { childFolders, cleanPath, foldersQuery, joinPath, type ListedDocument, listingQuery, parentOf } from '@/library';
import { pickFiles, uploads, useAddFiles } from '@/uploads';
import { DocumentGrid } from './DocumentGrid';
import type { RowActions } from './rowActions';
import { DropArea } from './DropArea';
import { entriesOf, type Sort, sortDocuments } from './entries';
import { EmptyFolder } from './EmptyFolder';
import { LibraryBar } from './LibraryBar';
import classes from './LibraryPage.module.css';
import { LoadingRows } from './LoadingRows';
import { MoveDialog } from './MoveDialog';
import { NameDialog } from './NameDialog';
import { SelectionBar } from './SelectionBar';
import { nothingSelected, type Selection } from './selection';
import { useDocumentActions } from './useDocumentActions';
import { useLibraryPlace } from './useLibraryPlace';
import { useLibraryShortcuts } from './useLibraryShortcuts';
import { useReturnFocus } from './useReturnFocus';

type Dialog = { kind: 'new-folder' } | { kind: 'rename'; document: ListedDocument } | { kind: 'move'; documents: readonly ListedDocument[] };

export function LibraryPage() {
  const { t, i18n } = useTranslation('library');
  const { library, folder } = useLibraryPlace();
  const navigate = useNavigate();
  const isPhone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const listing = useQuery(listingQuery(library, folder));
  const folders = useQuery(foldersQuery(library));
  const [sort, setSort] = useLocalStorage<Sort>({ key: 'kilo.sort', defaultValue: { column: 'title', descending: false }, getInitialValueInEffect: false });
  const [selection, setSelection] = useState<Selection>(nothingSelected);
  const [dialog, setDialog] = useState<Dialog>();
  const list = useRef<HTMLDivElement>(null);
  useReturnFocus(dialog !== undefined, list);
  const actions = useDocumentActions(library);
  const addFiles = useAddFiles();

  useEffect(() => setSelection(nothingSelected), [library, folder]);

  const sorted = useMemo(() => sortDocuments(listing.data ?? [], sort, i18n.language), [listing.data, sort, i18n.language]);
  const children = useMemo(() => childFolders(folders.data ?? [], folder), [folders.data, folder]);
  const entries = useMemo(() => entriesOf(children, sorted, sort, i18n.language), [children, sorted, sort, i18n.language]);
  const selected = useMemo(() => sorted.filter(({ id }) => selection.ids.has(id)), [sorted, selection.ids]);
  // Documents that others have moved away or thrown away are not selected any more.
  const shownSelection = selected.length === selection.ids.size ? selection : { ...selection, ids: new Set(selected.map(({ id }) => id)) };

  const add = (files: readonly File[]) => void addFiles(files, library, folder);
  const uploadFiles = () => pickFiles({ multiple: true }, add);
  const uploadFolder = () => pickFiles({ directory: true }, add);
  const uploadVersion = ({ id, title, version, folder: inFolder }: ListedDocument) =>
    pickFiles({}, ([file]) => {
      if (file === undefined) return;
      uploads.add([{ file, target: { kind: 'version', library, folder: inFolder, title, document: id, basedOn: version } }]);
    });

  const goTo = (path: string) => void navigate({ to: '/library/$library/$', params: { library, _splat: path } });
  const trash = (documents: readonly ListedDocument[]) => {
    setSelection(nothingSelected);
    void actions.trash(documents);
  };
  const rowActions: RowActions = {
    open: (entry) => (entry.kind === 'folder' ? goTo(entry.folder.path) : void navigate({ to: '/documents/$id', params: { id: entry.document.id } })),
    up: () => folder !== '' && goTo(parentOf(folder)),
    download: (entry) => (entry.kind === 'folder' ? void actions.downloadZip({ folder: entry.folder.path }) : actions.download(entry.document)),
    rename: (document) => setDialog({ kind: 'rename', document }),
    move: (documents) => setDialog({ kind: 'move', documents }),
    newVersion: uploadVersion,
    trash,
  };
  useLibraryShortcuts({ upload: uploadFiles, newFolder: () => setDialog({ kind: 'new-folder' }) });

  const libraryTitle = t(`name.${library}`);
  const error = listing.error ?? folders.error;
  const isLoadingFirst = listing.isPending || folders.isPending;
  const retry = () => {
    if (listing.isError) void listing.refetch();
    if (folders.isError) void folders.refetch();
  };

  return (
    <div className={classes.page}>
      <LibraryBar
        library={library}
        libraryTitle={libraryTitle}
        folder={folder}
        documents={sorted.length}
        isLoading={listing.isFetching}
        onUploadFiles={uploadFiles}
        onUploadFolder={uploadFolder}
        onNewFolder={() => setDialog({ kind: 'new-folder' })}
        onDownload={() => void actions.downloadZip({ folder })}
      />
      {error !== null && <ErrorState error={error} onRetry={retry} />}
      {error === null && isLoadingFirst && <LoadingRows />}
      {error === null && !isLoadingFirst && entries.length === 0 && <EmptyFolder library={library} folder={folder} onUpload={uploadFiles} />}
      {!isLoadingFirst && entries.length > 0 && (
        <div ref={list} className={classes.list}>
          <DocumentGrid
            key={`${library}/${folder}`}
            library={library}
            label={t('gridLabel', { folder: folder === '' ? libraryTitle : folder })}
            entries={entries}
            sort={sort}
            onSort={setSort}
            selection={shownSelection}
            onSelect={setSelection}
            actions={rowActions}
            isPhone={isPhone}
            isLoading={listing.isFetching}
          />
          {selected.length > 0 && (
            <SelectionBar
              documents={selected}
              isPhone={isPhone}
              onClear={() => setSelection(nothingSelected)}
              onMove={() => setDialog({ kind: 'move', documents: selected })}
              onTrash={() => trash(selected)}
              onDownload={() => (selected[0] !== undefined && selected.length === 1 ? actions.download(selected[0]) : void actions.downloadZip({ documents: selected.map(({ id }) => id) }))}
            />
          )}
        </div>
      )}
      <DropArea place={folder === '' ? libraryTitle : folder} onDrop={add} />
      {dialog?.kind === 'new-folder' && (
        <NameDialog
          title={t('newFolder.title')}
          label={t('newFolder.label')}
          hint={t('newFolder.hint')}
          submit={t('newFolder.submit')}
          onSubmit={(name) => goTo(joinPath(folder, cleanPath(name)))}
          onClose={() => setDialog(undefined)}
        />
      )}
      {dialog?.kind === 'rename' && (
        <NameDialog
          title={t('rename.title')}
          label={t('rename.label')}
          submit={t('rename.submit')}
          initial={dialog.document.title}
          onSubmit={(title) => void actions.rename(dialog.document, title)}
          onClose={() => setDialog(undefined)}
        />
      )}
      {dialog?.kind === 'move' && (
        <MoveDialog
          library={library}
          libraryTitle={libraryTitle}
          folder={folder}
          count={dialog.documents.length}
          onMove={(target) => {
            setSelection(nothingSelected);
            void actions.move(dialog.documents, target);
          }}
          onClose={() => setDialog(undefined)}
        />
      )}
    </div>
  );
}
