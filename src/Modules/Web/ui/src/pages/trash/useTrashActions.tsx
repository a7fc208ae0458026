import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { announce, notifyDone, notifyFailed, notifyWithAction, useConfirm, useErrorText } from '@/components';
import type { Outcome } from './runAll';
import type { Trashed } from './trashed';
import type { Work } from './useTrash';

const undoMs = 10_000;

/** What can be done with documents in the trash, with the questions before and the messages after it. */
export function useTrashActions(run: (work: Work, documents: readonly Trashed[]) => Promise<Outcome<Trashed>>) {
  const { t } = useTranslation('trash');
  const { t: common } = useTranslation();
  const confirm = useConfirm();
  const errorText = useErrorText();

  const tellTrouble = ({ done, failed, stopped }: Outcome<Trashed>, of: number) => {
    if (stopped) notifyDone(t('progress.stopped', { done: done.length, of }));
    const first = failed[0];
    if (first !== undefined) notifyFailed(t('failed', { count: failed.length, reason: errorText(first.error) }));
  };

  const perform = async (work: Work, documents: readonly Trashed[]) => {
    const outcome = await run(work, documents);
    tellTrouble(outcome, documents.length);
    return outcome.done;
  };

  const restore = async (documents: readonly Trashed[]) => {
    const done = await perform('restore', documents);
    if (done.length === 0) return;
    const message = t('restore.done', { count: done.length });
    announce(message);
    const undo = () => {
      notifications.hide(id);
      void perform('trash', done).then((back) => back.length > 0 && notifyDone(t('trash.done', { count: back.length })));
    };
    const id = notifyWithAction(
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Button size="compact-sm" variant="light" onClick={undo}>
          {common('action.undo')}
        </Button>
      </Group>,
      undoMs,
    );
  };

  const purge = async (documents: readonly Trashed[], question: string) => {
    const [first] = documents;
    if (first === undefined) return;
    const sure = await confirm({
      title: t('purge.title', { count: documents.length }),
      message: (
        <Stack gap="xs" component="span">
          <span>{documents.length === 1 ? t('purge.named', { title: first.title }) : t('purge.text')}</span>
          {documents.some(({ library }) => library === 'shared') && <span>{t('purge.everyone')}</span>}
        </Stack>
      ),
      confirm: question,
      danger: true,
    });
    if (!sure) return;
    const done = await perform('purge', documents);
    if (done.length > 0) notifyDone(t('purge.done', { count: done.length }));
  };

  return {
    restore: (documents: readonly Trashed[]) => void restore(documents),
    purge: (documents: readonly Trashed[]) => void purge(documents, t('purge.action')),
    empty: (documents: readonly Trashed[]) => void purge(documents, t('empty.confirm')),
  };
}
