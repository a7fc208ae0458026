import { ActionIcon, Menu, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './DocumentGrid.module.css';
import { type Column, columns, type Sort } from './entries';
import { Tick } from './Tick';

interface Props {
  sort: Sort;
  onSort: (sort: Sort) => void;
  isPhone: boolean;
  checked: boolean;
  indeterminate: boolean;
  onCheck: () => void;
}

export function GridHeader({ sort, onSort, isPhone, checked, indeterminate, onCheck }: Props) {
  const { t } = useTranslation('library');
  const sortBy = (column: Column) => onSort({ column, descending: sort.column === column && !sort.descending });
  const shown = isPhone ? [sort.column] : columns;
  const IconOfDirection = sort.descending ? IconArrowDown : IconArrowUp;
  return (
    <div role="rowgroup" className={classes.header}>
      <div role="row" aria-rowindex={1} className={classes.row} data-phone={isPhone || undefined}>
        <div role="columnheader" className={classes.cell}>
          <Tick checked={checked} indeterminate={indeterminate} label={t('selectAll')} onToggle={onCheck} isFocusable />
        </div>
        {shown.map((column) => {
          const isSorted = sort.column === column;
          return (
            <div
              key={column}
              role="columnheader"
              className={classes.cell}
              data-column={isPhone ? 'title' : column}
              aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}
            >
              <UnstyledButton className={classes.sort} onClick={() => sortBy(column)}>
                {t(`column.${column}`)}
                {isSorted && <IconOfDirection size={14} aria-hidden />}
              </UnstyledButton>
            </div>
          );
        })}
        <div role="columnheader" className={classes.cell}>
          {isPhone ? (
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" aria-label={t('sortBy')}>
                  <IconArrowsSort size={18} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                {columns.map((column) => (
                  <Menu.Item key={column} onClick={() => sortBy(column)} rightSection={sort.column === column ? <IconOfDirection size={14} /> : undefined}>
                    {t(`column.${column}`)}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          ) : (
            <span className="visually-hidden">{t('column.menu')}</span>
          )}
        </div>
      </div>
    </div>
  );
}
