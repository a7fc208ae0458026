import { Alert, Anchor, Button, Group, List, Text } from '@mantine/core';
import { IconAlertTriangle, IconDownload, IconHandStop, IconTable, IconTableOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ApiError, type SqlAnswer } from '@/api';
import { EmptyState, notifyFailed, saveFile, useErrorText } from '@/components';
import { useFormat } from '@/format';
import { answerCsv, answerCsvName } from './answerCsv';
import { type ExampleName, exampleNames } from './examples';
import { ResultGrid } from './ResultGrid';
import classes from './Sql.module.css';
import type { Run } from './useSqlRun';

interface Props {
  run: Exclude<Run, { state: 'running' }>;
  savedName: string | undefined;
  onExample: (name: ExampleName) => void;
}

const titledErrors = ['sql-refused', 'sql-invalid', 'sql-too-slow', 'sql-busy', 'sql-not-set-up'] as const;

/** What the last statement answered. */
export function Answer({ run, savedName, onExample }: Props) {
  const { t } = useTranslation('sql');
  const errorText = useErrorText();
  switch (run.state) {
    case 'none':
      return (
        <EmptyState
          icon={IconTable}
          title={t('none.title')}
          actions={
            <List spacing={4} listStyleType="none" mt="xs">
              {exampleNames.map((name) => (
                <List.Item key={name}>
                  <Anchor component="button" type="button" onClick={() => onExample(name)}>
                    {t(`examples.${name}`)}
                  </Anchor>
                </List.Item>
              ))}
            </List>
          }
        >
          {t('none.text')}
        </EmptyState>
      );
    case 'cancelled':
      return (
        <Alert color="gray" icon={<IconHandStop />} title={t('run.cancelled')} my="md">
          {t('run.cancelledHint')}
        </Alert>
      );
    case 'failed': {
      const slug = run.error instanceof ApiError ? titledErrors.find((known) => known === (run.error as ApiError).slug) : undefined;
      return (
        <Alert color="red" icon={<IconAlertTriangle />} role="alert" title={t(slug === undefined ? 'error.other' : `error.${slug}`)} my="md">
          <Text size="sm" className={classes.errorText}>
            {errorText(run.error)}
          </Text>
        </Alert>
      );
    }
    case 'done':
      return run.isPlan ? <Plan answer={run.answer} /> : <Rows answer={run.answer} maxRows={run.maxRows} savedName={savedName} />;
  }
}

function Plan({ answer }: { answer: SqlAnswer }) {
  const { t } = useTranslation('sql');
  return (
    <section className={classes.result} aria-label={t('plan.title')}>
      <Group className={classes.resultBar}>
        <Text size="sm" c="dimmed" role="status">
          {t('plan.title')} · {t('result.elapsed', { ms: answer.elapsedMs })}
        </Text>
      </Group>
      <pre className={classes.plan} tabIndex={0} aria-label={t('plan.title')}>
        {answer.rows.map((row) => row.join(' ')).join('\n')}
      </pre>
    </section>
  );
}

function Rows({ answer, maxRows, savedName }: { answer: SqlAnswer; maxRows: number; savedName: string | undefined }) {
  const { t } = useTranslation('sql');
  const format = useFormat();
  const errorText = useErrorText();
  const save = async () => {
    try {
      saveFile(new Blob([await answerCsv(answer)], { type: 'text/csv;charset=utf-8' }), answerCsvName(savedName, new Date()));
    } catch (error) {
      notifyFailed(errorText(error));
    }
  };
  return (
    <section className={classes.result} aria-label={t('result.label')}>
      <Group className={classes.resultBar} justify="space-between" gap="xs">
        <Text size="sm" c="dimmed" role="status">
          {t('result.rows', { count: answer.rows.length })} · {t('result.elapsed', { ms: format.number(answer.elapsedMs) })}
          {answer.isTruncated && <span className={classes.truncated}> · {t('result.truncated', { count: maxRows })}</span>}
        </Text>
        {answer.rows.length > 0 && (
          <Button variant="default" size="xs" leftSection={<IconDownload size={16} />} aria-label={t('result.csv')} flex="none" onClick={() => void save()}>
            CSV
          </Button>
        )}
      </Group>
      {answer.rows.length === 0 ? (
        <EmptyState icon={IconTableOff} title={t('result.empty.title')}>
          {t('result.empty.text', { columns: answer.columns.map(({ name }) => name).join(', ') })}
        </EmptyState>
      ) : (
        <ResultGrid key={answer.id} answer={answer} label={t('result.label')} />
      )}
    </section>
  );
}
