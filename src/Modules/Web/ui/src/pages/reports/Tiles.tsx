import { Paper, SimpleGrid, Skeleton, Text } from '@mantine/core';
import { IconArrowDownRight, IconArrowUpRight, IconEqual } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Summary } from '@/api';
import { ErrorState } from '@/components';
import { useFormat } from '@/format';
import classes from './Reports.module.css';
import { changeOf } from './trend';

/** Everything in one line each. */
export function Tiles({ query }: { query: UseQueryResult<Summary> }) {
  const { t } = useTranslation('reports');
  const format = useFormat();
  const { data } = query;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <SimpleGrid component="section" aria-label={t('tiles.label')} cols={{ base: 2, sm: 3, lg: 5 }} spacing="sm" className={classes.tiles}>
      {data === undefined ? (
        Array.from({ length: 5 }, (_, tile) => <Skeleton key={tile} height={112} radius="md" />)
      ) : (
        <>
          <Tile label={t('tiles.uploads')} value={format.number(data.last30Days.versions)}>
            <Trend value={data.last30Days.versions} before={data.previous30Days.versions} />
          </Tile>
          <Tile label={t('tiles.downloads')} value={format.number(data.last30Days.downloads)}>
            <Trend value={data.last30Days.downloads} before={data.previous30Days.downloads} />
          </Tile>
          <Tile label={t('tiles.documents')} value={format.number(data.documents)}>
            {t('tiles.versions', { count: data.versions })}
            {data.trashedDocuments > 0 && ` · ${t('tiles.trashed', { count: data.trashedDocuments })}`}
          </Tile>
          <Tile label={t('tiles.stored')} value={format.bytes(data.storedBytes)}>
            {data.savedBytes > 0 ? t('tiles.saved', { size: format.bytes(data.savedBytes) }) : t('tiles.nothingSaved')}
          </Tile>
          <Tile label={t('tiles.people')} value={format.number(data.users)}>
            {t('tiles.libraries', { count: data.libraries })}
          </Tile>
        </>
      )}
    </SimpleGrid>
  );
}

function Tile({ label, value, children }: { label: string; value: string; children: ReactNode }) {
  return (
    <Paper withBorder radius="md" className={classes.tile}>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <p className={classes.value}>{value}</p>
      <Text size="xs" c="dimmed" component="div">
        {children}
      </Text>
    </Paper>
  );
}

/** How it was before: a sign beside the words, for those who look, and the words for those who read. */
function Trend({ value, before }: { value: number; before: number }) {
  const { t } = useTranslation('reports');
  const format = useFormat();
  const change = changeOf(value, before);
  if (change === undefined) return t('trend.new');
  const IconOfTrend = change > 0 ? IconArrowUpRight : change < 0 ? IconArrowDownRight : IconEqual;
  return (
    <span className={classes.trend} data-trend={Math.sign(change)}>
      <IconOfTrend size={15} aria-hidden />
      {change === 0 ? t('trend.same') : t(change > 0 ? 'trend.more' : 'trend.less', { share: format.percent(Math.abs(change)) })}
    </span>
  );
}
