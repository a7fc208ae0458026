import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type KeyboardEvent, memo, type MouseEvent, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SqlAnswer } from '@/api';
import { announce } from '@/components';
import { copyText } from '@/pages/profile/copyText';
import { type Cell, cellText, columnWidths, moveCell } from './cells';
import classes from './Sql.module.css';

const rowPx = 30;
const headPx = 46;
const overscan = 12;

/**
 * The rows of an answer as an ARIA grid of which only the visible ones exist. The grid itself has the focus and names the active cell, so that the focus survives
 * scrolling, as in the library.
 */
export function ResultGrid({ answer, label }: { answer: SqlAnswer; label: string }) {
  const { t } = useTranslation('sql');
  const { columns, rows } = answer;
  const gridId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<Cell>({ row: 0, column: 0 });
  const template = useMemo(() => {
    const widths = columnWidths(answer).map((width) => `minmax(calc(${width}ch + 24px), ${width}fr)`);
    return `calc(${String(rows.length).length}ch + 24px) ${widths.join(' ')}`;
  }, [answer, rows.length]);

  const virtual = useVirtualizer({
    count: rows.length,
    estimateSize: () => rowPx,
    getScrollElement: () => scroller.current,
    overscan,
    scrollMargin: headPx,
    scrollPaddingStart: headPx,
  });

  const activate = (cell: Cell) => {
    setActive(cell);
    virtual.scrollToIndex(cell.row);
    // The column is in the document once its row is.
    requestAnimationFrame(() => document.getElementById(idOf(gridId, cell))?.scrollIntoView({ block: 'nearest', inline: 'nearest' }));
  };

  const copy = async () => {
    const copied = await copyText(cellText(rows[active.row]?.[active.column]));
    announce(copied ? t('grid.copied') : t('grid.notCopied'));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const isCtrl = event.ctrlKey || event.metaKey;
    if (isCtrl && event.key === 'c' && String(getSelection()) === '') {
      event.preventDefault();
      void copy();
      return;
    }
    const page = Math.floor(((scroller.current?.clientHeight ?? 0) - headPx) / rowPx) - 1;
    const moved = moveCell(event.key, isCtrl, active, { rows: rows.length, columns: columns.length }, page);
    if (moved === undefined || event.altKey) return;
    event.preventDefault();
    activate(moved);
  };

  const onClick = (event: MouseEvent) => {
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-column]') : null;
    if (cell !== null) setActive({ row: Number(cell.dataset.row), column: Number(cell.dataset.column) });
  };

  return (
    <div
      ref={scroller}
      role="grid"
      tabIndex={0}
      className={classes.grid}
      style={{ '--columns': template } as CSSProperties}
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length + 1}
      aria-activedescendant={rows.length > 0 ? idOf(gridId, active) : undefined}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      <div role="rowgroup" className={classes.gridHead}>
        <div role="row" aria-rowindex={1} className={classes.gridRow}>
          <div role="columnheader" className={classes.rowNumber}>
            <span className="visually-hidden">{t('grid.row')}</span>
          </div>
          {columns.map(({ name, type }, at) => (
            <div role="columnheader" key={at} className={classes.gridCell} data-type={type}>
              <span className={classes.columnName}>{name}</span>
              <span className={classes.columnType}>{type}</span>
            </div>
          ))}
        </div>
      </div>
      <div role="rowgroup" className={classes.gridBody} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <Row
            key={index}
            gridId={gridId}
            index={index}
            top={start - headPx}
            cells={rows[index] ?? nothing}
            columns={columns}
            activeColumn={index === active.row ? active.column : undefined}
          />
        ))}
      </div>
    </div>
  );
}

const nothing: never[] = [];
const idOf = (gridId: string, { row, column }: Cell) => `${gridId}-${row}-${column}`;

interface RowProps {
  gridId: string;
  index: number;
  top: number;
  cells: readonly unknown[];
  columns: SqlAnswer['columns'];
  activeColumn: number | undefined;
}

const Row = memo(function Row({ gridId, index, top, cells, columns, activeColumn }: RowProps) {
  return (
    <div role="row" aria-rowindex={index + 2} className={classes.gridRow} style={{ height: rowPx, transform: `translateY(${top}px)` }}>
      <div role="rowheader" className={classes.rowNumber}>
        {index + 1}
      </div>
      {columns.map(({ type }, at) => {
        const text = cellText(cells[at]);
        return (
          <div
            key={at}
            id={idOf(gridId, { row: index, column: at })}
            role="gridcell"
            className={classes.gridCell}
            data-row={index}
            data-column={at}
            data-type={type}
            data-null={cells[at] === null || undefined}
            data-active={at === activeColumn || undefined}
            title={text}
          >
            {text}
          </div>
        );
      })}
    </div>
  );
});
