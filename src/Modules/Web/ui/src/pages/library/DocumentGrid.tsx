import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/format';
import type { LibraryName } from '@/library';
import classes from './DocumentGrid.module.css';
import type { Entry, Sort } from './entries';
import { GridHeader } from './GridHeader';
import { GridRow, type RowContext } from './GridRow';
import { moveInGrid } from './gridKeys';
import type { RowActions } from './rowActions';
import { extendTo, nothingSelected, selectAll, type Selection, selectOnly, toggle } from './selection';
import { useFocusAcrossFolders } from './useFocusAcrossFolders';
import { useStableHandlers } from './useStableHandlers';

interface Props {
  library: LibraryName;
  label: string;
  entries: readonly Entry[];
  sort: Sort;
  onSort: (sort: Sort) => void;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  actions: RowActions;
  isPhone: boolean;
  isLoading: boolean;
}

const overscan = 12;
const headerHeight = 41;

/**
 * Folders and documents as an ARIA grid of which only the visible rows exist. The grid itself has the focus and names the
 * active row, so that the focus survives scrolling and rows that come and go.
 */
export function DocumentGrid({ library, label, entries, sort, onSort, selection, onSelect, actions, isPhone, isLoading }: Props) {
  const { t } = useTranslation('library');
  const format = useFormat();
  const gridId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState({ key: '', index: 0 });
  const [menuOf, setMenuOf] = useState<string>();
  const rowHeight = isPhone ? 64 : 48;
  const order = useMemo(() => entries.flatMap((entry) => (entry.kind === 'document' ? [entry.key] : [])), [entries]);
  const found = entries.findIndex(({ key }) => key === active.key);
  // When the active row is gone, the one that has taken its place is active.
  const activeIndex = found < 0 ? Math.min(active.index, entries.length - 1) : found;
  const activeEntry = entries[activeIndex];

  const virtual = useVirtualizer({
    count: entries.length,
    estimateSize: () => rowHeight,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => entries[index]?.key ?? index,
    overscan,
    scrollMargin: headerHeight,
    scrollPaddingStart: headerHeight,
  });
  useEffect(() => virtual.measure(), [rowHeight, virtual]);
  useFocusAcrossFolders(scroller);

  const selected = () => entries.flatMap((entry) => (entry.kind === 'document' && selection.ids.has(entry.key) ? [entry.document] : []));
  const targets = () => (selection.ids.size > 0 ? selected() : activeEntry?.kind === 'document' ? [activeEntry.document] : []);

  const select = (key: string, index: number, how: 'only' | 'toggle' | 'range') => {
    setActive({ key, index });
    if (how === 'range') onSelect(extendTo(selection, key, order));
    else onSelect(how === 'only' ? selectOnly(key) : toggle(selection, key));
  };

  const activate = (index: number, isExtending: boolean) => {
    const entry = entries[index];
    if (entry === undefined) return;
    setActive({ key: entry.key, index });
    virtual.scrollToIndex(index);
    if (!isExtending || entry.kind !== 'document') return;
    const from = selection.anchor === undefined && activeEntry?.kind === 'document' ? selectOnly(activeEntry.key) : selection;
    onSelect(extendTo(from, entry.key, order));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey) return;
    const moved = moveInGrid(event.key, activeIndex, entries.length, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight) - 1);
    if (moved !== undefined && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      return activate(moved, event.shiftKey);
    }
    const keys: Record<string, (() => void) | undefined> = {
      Enter: () => activeEntry !== undefined && actions.open(activeEntry),
      ' ': () => activeEntry?.kind === 'document' && select(activeEntry.key, activeIndex, event.shiftKey ? 'range' : 'toggle'),
      Backspace: actions.up,
      Escape: selection.ids.size > 0 ? () => onSelect(nothingSelected) : undefined,
      Delete: () => targets().length > 0 && actions.trash(targets()),
      F2: () => activeEntry?.kind === 'document' && actions.rename(activeEntry.document),
      m: () => targets().length > 0 && actions.move(targets()),
      ContextMenu: () => setMenuOf(activeEntry?.key),
      F10: event.shiftKey ? () => setMenuOf(activeEntry?.key) : undefined,
    };
    const isAll = event.key === 'a' && (event.ctrlKey || event.metaKey);
    const handler = isAll ? () => onSelect(selectAll(order)) : event.ctrlKey || event.metaKey ? undefined : keys[event.key];
    if (handler === undefined) return;
    event.preventDefault();
    handler();
  };

  const closeMenu = () => {
    setMenuOf(undefined);
    scroller.current?.focus({ preventScroll: true });
  };

  const handlers = useStableHandlers({ select, activate: (key: string, index: number) => setActive({ key, index }), openMenu: setMenuOf, closeMenu });
  const rowActions = useStableHandlers(actions);
  const context: RowContext = useMemo(
    () => ({ library, t, format, handlers, actions: rowActions, isPhone }),
    [library, t, format, handlers, rowActions, isPhone],
  );

  return (
    <div
      ref={scroller}
      role="grid"
      tabIndex={0}
      className={classes.grid}
      aria-label={label}
      aria-rowcount={entries.length + 1}
      aria-multiselectable
      aria-busy={isLoading}
      aria-activedescendant={activeEntry === undefined ? undefined : `${gridId}-${activeEntry.key}`}
      onKeyDown={onKeyDown}
    >
      <GridHeader
        sort={sort}
        onSort={onSort}
        isPhone={isPhone}
        checked={order.length > 0 && selection.ids.size >= order.length}
        indeterminate={selection.ids.size > 0 && selection.ids.size < order.length}
        onCheck={() => onSelect(selection.ids.size > 0 ? nothingSelected : selectAll(order))}
      />
      <div role="rowgroup" aria-label={t('rows')} className={classes.body} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const entry = entries[index];
          return (
            entry !== undefined && (
              <GridRow
                key={entry.key}
                id={`${gridId}-${entry.key}`}
                entry={entry}
                index={index}
                top={start - headerHeight}
                height={rowHeight}
                isActive={index === activeIndex}
                isSelected={selection.ids.has(entry.key)}
                isMenuOpen={menuOf === entry.key}
                context={context}
              />
            )
          );
        })}
      </div>
    </div>
  );
}
