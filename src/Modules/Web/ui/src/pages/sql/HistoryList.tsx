import { Button, Text, UnstyledButton } from '@mantine/core';
import { IconHistory, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Ago, EmptyState, useConfirm } from '@/components';
import { useFormat } from '@/format';
import { oneLine, type Ran } from './history';
import classes from './Sql.module.css';

interface Props {
  history: readonly Ran[];
  onForget: () => void;
  onWrite: (sql: string) => void;
}

/** What was run in this browser. */
export function HistoryList({ history, onForget, onWrite }: Props) {
  const { t } = useTranslation('sql');
  const format = useFormat();
  const confirm = useConfirm();
  if (history.length === 0) {
    return (
      <EmptyState icon={IconHistory} title={t('history.empty.title')}>
        {t('history.empty.text')}
      </EmptyState>
    );
  }
  const forget = async () => {
    if (await confirm({ title: t('history.confirm.title'), message: t('history.confirm.text'), confirm: t('history.forget'), danger: true })) onForget();
  };
  const outcomeOf = ({ outcome, rows = 0, elapsedMs = 0 }: Ran) =>
    outcome === 'done' ? `${t('result.rows', { count: rows })} · ${t('result.elapsed', { ms: format.number(elapsedMs) })}` : t(`history.${outcome}`);
  return (
    <>
      <ol className={classes.entries}>
        {history.map((ran) => (
          <li key={ran.sql}>
            <UnstyledButton className={classes.entry} title={ran.sql} onClick={() => onWrite(ran.sql)}>
              <code className={classes.entrySql}>{oneLine(ran.sql)}</code>
              <Text span size="xs" c="dimmed">
                <Ago at={ran.at} /> · {outcomeOf(ran)}
              </Text>
            </UnstyledButton>
          </li>
        ))}
      </ol>
      <Button variant="subtle" color="gray" size="compact-sm" mt="sm" leftSection={<IconTrash size={16} />} onClick={() => void forget()}>
        {t('history.forget')}
      </Button>
    </>
  );
}
