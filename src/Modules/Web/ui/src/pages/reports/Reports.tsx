import '@mantine/charts/styles.css';
import { ActionIcon, Button, Stack, Text, Tooltip } from '@mantine/core';
import { IconChartHistogram, IconPrinter, IconRefresh } from '@tabler/icons-react';
import { useIsFetching, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { keys, type Summary } from '@/api';
import { EmptyState, PageTitle } from '@/components';
import { useFormat } from '@/format';
import { useShortcut } from '@/shortcuts';
import { ActivityReport } from './ActivityReport';
import { DocumentsBehind } from './DocumentsBehind';
import { DocumentsReport } from './DocumentsReport';
import { Filters } from './Filters';
import { LibrariesReport } from './LibrariesReport';
import { useNames } from './useNames';
import { PeopleReport } from './PeopleReport';
import { summaryQuery, timeZone } from './reportQueries';
import classes from './Reports.module.css';
import { StorageReport } from './StorageReport';
import { Tiles } from './Tiles';
import { usePrintLight } from './usePrintLight';
import { useReports } from './useReports';

export function Reports() {
  const { t } = useTranslation('reports');
  const client = useQueryClient();
  const reports = useReports();
  const summary = useQuery(summaryQuery);
  const isFetching = useIsFetching({ queryKey: keys.reports }) > 0;
  const refresh = () => void client.invalidateQueries({ queryKey: keys.reports });
  usePrintLight();
  useShortcut('r', t('keyboard.refresh'), refresh, t('title'));

  return (
    <>
      <PageTitle
        title={t('title')}
        actions={
          <div className={classes.actions}>
            <Tooltip label={t('refresh')}>
              <ActionIcon variant="default" size={36} aria-label={t('refresh')} loading={isFetching} onClick={refresh}>
                <IconRefresh size={18} />
              </ActionIcon>
            </Tooltip>
            <Button variant="default" leftSection={<IconPrinter size={18} />} onClick={() => window.print()}>
              {t('print')}
            </Button>
          </div>
        }
      />
      {summary.data !== undefined && isUntouched(summary.data) ? (
        <EmptyState
          icon={IconChartHistogram}
          title={t('empty.title')}
          actions={
            <Button component={Link} to="/library/personal/" mt="sm">
              {t('empty.action')}
            </Button>
          }
        >
          {t('empty.text')}
        </EmptyState>
      ) : (
        <Stack gap="md">
          <Printed />
          <Tiles query={summary} />
          <Filters {...reports} />
          <ActivityReport {...reports} />
          <LibrariesReport {...reports} />
          <PeopleReport {...reports} />
          <DocumentsReport {...reports} />
          <StorageReport />
        </Stack>
      )}
      <DocumentsBehind {...reports} />
    </>
  );
}

/** What paper has to say by itself: of when, of what, and of whom. */
function Printed() {
  const { t } = useTranslation('reports');
  const format = useFormat();
  const { days, only } = useReports();
  const names = useNames(days);
  return (
    <Text size="sm" className={classes.printed}>
      {[format.days(days.from, days.to), ...names.of(only), t('zone', { zone: timeZone }), t('asOf', { at: format.date(new Date().toISOString()) })].join(' · ')}
    </Text>
  );
}

function isUntouched({ documents, trashedDocuments, last30Days, previous30Days }: Summary): boolean {
  return documents + trashedDocuments + last30Days.versions + previous30Days.versions === 0;
}
