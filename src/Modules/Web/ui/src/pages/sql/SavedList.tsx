import { ActionIcon, Text, Title, UnstyledButton } from '@mantine/core';
import { IconBookmark, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, keys, type SavedSql } from '@/api';
import { Ago, EmptyState, ErrorState, ListSkeleton, notifyDone, notifyFailed, useConfirm, useErrorText } from '@/components';
import { exampleNames, examples } from './examples';
import { oneLine } from './history';
import classes from './Sql.module.css';
import { savedQuery } from './sqlQueries';

interface Props {
  onWrite: (sql: string, saved?: SavedSql) => void;
  shown: string | undefined;
}

/** What administrators saved for one another, and examples to begin with. */
export function SavedList(props: Props) {
  const { t } = useTranslation('sql');
  return (
    <>
      <Saved {...props} />
      <Title order={3} size="h6" mt="md" mb={4}>
        {t('examples.title')}
      </Title>
      <ul className={classes.entries}>
        {exampleNames.map((name) => (
          <li key={name}>
            <UnstyledButton className={classes.entry} title={examples[name]} onClick={() => props.onWrite(examples[name])}>
              <Text span size="sm">
                {t(`examples.${name}`)}
              </Text>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </>
  );
}

function Saved({ onWrite, shown }: Props) {
  const { t } = useTranslation('sql');
  const client = useQueryClient();
  const confirm = useConfirm();
  const errorText = useErrorText();
  const query = useQuery(savedQuery);
  const dropping = useMutation({
    mutationFn: async ({ id }: SavedSql) => api.DELETE('/api/reports/queries/{id}', { params: { path: { id } } }),
    onSuccess: (_, { name }) => notifyDone(t('saved.dropped', { name })),
    onError: (error) => notifyFailed(errorText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: keys.savedSql }),
  });

  if (query.isPending) return <ListSkeleton label={t('saved.loading')} rows={4} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data.length === 0) {
    return (
      <EmptyState icon={IconBookmark} title={t('saved.empty.title')}>
        {t('saved.empty.text')}
      </EmptyState>
    );
  }
  const drop = async (saved: SavedSql) => {
    if (await confirm({ title: t('saved.confirm.title', { name: saved.name }), message: t('saved.confirm.text'), confirm: t('saved.drop'), danger: true })) dropping.mutate(saved);
  };
  return (
    <ul className={classes.entries}>
      {query.data.map((saved) => (
        <li key={saved.id} className={classes.savedEntry}>
          <UnstyledButton className={classes.entry} title={saved.sql} aria-current={saved.id === shown || undefined} onClick={() => onWrite(saved.sql, saved)}>
            <Text span size="sm" fw={500} className={classes.entryName}>
              {saved.name}
            </Text>
            <code className={classes.entrySql}>{oneLine(saved.sql)}</code>
            <Text span size="xs" c="dimmed">
              {saved.savedByName !== '' && `${saved.savedByName} · `}
              <Ago at={saved.savedAt} />
            </Text>
          </UnstyledButton>
          <ActionIcon variant="subtle" color="gray" aria-label={t('saved.dropOf', { name: saved.name })} onClick={() => void drop(saved)}>
            <IconTrash size={16} />
          </ActionIcon>
        </li>
      ))}
    </ul>
  );
}
