import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type DocumentDetails, type DocumentVersion, keys } from '@/api';
import { announce, notifyDone, notifyFailed, useConfirm, useErrorText } from '@/components';
import { hideDocuments, listed, showDocument } from '@/library';
import { useSession } from '@/session/session';

const undoMs = 10_000;

export interface Change {
  title?: string;
  folder?: string;
  tags?: string[];
}

/** What can be done with a document; whatever shows it is right as soon as the promise resolves. Failures are shown. */
export function useDocumentActions(document: DocumentDetails) {
  const { t } = useTranslation('document');
  const { t: common } = useTranslation();
  const client = useQueryClient();
  const { id: userId } = useSession();
  const errorText = useErrorText();
  const confirm = useConfirm();

  return useMemo(() => {
    const { id, title } = document;
    const path = { params: { path: { id } } };

    /** Everything that may show the document: this page now, the others when they are opened. */
    const refresh = async (changed?: DocumentDetails) => {
      if (changed !== undefined) {
        client.setQueryData(keys.details(id), changed);
        if (changed.trashedAt === null) showDocument(client, listed(changed), userId);
        else hideDocuments(client, [id]);
      }
      for (const key of [keys.allFolders, keys.allSearches, keys.trash, keys.activity]) void client.invalidateQueries({ queryKey: key });
      await client.invalidateQueries({ queryKey: keys.document(id) });
    };

    const attempt = async (work: () => Promise<void>): Promise<boolean> => {
      try {
        await work();
        return true;
      } catch (error) {
        notifyFailed(errorText(error));
        void client.invalidateQueries({ queryKey: keys.document(id) });
        return false;
      }
    };

    const say = (sentence: string) => {
      announce(sentence);
      notifyDone(sentence);
    };

    const offerUndo = (message: string, undo: () => Promise<unknown>) => {
      announce(message);
      const notice = notifications.show({
        autoClose: undoMs,
        message: (
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm">{message}</Text>
            <Button
              size="compact-sm"
              variant="light"
              onClick={() => {
                notifications.hide(notice);
                void undo();
              }}
            >
              {common('action.undo')}
            </Button>
          </Group>
        ),
      });
    };

    const patch = async (change: Change) => {
      const { data } = await api.PATCH('/api/documents/{id}', { ...path, body: change });
      const refreshed = refresh(data);
      // The answer is the document as it is now; only when the server did not wait for its view, the page has to.
      if (data === undefined) await refreshed;
    };

    const restore = () =>
      attempt(async () => {
        await refresh((await api.POST('/api/documents/{id}/restore', path)).data);
        say(t('trash.restored', { title }));
      });

    return {
      restore,

      /** Throws, so that the field shows why it was refused. */
      rename: (to: string) => patch({ title: to }),

      setTags: (tags: string[]) => attempt(() => patch({ tags })),

      move: (folder: string) =>
        attempt(async () => {
          const before = document.folder;
          await patch({ folder });
          offerUndo(t('move.done', { folder: folder || t('move.top') }), () => attempt(() => patch({ folder: before })));
        }),

      trash: () =>
        attempt(async () => {
          await api.DELETE('/api/documents/{id}', path);
          hideDocuments(client, [id]);
          await refresh();
          offerUndo(t('trash.done', { title }), restore);
        }),

      /** Resolves to false when it was not wanted after all, or refused. */
      purge: async (): Promise<boolean> => {
        const isWanted = await confirm({
          title: t('trash.purgeTitle', { title }),
          message: t('trash.purgeText', { count: document.version }),
          confirm: t('trash.purge'),
          danger: true,
        });
        if (!isWanted) return false;
        return attempt(async () => {
          await api.DELETE('/api/documents/{id}', { params: { path: { id }, query: { purge: true } } });
          for (const key of [keys.trash, keys.activity, keys.allSearches]) void client.invalidateQueries({ queryKey: key });
          say(t('trash.purged', { title }));
        });
      },

      /** Resolves to true when a version was added. */
      restoreVersion: async ({ number, sha256 }: DocumentVersion): Promise<boolean> => {
        if (sha256 === document.sha256) {
          say(t('version.same'));
          return false;
        }
        const isWanted = await confirm({
          title: t('version.restoreTitle', { number }),
          message: t('version.restoreText', { next: document.version + 1 }),
          confirm: t('version.restoreConfirm'),
        });
        if (!isWanted) return false;
        return attempt(async () => {
          const { data } = await api.POST('/api/documents/{id}/versions/{number}/restore', { params: { path: { id, number } } });
          await refresh();
          say(data?.unchanged === true ? t('version.same') : t('version.restored', { number, next: data?.number ?? document.version + 1 }));
        });
      },
    };
  }, [client, common, confirm, document, errorText, t, userId]);
}

export type DocumentActions = ReturnType<typeof useDocumentActions>;
