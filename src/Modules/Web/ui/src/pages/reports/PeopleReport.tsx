import { Skeleton } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type PersonItem } from '@/api';
import { Ago, EmptyState, ErrorState, ListSkeleton, Section } from '@/components';
import { useFormat } from '@/format';
import { CsvButton } from './CsvButton';
import { csvName } from './csvName';
import { Drill } from './Drill';
import { ReportTable } from './ReportTable';
import { peopleParams, peopleQuery } from './reportQueries';
import classes from './Reports.module.css';
import { present } from './search';
import { useNames, useNaming } from './useNames';
import type { ReportsState } from './useReports';

const RankChart = lazy(async () => ({ default: (await import('./charts/RankChart')).RankChart }));

const mostBars = 8;

/** Who did most. */
export function PeopleReport({ days, only, open }: ReportsState) {
  const { t } = useTranslation('reports');
  const format = useFormat();
  const names = useNames(days);
  const naming = useNaming();
  const query = useQuery(peopleQuery(days, only));
  const people = query.data;
  const active = people?.filter(({ versions, downloads }) => versions + downloads > 0) ?? [];
  const openPerson = ({ id, versions, downloads }: PersonItem) =>
    open({ ...days, ...present({ library: only.library }), person: id, by: versions === 0 && downloads > 0 ? 'downloads' : 'versions' });

  return (
    <Section
      title={t('people.title')}
      hint={only.library === undefined ? t('people.hint') : t('people.hintIn', { library: names.library(only.library) })}
      actions={
        <CsvButton
          of={t('people.title')}
          fileName={csvName('people', days, only.library === undefined ? [] : [names.library(only.library)])}
          load={() => api.GET('/api/reports/people', { params: { query: { ...peopleParams(days, only), format: 'csv' } }, parseAs: 'blob' })}
        />
      }
    >
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <ListSkeleton label={t('loading')} rows={5} />}
      {people !== undefined && people.length === 0 && (
        <EmptyState icon={IconUsers} title={t('people.empty.title')}>
          {t('people.empty.text')}
        </EmptyState>
      )}
      {people !== undefined && people.length > 0 && (
        <div className={classes.ranked}>
          {active.length > 0 && (
            <Suspense fallback={<Skeleton height={240} />}>
              <RankChart
                label={t('people.chart')}
                bars={active.slice(0, mostBars).map((item) => ({ name: naming.person(item.displayName), uploads: item.versions, downloads: item.downloads }))}
                onOpen={(at) => active[at] !== undefined && openPerson(active[at])}
              />
            </Suspense>
          )}
          <div>
            <ReportTable
              label={t('people.table')}
              rows={people}
              rowKey={({ id }) => id}
              isCurrent={({ id }) => id === only.person}
              columns={[
                {
                  key: 'name',
                  label: t('column.person'),
                  isText: true,
                  value: ({ displayName }) => naming.person(displayName),
                  show: (item) => <Drill text={naming.person(item.displayName)} onOpen={() => openPerson(item)} />,
                },
                { key: 'uploads', label: t('column.uploads'), value: (item) => item.versions, show: (item) => format.number(item.versions) },
                { key: 'downloads', label: t('column.downloads'), value: (item) => item.downloads, show: (item) => format.number(item.downloads) },
                { key: 'bytes', label: t('column.uploaded'), value: (item) => item.bytes, show: (item) => format.bytes(item.bytes) },
                { key: 'latestAt', label: t('column.latest'), value: ({ latestAt }) => latestAt, show: ({ latestAt }) => <Ago at={latestAt} /> },
              ]}
            />
          </div>
        </div>
      )}
    </Section>
  );
}
