import { Table, Text, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mostRows } from './reportQueries';
import classes from './Reports.module.css';
import { type Order, sorted } from './sorted';

export interface Column<T> {
  key: string;
  label: string;
  /** What the column is sorted by. */
  value: (row: T) => string | number;
  /** What is shown; the value, where it is left out. */
  show?: (row: T) => ReactNode;
  isText?: boolean;
}

interface Props<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
  isCurrent?: (row: T) => boolean;
  /** Shown at most; the CSV has all of them. */
  most?: number;
  /** True: these are the first ones of more. */
  hasMore?: boolean;
}

/** A list that can be sorted by any column; the first one names the row. It comes in the order of the server. */
export function ReportTable<T>({ label, columns, rows, rowKey, isCurrent, most = mostRows, hasMore = false }: Props<T>) {
  const { t } = useTranslation('reports');
  const [order, setOrder] = useState<Order>();
  const column = columns.find(({ key }) => key === order?.key);
  const shown = useMemo(() => (order === undefined || column === undefined ? rows : sorted(rows, column.value, order.isDescending)), [rows, order, column]);
  const sortBy = ({ key, isText = false }: Column<T>) =>
    setOrder((before) => ({ key, isDescending: before?.key === key ? !before.isDescending : !isText }));

  return (
    <>
      <div className={classes.scroll} role="region" aria-label={label} tabIndex={0}>
        <Table verticalSpacing={6} horizontalSpacing="xs" fz="sm" highlightOnHover>
          <Table.Thead className={classes.head}>
            <Table.Tr>
              {columns.map((of) => {
                const isSorted = order?.key === of.key;
                const IconOfOrder = order?.isDescending === true ? IconArrowDown : IconArrowUp;
                return (
                  <Table.Th
                    key={of.key}
                    scope="col"
                    className={of.isText === true ? undefined : classes.number}
                    aria-sort={isSorted ? (order.isDescending ? 'descending' : 'ascending') : undefined}
                  >
                    <UnstyledButton className={classes.sort} onClick={() => sortBy(of)}>
                      {of.label}
                      {isSorted && <IconOfOrder size={14} aria-hidden />}
                    </UnstyledButton>
                  </Table.Th>
                );
              })}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.slice(0, most).map((row) => (
              <Table.Tr key={rowKey(row)} data-current={isCurrent?.(row) === true || undefined}>
                {columns.map(({ key, value, show, isText }, at) =>
                  at === 0 ? (
                    <Table.Th key={key} scope="row" className={classes.name}>
                      {show?.(row) ?? value(row)}
                    </Table.Th>
                  ) : (
                    <Table.Td key={key} className={isText === true ? undefined : classes.number}>
                      {show?.(row) ?? value(row)}
                    </Table.Td>
                  ),
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {(hasMore || rows.length > most) && (
        <Text size="sm" c="dimmed" mt="xs">
          {t('first', { count: most })}
        </Text>
      )}
    </>
  );
}
