import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body, keys } from '@/api';
import { announce, notifyFailed, notifyWithAction, useErrorText } from '@/components';
import { eachLimited, hideDocuments, type LibraryName, listed, type ListedDocument, refreshDocuments, showDocument } from '@/library';
import { useSession } from '@/session/session';

const atOnce = 6;
const undoMs = 10_000;

function startDownload(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = '';
  link.click();
}

/** What can be done with documents of a library; the lists show it at once, and again as it was when the server refuses. */
export function useDocumentActions(library: LibraryName) {
  const { t } = useTranslation('library');
  const { t: common } = useTranslation();
  const client = useQueryClient();
  const { id: userId } = useSession();
  const errorText = useErrorText();

  return useMemo(() => {
    const perform = async (documents: readonly ListedDocument[], work: (document: ListedDocument) => Promise<void>): Promise<boolean> => {
      try {
        await eachLimited(documents, atOnce, work);
        return true;
      } catch (error) {
        notifyFailed(errorText(error));
        await refreshDocuments(client, documents.map(({ id }) => id), userId);
        return false;
      } finally {
        void client.invalidateQueries({ queryKey: keys.folders(library) });
        void client.invalidateQueries({ queryKey: keys.allSearches });
      }
    };

    const offerUndo = (message: string, undo: () => Promise<unknown>) => {
      announce(message);
      const onUndo = () => {
        notifications.hide(id);
        void undo();
      };
      const id = notifyWithAction(
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm">{message}</Text>
          <Button size="compact-sm" variant="light" onClick={onUndo}>
            {common('action.undo')}
          </Button>
        </Group>,
        undoMs,
      );
    };

    const change = async (document: ListedDocument, to: { folder?: string; title?: string }) => {
      const answer = await api.PATCH('/api/documents/{id}', { params: { path: { id: document.id } }, body: to });
      if (answer.data !== undefined) showDocument(client, listed(answer.data), userId);
    };

    const restore = (documents: readonly ListedDocument[]) =>
      perform(documents, async ({ id }) => {
        const answer = await api.POST('/api/documents/{id}/restore', { params: { path: { id } } });
        if (answer.data === undefined) await refreshDocuments(client, [id], userId);
        else showDocument(client, listed(answer.data), userId);
        void client.invalidateQueries({ queryKey: keys.trash });
      });

    const moveEach = (documents: readonly ListedDocument[], folderOf: (document: ListedDocument) => string) => {
      for (const document of documents) showDocument(client, { ...document, folder: folderOf(document) }, userId);
      return perform(documents, (document) => change(document, { folder: folderOf(document) }));
    };

    return {
      download: ({ id }: ListedDocument) => startDownload(`/api/documents/${id}/content`),

      downloadZip: async (what: { documents: string[] } | { folder: string }) => {
        try {
          const { url } = body(await api.POST('/api/archives', { body: 'folder' in what ? { library, folder: what.folder } : what }));
          startDownload(url);
        } catch (error) {
          notifyFailed(errorText(error));
        }
      },

      rename: (document: ListedDocument, title: string) => {
        showDocument(client, { ...document, title }, userId);
        return perform([document], () => change(document, { title }));
      },

      move: async (documents: readonly ListedDocument[], folder: string) => {
        const moved = documents.filter((document) => document.folder !== folder);
        if (moved.length === 0 || !(await moveEach(moved, () => folder))) return;
        const place = folder === '' ? t('top') : folder;
        offerUndo(t('moved', { count: moved.length, folder: place }), () => moveEach(moved.map((document) => ({ ...document, folder })), (document) => moved.find(({ id }) => id === document.id)?.folder ?? ''));
      },

      trash: async (documents: readonly ListedDocument[]) => {
        hideDocuments(client, documents.map(({ id }) => id));
        const isDone = await perform(documents, async ({ id }) => {
          await api.DELETE('/api/documents/{id}', { params: { path: { id } } });
        });
        void client.invalidateQueries({ queryKey: keys.trash });
        if (isDone) offerUndo(t('trashed', { count: documents.length }), () => restore(documents));
      },
    };
  }, [client, common, errorText, library, t, userId]);
}

export type DocumentActions = ReturnType<typeof useDocumentActions>;
