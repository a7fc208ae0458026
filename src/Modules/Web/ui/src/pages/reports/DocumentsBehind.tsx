import { Drawer, Group, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/format';
import { CsvButton } from './CsvButton';
import { csvName } from './csvName';
import { DocumentsTable, loadDocumentsCsv } from './DocumentsTable';
import { RankChoice } from './RankChoice';
import classes from './Reports.module.css';
import type { Behind } from './search';
import { useNames } from './useNames';
import type { ReportsState } from './useReports';

/** The documents behind a point of a chart, or a row of a table. */
export function DocumentsBehind({ search: { behind }, days, open, close }: ReportsState) {
  const { t } = useTranslation('reports');
  const isPhone = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  const names = useNames(days);
  return (
    <Drawer
      opened={behind !== undefined}
      onClose={close}
      position="right"
      size={isPhone === true ? '100%' : 'xl'}
      title={t('behind.title')}
      closeButtonProps={{ 'aria-label': t('behind.close') }}
    >
      {behind !== undefined && <Content behind={behind} names={names} onRank={(by) => open({ ...behind, by })} />}
    </Drawer>
  );
}

function Content({ behind, names, onRank }: { behind: Behind; names: ReturnType<typeof useNames>; onRank: (by: Behind['by']) => void }) {
  const { t } = useTranslation('reports');
  const format = useFormat();
  const of = names.of(behind);
  return (
    <div className={classes.whole}>
      <Text fw={600}>{[format.days(behind.from, behind.to), ...of].join(' · ')}</Text>
      <Text size="sm" c="dimmed" mb="md">
        {t(`documents.hint.${behind.by}`)}
      </Text>
      <Group justify="space-between" mb="sm">
        <RankChoice by={behind.by} onChange={onRank} />
        <CsvButton of={t('behind.title')} fileName={csvName(`documents-${behind.by}`, behind, of)} load={() => loadDocumentsCsv(behind)} />
      </Group>
      <DocumentsTable behind={behind} />
    </div>
  );
}
