import { Button, SegmentedControl, Skeleton, Text } from '@mantine/core';
import { IconCalendarOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ActivityItem, api } from '@/api';
import { EmptyState, ErrorState, Section } from '@/components';
import { formatMonth, formatShortDay, useFormat } from '@/format';
import type { Measure } from './charts/ActivityChart';
import { CsvButton } from './CsvButton';
import { csvName } from './csvName';
import { Drill } from './Drill';
import { type Bucket, bucketsFor, countDays, daysOfBucket, usualBucket } from './range';
import { ReportTable } from './ReportTable';
import { activityParams, activityQuery } from './reportQueries';
import classes from './Reports.module.css';
import { useNames } from './useNames';
import type { ReportsState } from './useReports';

const ActivityChart = lazy(async () => ({ default: (await import('./charts/ActivityChart')).ActivityChart }));

type Look = 'chart' | 'table';

/** Uploads and downloads over time; each point leads to its documents. */
export function ActivityReport({ days, bucket, only, change, open }: ReportsState) {
  const { t } = useTranslation('reports');
  const format = useFormat();
  const names = useNames(days);
  const query = useQuery(activityQuery(days, bucket, only));
  const [measure, setMeasure] = useState<Measure>('number');
  const [look, setLook] = useState<Look>('chart');
  const items = query.data?.items;
  const choices = bucketsFor(days);

  const longName = ({ start }: ActivityItem) => {
    if (bucket === 'month') return formatMonth(start, format.language);
    const { from, to } = daysOfBucket(start, bucket, days);
    return format.days(from, to);
  };
  const shortName = (start: string) => (bucket === 'month' ? formatMonth(start, format.language) : formatShortDay(start, format.language));
  const openBucket = (item: ActivityItem) =>
    open({ ...daysOfBucket(item.start, bucket, days), ...only, by: item.versions === 0 && item.downloads > 0 ? 'downloads' : 'versions' });

  const total = (of: keyof Omit<ActivityItem, 'start'>) => items?.reduce((sum, item) => sum + item[of], 0) ?? 0;
  const sentence = t('activity.sentence', {
    uploads: t('activity.uploads', { count: total('versions') }),
    uploaded: format.bytes(total('bytes')),
    downloads: t('activity.downloads', { count: total('downloads') }),
    downloaded: format.bytes(total('downloadedBytes')),
    days: t('activity.days', { count: countDays(days) }),
  });
  const isEmpty = items !== undefined && items.every((item) => Object.values(item).every((value) => typeof value === 'string' || value === 0));

  return (
    <Section
      title={t('activity.title')}
      hint={items === undefined || isEmpty ? undefined : sentence}
      actions={
        <div className={classes.tools}>
          {choices.length > 1 && (
            <SegmentedControl
              size="xs"
              aria-label={t('activity.by')}
              value={bucket}
              data={choices.map((value) => ({ value, label: t(`bucket.${value}`) }))}
              onChange={(value) => change({ bucket: value === usualBucket(days) ? undefined : (value as Bucket) })}
            />
          )}
          <SegmentedControl
            size="xs"
            aria-label={t('activity.measure')}
            value={measure}
            data={[
              { value: 'number', label: t('measure.number') },
              { value: 'bytes', label: t('measure.bytes') },
            ]}
            onChange={(value) => setMeasure(value as Measure)}
          />
          <SegmentedControl
            size="xs"
            aria-label={t('activity.look')}
            value={look}
            data={[
              { value: 'chart', label: t('look.chart') },
              { value: 'table', label: t('look.table') },
            ]}
            onChange={(value) => setLook(value as Look)}
          />
          <CsvButton
            of={t('activity.title')}
            fileName={csvName('activity', days, names.of(only))}
            load={() => api.GET('/api/reports/activity', { params: { query: { ...activityParams(days, bucket, only), format: 'csv' } }, parseAs: 'blob' })}
          />
        </div>
      }
    >
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton height={300} aria-label={t('loading')} role="status" />}
      {isEmpty && (
        <EmptyState
          icon={IconCalendarOff}
          title={t('activity.empty.title')}
          actions={
            countDays(days) < countDays({ from: '2025-01-01', to: '2025-12-31' }) && (
              <Button variant="default" mt="sm" onClick={() => change({ range: 'year', from: undefined, to: undefined })}>
                {t('activity.empty.action')}
              </Button>
            )
          }
        >
          {t('activity.empty.text')}
        </EmptyState>
      )}
      {items !== undefined && !isEmpty && (
        <>
          {look === 'chart' && (
            <>
              <Suspense fallback={<Skeleton height={300} />}>
                <ActivityChart
                  label={t('activity.chart', { sentence })}
                  items={items}
                  measure={measure}
                  shortName={shortName}
                  longName={longName}
                  onOpen={openBucket}
                />
              </Suspense>
              <Text size="xs" c="dimmed" mt="xs" className={classes.screen}>
                {t('activity.hint')}
              </Text>
            </>
          )}
          {look === 'table' && (
            <ReportTable
              label={t('activity.table')}
              rows={items.toReversed()}
              rowKey={({ start }) => start}
              most={Infinity}
              columns={[
                { key: 'start', label: t('column.days'), isText: true, value: ({ start }) => start, show: (item) => <Drill text={longName(item)} onOpen={() => openBucket(item)} /> },
                { key: 'versions', label: t('column.uploads'), value: (item) => item.versions, show: (item) => format.number(item.versions) },
                { key: 'bytes', label: t('column.uploaded'), value: (item) => item.bytes, show: (item) => format.bytes(item.bytes) },
                { key: 'documents', label: t('column.newDocuments'), value: (item) => item.documents, show: (item) => format.number(item.documents) },
                { key: 'downloads', label: t('column.downloads'), value: (item) => item.downloads, show: (item) => format.number(item.downloads) },
                { key: 'downloadedBytes', label: t('column.downloaded'), value: (item) => item.downloadedBytes, show: (item) => format.bytes(item.downloadedBytes) },
                { key: 'changed', label: t('column.changed'), value: (item) => item.changed, show: (item) => format.number(item.changed) },
                { key: 'trashed', label: t('column.trashed'), value: (item) => item.trashed, show: (item) => format.number(item.trashed) },
                { key: 'restored', label: t('column.restored'), value: (item) => item.restored, show: (item) => format.number(item.restored) },
                { key: 'purged', label: t('column.purged'), value: (item) => item.purged, show: (item) => format.number(item.purged) },
              ]}
            />
          )}
        </>
      )}
    </Section>
  );
}
