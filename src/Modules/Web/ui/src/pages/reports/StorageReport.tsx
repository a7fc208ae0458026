import { Group, Progress, Skeleton, Text } from '@mantine/core';
import { IconDatabaseOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api';
import { EmptyState, ErrorState, Section } from '@/components';
import { useFormat } from '@/format';
import { CsvButton } from './CsvButton';
import { csvName } from './csvName';
import { ReportTable } from './ReportTable';
import { storageQuery } from './reportQueries';
import classes from './Reports.module.css';

const SavingsChart = lazy(async () => ({ default: (await import('./charts/SavingsChart')).SavingsChart }));

/** What is stored now, and what storing equal contents once saves. */
export function StorageReport() {
  const { t } = useTranslation('reports');
  const format = useFormat();
  const query = useQuery(storageQuery);
  const storage = query.data;
  const share = storage === undefined || storage.logicalBytes === 0 ? 0 : storage.savedBytes / storage.logicalBytes;
  const sentence =
    storage === undefined
      ? ''
      : t(storage.savedBytes === 0 ? 'storage.nothingSaved' : 'storage.sentence', {
          logical: format.bytes(storage.logicalBytes),
          stored: format.bytes(storage.storedBytes),
          saved: format.bytes(storage.savedBytes),
          share: format.percent(share),
          contents: t('storage.contents', { count: storage.sharedContents }),
        });

  return (
    <Section
      title={t('storage.title')}
      hint={t('storage.hint')}
      actions={
        <CsvButton
          of={t('storage.title')}
          fileName={csvName('storage')}
          load={() => api.GET('/api/reports/storage', { params: { query: { format: 'csv' } }, parseAs: 'blob' })}
        />
      }
    >
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton height={240} role="status" aria-label={t('loading')} />}
      {storage !== undefined && storage.mediaTypes.length === 0 && (
        <EmptyState icon={IconDatabaseOff} title={t('storage.empty.title')}>
          {t('storage.empty.text')}
        </EmptyState>
      )}
      {storage !== undefined && storage.mediaTypes.length > 0 && (
        <div className={classes.storage}>
          <div>
            <Suspense fallback={<Skeleton height={220} />}>
              <SavingsChart label={t('storage.chart', { sentence })} stored={storage.storedBytes} saved={storage.savedBytes} text={format.percent(share)} />
            </Suspense>
            <Group gap="lg" justify="center" mt="xs">
              <Legend color="var(--kilo-chart-uploads)" text={t('storage.stored', { size: format.bytes(storage.storedBytes) })} />
              <Legend color="var(--kilo-chart-saved)" text={t('storage.saved', { size: format.bytes(storage.savedBytes) })} />
            </Group>
            <Text size="sm" c="dimmed" mt="sm" ta="center">
              {sentence}
            </Text>
          </div>
          <ReportTable
            label={t('storage.table')}
            rows={storage.mediaTypes}
            rowKey={({ mediaType }) => mediaType}
            columns={[
              { key: 'mediaType', label: t('column.mediaType'), isText: true, value: ({ mediaType }) => mediaType },
              { key: 'versions', label: t('column.versions'), value: (item) => item.versions, show: (item) => format.number(item.versions) },
              { key: 'bytes', label: t('column.size'), value: (item) => item.bytes, show: (item) => <Share bytes={item.bytes} of={storage.logicalBytes} /> },
            ]}
          />
        </div>
      )}
    </Section>
  );
}

function Legend({ color, text }: { color: string; text: string }) {
  return (
    <Group gap={8} wrap="nowrap">
      <span className={classes.swatch} style={{ background: color }} aria-hidden />
      <Text size="sm">{text}</Text>
    </Group>
  );
}

/** A size, and a bar of its share of all. */
function Share({ bytes, of }: { bytes: number; of: number }) {
  const format = useFormat();
  return (
    <span className={classes.share}>
      <Progress value={of === 0 ? 0 : (bytes / of) * 100} color="var(--kilo-chart-uploads)" w={96} size="sm" aria-hidden />
      {format.bytes(bytes)}
    </span>
  );
}
