import { Box, Table } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Pending } from '@/app/Pending';
import { useFormat } from '@/format';
import type { LoadedText } from './content';
import { CutNotice } from './CutNotice';
import type { PreviewProps } from './previewProps';
import classes from './Preview.module.css';
import { PreviewFrame } from './PreviewFrame';
import { readTable, type TextTable } from './readTable';
import { TextSource } from './TextSource';
import { type View, ViewSwitch } from './ViewSwitch';
import { WithText } from './WithText';

export function CsvPreview({ version }: PreviewProps) {
  return <WithText version={version}>{(loaded) => <Csv version={version} loaded={loaded} />}</WithText>;
}

function Csv({ version, loaded }: { version: PreviewProps['version']; loaded: LoadedText }) {
  const { t } = useTranslation('document');
  const format = useFormat();
  const [view, setView] = useState<View>('rendered');
  const [table, setTable] = useState<TextTable>();
  useEffect(() => {
    let shown = true;
    void readTable(loaded).then((read) => {
      if (shown) setTable(read);
    });
    return () => {
      shown = false;
    };
  }, [loaded]);

  const tools = <ViewSwitch rendered={t('preview.tableView')} view={view} onChange={setView} />;
  if (view === 'source') return <TextSource version={version} loaded={loaded} tools={tools} />;
  const facts =
    table === undefined
      ? []
      : [
          table.hasMoreRows ? t('preview.firstRows', { rows: format.number(table.rows.length) }) : t('preview.rows', { count: table.rows.length }),
          ...(table.hasMoreColumns ? [t('preview.firstColumns', { columns: table.head.length })] : []),
        ];
  return (
    <PreviewFrame
      info={
        <>
          <span>{facts.join(' · ')}</span>
          {loaded.isCut && <CutNotice version={version} />}
        </>
      }
      tools={tools}
    >
      {table === undefined ? (
        <Pending />
      ) : (
        <Box className={`${classes.body} ${classes.growing}`} tabIndex={0} role="region" aria-label={t('preview.table', { number: version.number })}>
          <CsvTable table={table} />
        </Box>
      )}
    </PreviewFrame>
  );
}

function CsvTable({ table }: { table: TextTable }) {
  const { t } = useTranslation('document');
  return (
    <Table striped="even" withColumnBorders verticalSpacing={4} fz="sm" w="auto" miw="100%">
      <Table.Thead className={classes.tableHead}>
        <Table.Tr>
          <Table.Th scope="col" className={classes.rowNumber}>
            {t('preview.row')}
          </Table.Th>
          {table.head.map((name, column) => (
            <Table.Th scope="col" key={column} className={classes.cell}>
              {name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {table.rows.map((cells, row) => (
          <Table.Tr key={row}>
            <Table.Th scope="row" className={classes.rowNumber}>
              {row + 1}
            </Table.Th>
            {table.head.map((_, column) => (
              <Table.Td key={column} className={classes.cell} title={(cells[column] ?? '').length > 50 ? cells[column] : undefined}>
                {cells[column]}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
