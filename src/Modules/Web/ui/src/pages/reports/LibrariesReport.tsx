import { Skeleton } from '@mantine/core';
import { IconFolderOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type LibraryItem } from '@/api';
import { EmptyState, ErrorState, ListSkeleton, Section } from '@/components';
import { useFormat } from '@/format';
import { CsvButton } from './CsvButton';
import { csvName } from './csvName';
import { Drill } from './Drill';
import { ReportTable } from './ReportTable';
import { librariesParams, librariesQuery } from './reportQueries';
import classes from './Reports.module.css';
import { useNaming } from './useNames';
import type { ReportsState } from './useReports';

const RankChart = lazy(async () => ({ default: (await import('./charts/RankChart')).RankChart }));

const mostBars = 8;

/** In which libraries most was done. */
export function LibrariesReport({ days, only, open }: ReportsState) {
  const { t } = useTranslation('reports');
  const format = useFormat();
  const naming = useNaming();
  const query = useQuery(librariesQuery(days));
  const libraries = query.data;
  const active = libraries?.filter(({ addedVersions, downloads }) => addedVersions + downloads > 0) ?? [];
  const openLibrary = ({ id, addedVersions, downloads }: LibraryItem) =>
    open({ ...days, library: id, by: addedVersions === 0 && downloads > 0 ? 'downloads' : 'versions' });

  return (
    <Section
      title={t('libraries.title')}
      hint={t('libraries.hint')}
      actions={
        <CsvButton
          of={t('libraries.title')}
          fileName={csvName('libraries', days)}
          load={() => api.GET('/api/reports/libraries', { params: { query: { ...librariesParams(days), format: 'csv' } }, parseAs: 'blob' })}
        />
      }
    >
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <ListSkeleton label={t('loading')} rows={5} />}
      {libraries !== undefined && libraries.length === 0 && (
        <EmptyState icon={IconFolderOff} title={t('libraries.empty.title')}>
          {t('libraries.empty.text')}
        </EmptyState>
      )}
      {libraries !== undefined && libraries.length > 0 && (
        <div className={classes.ranked}>
          {active.length > 0 && (
            <Suspense fallback={<Skeleton height={240} />}>
              <RankChart
                label={t('libraries.chart')}
                bars={active.slice(0, mostBars).map((item) => ({ name: naming.libraryShort(item.id, item.name), uploads: item.addedVersions, downloads: item.downloads }))}
                onOpen={(at) => active[at] !== undefined && openLibrary(active[at])}
              />
            </Suspense>
          )}
          <div>
            <ReportTable
              label={t('libraries.table')}
              rows={libraries}
              rowKey={({ id }) => id}
              isCurrent={({ id }) => id === only.library}
              columns={[
                {
                  key: 'name',
                  label: t('column.library'),
                  isText: true,
                  value: ({ id, name }) => naming.libraryShort(id, name),
                  show: (item) => <Drill text={naming.libraryShort(item.id, item.name)} onOpen={() => openLibrary(item)} />,
                },
                { key: 'uploads', label: t('column.uploads'), value: (item) => item.addedVersions, show: (item) => format.number(item.addedVersions) },
                { key: 'downloads', label: t('column.downloads'), value: (item) => item.downloads, show: (item) => format.number(item.downloads) },
                { key: 'documents', label: t('column.documents'), value: (item) => item.documents, show: (item) => format.number(item.documents) },
                { key: 'bytes', label: t('column.size'), value: (item) => item.bytes, show: (item) => format.bytes(item.bytes) },
              ]}
            />
          </div>
        </div>
      )}
    </Section>
  );
}
