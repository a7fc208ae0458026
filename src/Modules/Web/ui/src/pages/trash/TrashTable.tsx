import { ActionIcon, Checkbox, Menu, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowBackUp, IconArrowDown, IconArrowUp, IconDotsVertical, IconTrashX } from '@tabler/icons-react';
import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/react-virtual';
import { Link, useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, type MouseEvent, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Ago, FileIcon, UserName } from '@/components';
import { useFormat } from '@/format';
import { activated, all, extendedTo, none, rowAfter, type Selection, toggled } from './selection';
import classes from './Trash.module.css';
import type { Sort, SortKey, Trashed } from './trashed';

const wideRowPx = 52;
const narrowRowPx = 84;
const pageOfRows = 10;

interface Props {
  documents: readonly Trashed[];
  selection: Selection;
  onSelection: (selection: Selection) => void;
  sort: Sort;
  onSort: (sort: Sort) => void;
  placeOf: (document: Trashed) => string;
  onRestore: (documents: readonly Trashed[]) => void;
  onPurge: (documents: readonly Trashed[]) => void;
  disabled: boolean;
}

/** The rows that are near the window, of however many there are; a grid for the keyboard. */
export function TrashTable({ documents, selection, onSelection, sort, onSort, placeOf, onRestore, onPurge, disabled }: Props) {
  const { t } = useTranslation('trash');
  const navigate = useNavigate();
  const narrow = useMediaQuery('(max-width: 62em)', undefined, { getInitialValueInEffect: false }) ?? false;
  const body = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const order = documents.map(({ id }) => id);
  const activeId = selection.active !== undefined && order.includes(selection.active) ? selection.active : order[0];
  const activeIndex = activeId === undefined ? -1 : order.indexOf(activeId);
  const chosen = documents.filter(({ id }) => selection.ids.has(id));
  const rowPx = narrow ? narrowRowPx : wideRowPx;

  // Where the rows begin on the page; it changes with what is shown above them.
  useLayoutEffect(() => {
    const place = (body.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
    setTop((before) => (Math.abs(before - place) < 1 ? before : place));
  });

  const rows = useWindowVirtualizer({
    count: documents.length,
    estimateSize: () => rowPx,
    getItemKey: (index) => order[index] ?? index,
    overscan: 12,
    scrollMargin: top,
    scrollPaddingStart: 140,
    scrollPaddingEnd: 16,
    // The row that has the focus stays, wherever the page is scrolled to.
    rangeExtractor: (range) => [...new Set([...defaultRangeExtractor(range), ...(activeIndex < 0 ? [] : [activeIndex])])].sort((a, b) => a - b),
  });
  useLayoutEffect(() => rows.measure(), [rows, rowPx]);

  const focusRow = (id: string) => {
    rows.scrollToIndex(order.indexOf(id));
    requestAnimationFrame(() => body.current?.querySelector<HTMLElement>(`[data-id="${id}"]`)?.focus({ preventScroll: true }));
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.altKey || activeId === undefined) return;
    const onRow = event.target instanceof HTMLElement && event.target.dataset.id !== undefined;
    const next = event.ctrlKey || event.metaKey ? undefined : rowAfter(event.key, activeId, order, pageOfRows);
    if (next !== undefined) {
      onSelection(event.shiftKey ? extendedTo(selection, next, order) : activated(selection, next));
      focusRow(next);
    } else if (event.key === ' ' && onRow) onSelection(event.shiftKey ? extendedTo(selection, activeId, order) : toggled(selection, activeId));
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) onSelection(all(selection, order));
    else if (event.key === 'Escape') onSelection(none(selection));
    else if (event.key === 'Enter' && onRow) void navigate({ to: '/documents/$id', params: { id: activeId } });
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const onTick = (id: string, event: MouseEvent) => onSelection(event.shiftKey ? extendedTo(selection, id, order) : toggled(selection, id));

  return (
    <div
      role="grid"
      aria-label={t('table')}
      aria-multiselectable
      aria-rowcount={documents.length + 1}
      className={classes.grid}
      data-narrow={narrow || undefined}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup">
        <div role="row" aria-rowindex={1} className={`${classes.columns} ${classes.head}`}>
          <div role="columnheader" aria-label={t('column.select')}>
            <Checkbox
              aria-label={t('select.all')}
              checked={chosen.length > 0 && chosen.length === documents.length}
              indeterminate={chosen.length > 0 && chosen.length < documents.length}
              onChange={(event) => onSelection(event.currentTarget.checked ? all(selection, order) : none(selection))}
            />
          </div>
          <SortHeader by="title" sort={sort} onSort={onSort} />
          {!narrow && (
            <>
              <Text role="columnheader" size="sm" fw={600} c="dimmed">
                {t('column.place')}
              </Text>
              <Text role="columnheader" size="sm" fw={600} c="dimmed">
                {t('column.by')}
              </Text>
              <SortHeader by="at" sort={sort} onSort={onSort} />
              <SortHeader by="size" sort={sort} onSort={onSort} />
            </>
          )}
          <div role="columnheader">
            <span className="visually-hidden">{t('column.actions')}</span>
          </div>
        </div>
      </div>
      <div role="rowgroup" ref={body} style={{ position: 'relative', height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start, key }) => {
          const document = documents[index];
          if (document === undefined) return null;
          return (
            <Row
              key={key}
              document={document}
              place={placeOf(document)}
              index={index}
              offset={start - top}
              narrow={narrow}
              active={document.id === activeId}
              selected={selection.ids.has(document.id)}
              disabled={disabled}
              onFocus={() => document.id !== selection.active && onSelection({ ...selection, active: document.id })}
              onTick={(event) => onTick(document.id, event)}
              onRestore={() => onRestore([document])}
              onPurge={() => onPurge([document])}
            />
          );
        })}
      </div>
    </div>
  );
}

function SortHeader({ by, sort, onSort }: { by: SortKey; sort: Sort; onSort: (sort: Sort) => void }) {
  const { t } = useTranslation('trash');
  const current = sort.by === by;
  const IconOfOrder = sort.descending ? IconArrowDown : IconArrowUp;
  return (
    <div role="columnheader" aria-sort={!current ? 'none' : sort.descending ? 'descending' : 'ascending'} className={by === 'size' ? classes.end : undefined}>
      <UnstyledButton
        className={classes.sort}
        aria-label={t('sort', { column: t(`column.${by}`) })}
        onClick={() => onSort({ by, descending: current ? !sort.descending : by !== 'title' })}
      >
        {t(`column.${by}`)}
        {current && <IconOfOrder size={14} aria-hidden />}
      </UnstyledButton>
    </div>
  );
}

interface RowProps {
  document: Trashed;
  place: string;
  index: number;
  offset: number;
  narrow: boolean;
  active: boolean;
  selected: boolean;
  disabled: boolean;
  onFocus: () => void;
  onTick: (event: MouseEvent) => void;
  onRestore: () => void;
  onPurge: () => void;
}

function Row({ document, place, index, offset, narrow, active, selected, disabled, onFocus, onTick, onRestore, onPurge }: RowProps) {
  const { t } = useTranslation('trash');
  const format = useFormat();
  const { id, title, mediaType, size, by, at } = document;
  const tabIndex = active ? 0 : -1;
  const link = (
    <Link to="/documents/$id" params={{ id }} tabIndex={-1} className={classes.title} title={title}>
      {title}
    </Link>
  );

  return (
    <div
      role="row"
      data-id={id}
      tabIndex={tabIndex}
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={`${classes.columns} ${classes.row}`}
      style={{ transform: `translateY(${offset}px)` }}
      onFocus={onFocus}
    >
      <div role="gridcell">
        <Checkbox aria-label={t('select.one', { title })} checked={selected} tabIndex={-1} onChange={() => undefined} onClick={onTick} />
      </div>
      <div role="gridcell" className={classes.name}>
        <FileIcon mediaType={mediaType} name={title} />
        <div className={classes.lines}>
          {link}
          {narrow && (
            <>
              <Text size="xs" c="dimmed" truncate component="p" m={0}>
                {place}
              </Text>
              <Text size="xs" c="dimmed" truncate component="p" m={0}>
                {t('by', { who: by.displayName, ago: format.ago(at) })}
              </Text>
            </>
          )}
        </div>
      </div>
      {!narrow && (
        <>
          <Text role="gridcell" size="sm" c="dimmed" truncate title={place}>
            {place}
          </Text>
          <div role="gridcell" className={classes.person}>
            <UserName user={by} />
          </div>
          <Text role="gridcell" size="sm" c="dimmed" component="div">
            <Ago at={at} />
          </Text>
          <Text role="gridcell" size="sm" c="dimmed" className={classes.end}>
            {format.bytes(size)}
          </Text>
        </>
      )}
      <div role="gridcell" className={classes.actions}>
        {narrow ? (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" size="lg" tabIndex={tabIndex} aria-label={`${t('column.actions')}: ${title}`}>
                <IconDotsVertical size={20} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconArrowBackUp size={18} />} disabled={disabled} onClick={onRestore}>
                {t('restore.action')}
              </Menu.Item>
              <Menu.Item c="var(--mantine-color-error)" leftSection={<IconTrashX size={18} />} disabled={disabled} onClick={onPurge}>
                {t('purge.action')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        ) : (
          <>
            <Tooltip label={t('restore.action')}>
              <ActionIcon variant="subtle" size="lg" tabIndex={tabIndex} disabled={disabled} aria-label={t('restore.one', { title })} onClick={onRestore}>
                <IconArrowBackUp size={20} />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={t('purge.action')}>
              <ActionIcon variant="subtle" color="red" size="lg" tabIndex={tabIndex} disabled={disabled} aria-label={t('purge.one', { title })} onClick={onPurge}>
                <IconTrashX size={20} />
              </ActionIcon>
            </Tooltip>
          </>
        )}
      </div>
    </div>
  );
}
