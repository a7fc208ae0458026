import { modals } from '@mantine/modals';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { announce, notifyFailed, useErrorText } from '@/components';
import { eachLimited, foldersQuery, type LibraryName, wholeListing } from '@/library';
import { ConflictDialog } from './ConflictDialog';
import { type Answer, type Existing, type ExistingTitles, resolveConflicts } from './conflicts';
import { type PlacedFile, placeFiles } from './droppedFiles';
import { uploads } from './uploads';

const atOnce = 4;

/** Adds files and folders to the upload queue; asks what to do with names that exist. */
export function useAddFiles(): (files: readonly File[], library: LibraryName, folder: string) => Promise<void> {
  const { t } = useTranslation('uploads');
  const client = useQueryClient();
  const errorText = useErrorText();

  return useCallback(
    async (files, library, folder) => {
      const existingTitles = async (placed: readonly PlacedFile[]): Promise<ExistingTitles> => {
        const known = new Set((await client.fetchQuery(foldersQuery(library))).map(({ path }) => path));
        const folders = [...new Set(placed.map((file) => file.folder))].filter((path) => path === folder || known.has(path));
        const existing = new Map<string, Map<string, Existing>>();
        await eachLimited(folders, atOnce, async (path) => {
          const documents = await wholeListing(client, library, path);
          existing.set(path, new Map(documents.map(({ id, title, version }) => [title, { id, version }])));
        });
        return existing;
      };

      const ask = (file: PlacedFile, others: number) =>
        new Promise<Answer | null>((resolve) => {
          const dialog = modals.open({
            title: t('conflict.title'),
            closeButtonProps: { 'aria-label': t('conflict.cancel') },
            onClose: () => resolve(null),
            children: (
              <ConflictDialog
                title={file.title}
                others={others}
                onAnswer={(answer) => {
                  resolve(answer);
                  modals.close(dialog);
                }}
              />
            ),
          });
        });

      try {
        const placed = placeFiles(files, folder);
        const added = await resolveConflicts(placed, library, await existingTitles(placed), ask);
        uploads.add(added);
        if (added.length > 0) announce(t('announce.added', { count: added.length }));
      } catch (error) {
        notifyFailed(errorText(error));
      }
    },
    [client, errorText, t],
  );
}
