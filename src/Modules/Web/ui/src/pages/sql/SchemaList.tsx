import { Accordion, Button, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SchemaTable } from '@/api';
import { ErrorState, ListSkeleton } from '@/components';
import { tablesWith } from './schema';
import classes from './Sql.module.css';
import { schemaQuery } from './sqlQueries';

interface Props {
  onInsert: (name: string) => void;
  onWrite: (sql: string) => void;
}

/** The tables and what their columns mean; a column that is chosen is written where the cursor is. */
export function SchemaList({ onInsert, onWrite }: Props) {
  const { t } = useTranslation('sql');
  const query = useQuery(schemaQuery);
  const [sought, setSought] = useState('');
  const [opened, setOpened] = useState<string[]>([]);
  if (query.isPending) return <ListSkeleton label={t('tables.loading')} rows={6} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const found = tablesWith(query.data.tables, sought);

  return (
    <>
      <TextInput
        type="search"
        size="xs"
        mb="xs"
        aria-label={t('tables.find')}
        placeholder={t('tables.find')}
        leftSection={<IconSearch size={15} stroke={1.6} />}
        value={sought}
        onChange={(event) => setSought(event.currentTarget.value)}
      />
      {found.length === 0 && (
        <Text size="sm" c="dimmed" role="status">
          {t('tables.nothing')}
        </Text>
      )}
      <Accordion
        multiple
        chevronPosition="left"
        value={sought === '' ? opened : found.map(({ name }) => name)}
        onChange={setOpened}
        classNames={{ control: classes.tableControl, label: classes.tableLabel, content: classes.tableContent }}
      >
        {found.map((table) => (
          <Accordion.Item key={table.name} value={table.name}>
            <Accordion.Control>{table.name}</Accordion.Control>
            <Accordion.Panel>
              <Columns table={table} onInsert={onInsert} onWrite={onWrite} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </>
  );
}

function Columns({ table: { name, meaning, columns }, onInsert, onWrite }: { table: SchemaTable } & Props) {
  const { t } = useTranslation('sql');
  return (
    <>
      <Text size="xs" c="dimmed" mb={4}>
        {meaning}
      </Text>
      <ul className={classes.columns}>
        {columns.map((column) => (
          <li key={column.name}>
            <UnstyledButton className={classes.column} title={t('tables.insert')} onClick={() => onInsert(column.name)}>
              <span className={classes.columnLine}>
                <code>{column.name}</code>
                <span className={classes.columnType}>{column.type}</span>
              </span>
              <span className={classes.meaning}>{column.meaning}</span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
      <Button size="compact-xs" variant="default" mt={6} onClick={() => onWrite(`SELECT ${columns.map((column) => column.name).join(', ')}\nFROM ${name}\nLIMIT 100`)}>
        {t('tables.look')}
      </Button>
    </>
  );
}
