import { Badge, Button, Text } from '@mantine/core';
import { IconCircleCheck, IconCircleX, IconLoader, IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Run } from '@/api';
import { Ago, EmptyState, ErrorState, ListSkeleton, Section } from '@/components';
import { formatDuration, useFormat } from '@/format';
import classes from './Admin.module.css';
import { refreshMs } from './operations';
import { mostRuns, runsQuery } from './runs';

const firstRuns = 10;

/** What Reporting's own jobs did: how long, how much, and why one failed. */
export function Runs({ refreshing }: { refreshing: boolean }) {
  const { t } = useTranslation('admin');
  const query = useQuery({ ...runsQuery, refetchInterval: refreshing ? refreshMs : false });
  const [isWhole, setWhole] = useState(false);
  const runs = query.data;
  return (
    <Section title={t('runs.title')} hint={t('runs.hint')}>
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <ListSkeleton label={t('operations.loading')} />}
      {runs !== undefined && runs.length === 0 && (
        <EmptyState icon={IconPlayerPlay} title={t('runs.empty.title')}>
          {t('runs.empty.text')}
        </EmptyState>
      )}
      {runs !== undefined && runs.length > 0 && (
        <>
          <div className={classes.scroll} role="region" aria-label={t('runs.title')} tabIndex={0}>
            <table className={classes.table}>
              <thead>
                <tr>
                  <th scope="col">{t('runs.kind')}</th>
                  <th scope="col">{t('runs.outcome')}</th>
                  <th scope="col">{t('runs.started')}</th>
                  <th scope="col" className={classes.number}>
                    {t('runs.duration')}
                  </th>
                  <th scope="col" className={classes.number}>
                    {t('runs.events')}
                  </th>
                </tr>
              </thead>
              <tbody>
                {(isWhole ? runs : runs.slice(0, firstRuns)).map((run) => (
                  <RunRow key={run.id} run={run} />
                ))}
              </tbody>
            </table>
          </div>
          {!isWhole && runs.length > firstRuns && (
            <Button variant="subtle" size="compact-sm" mt="sm" onClick={() => setWhole(true)}>
              {t('runs.all', { count: runs.length })}
            </Button>
          )}
          {isWhole && runs.length === mostRuns && (
            <Text size="sm" c="dimmed" mt="xs">
              {t('runs.first', { count: mostRuns })}
            </Text>
          )}
        </>
      )}
    </Section>
  );
}

const looks = {
  done: { color: 'teal', icon: IconCircleCheck },
  running: { color: 'blue', icon: IconLoader },
  failed: { color: 'red', icon: IconCircleX },
} as const;

function RunRow({ run: { kind, startedAt, durationMs, events, outcome, error } }: { run: Run }) {
  const { t } = useTranslation('admin');
  const format = useFormat();
  const { color, icon: IconOfOutcome } = looks[outcome];
  return (
    <tr>
      <th scope="row">
        {t(`runs.kinds.${kind}`)}
        {error !== null && <span className={classes.where}>{error}</span>}
      </th>
      <td>
        <Badge variant="outline" color={color} leftSection={<IconOfOutcome size={13} aria-hidden />} className={classes.badge}>
          {t(`runs.outcomes.${outcome}`)}
        </Badge>
      </td>
      <td>
        <Ago at={startedAt} />
      </td>
      <td className={classes.number}>{durationMs === null ? '' : formatDuration(durationMs, format.language)}</td>
      <td className={classes.number}>{format.number(events)}</td>
    </tr>
  );
}
