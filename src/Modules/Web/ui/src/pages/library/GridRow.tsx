import { ActionIcon } from '@mantine/core';
import { IconDots, IconFolderFilled } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { memo, type MouseEvent } from 'react';
import { FileIcon } from '@/components';
import type { useFormat } from '@/format';
import type { LibraryName } from '@/library';
import classes from './DocumentGrid.module.css';
import type { RowActions } from './rowActions';
import type { Entry } from './entries';
import { RowMenu } from './RowMenu';
import { Tick } from './Tick';

/** What the rows tell the grid. */
export type RowHandlers = {
  select: (key: string, index: number, how: 'only' | 'toggle' | 'range') => void;
  activate: (key: string, index: number) => void;
  openMenu: (key: string) => void;
  closeMenu: () => void;
};

/** What all rows share; looked up once for all of them, because they are drawn in every frame while scrolling. */
export interface RowContext {
  library: LibraryName;
  t: TFunction<'library'>;
  format: ReturnType<typeof useFormat>;
  actions: RowActions;
  handlers: RowHandlers;
  isPhone: boolean;
}

interface Props {
  id: string;
  entry: Entry;
  index: number;
  top: number;
  height: number;
  isActive: boolean;
  isSelected: boolean;
  isMenuOpen: boolean;
  context: RowContext;
}

function Row({ id, entry, index, top, height, isActive, isSelected, isMenuOpen, context }: Props) {
  const { t, actions, handlers, isPhone } = context;
  const { key } = entry;
  const name = entry.kind === 'folder' ? entry.folder.name : entry.document.title;

  const onClick = (event: MouseEvent) => {
    if (event.target instanceof Element && event.target.closest('a, button, label, [role=menu]') !== null) return;
    handlers.activate(key, index);
    if (isPhone) actions.open(entry);
    else if (entry.kind === 'document') handlers.select(key, index, event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'only');
  };

  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      className={classes.row}
      data-active={isActive || undefined}
      data-selected={isSelected || undefined}
      data-phone={isPhone || undefined}
      style={{ height, transform: `translateY(${top}px)` }}
      onClick={onClick}
      onDoubleClick={() => actions.open(entry)}
      onContextMenu={(event) => {
        event.preventDefault();
        handlers.activate(key, index);
        handlers.openMenu(key);
      }}
    >
      <div role="gridcell" className={classes.cell}>
        {entry.kind === 'document' && (
          <Tick checked={isSelected} label={t('select', { title: name })} onToggle={(isRange) => handlers.select(key, index, isRange ? 'range' : 'toggle')} />
        )}
      </div>
      <div role="gridcell" className={classes.cell} data-column="title">
        {entry.kind === 'folder' ? (
          <IconFolderFilled size={22} color="var(--kilo-folder)" aria-hidden style={{ flexShrink: 0 }} />
        ) : (
          <FileIcon mediaType={entry.document.mediaType} name={name} />
        )}
        <div className={classes.name}>
          <NameLink entry={entry} name={name} context={context} />
          {isPhone && <div className={classes.summary}>{summaryOf(entry, context)}</div>}
        </div>
      </div>
      {!isPhone && <Facts entry={entry} context={context} />}
      <div role="gridcell" className={classes.cell} data-column="menu">
        {isMenuOpen ? (
          <RowMenu entry={entry} actions={actions} onClose={handlers.closeMenu} />
        ) : (
          <ActionIcon variant="subtle" color="gray" tabIndex={-1} aria-haspopup="menu" aria-label={t('menuOf', { title: name })} onClick={() => handlers.openMenu(key)}>
            <IconDots size={18} />
          </ActionIcon>
        )}
      </div>
    </div>
  );
}

export const GridRow = memo(Row);

/** A plain link: a router link works out its target in every frame. */
function NameLink({ entry, name, context }: { entry: Entry; name: string; context: RowContext }) {
  const path = (text: string) => text.split('/').map(encodeURIComponent).join('/');
  const href = entry.kind === 'folder' ? `/library/${context.library}/${path(entry.folder.path)}` : `/documents/${entry.document.id}`;
  const onClick = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    context.actions.open(entry);
  };
  return (
    <a href={href} tabIndex={-1} className={classes.link} title={name} onClick={onClick}>
      {name}
    </a>
  );
}

function documentsIn(count: number, { t, format }: RowContext): string {
  return t('documents', { count, number: format.number(count) });
}

function summaryOf(entry: Entry, context: RowContext): string {
  if (entry.kind === 'folder') return documentsIn(entry.folder.documents, context);
  const { size, updatedAt, updatedBy } = entry.document;
  return [context.format.bytes(size), context.format.ago(updatedAt), updatedBy.displayName].join(' · ');
}

function Facts({ entry, context }: { entry: Entry; context: RowContext }) {
  if (entry.kind === 'folder') {
    return (
      <>
        <div role="gridcell" />
        <div role="gridcell" />
        <div role="gridcell" />
        <div role="gridcell" className={classes.cell} data-column="size">
          {documentsIn(entry.folder.documents, context)}
        </div>
      </>
    );
  }
  const { format } = context;
  const { updatedBy, updatedAt, version, size } = entry.document;
  return (
    <>
      <div role="gridcell" className={classes.cell} title={updatedBy.displayName}>
        <span className={classes.clipped}>{updatedBy.displayName}</span>
      </div>
      <div role="gridcell" className={classes.cell}>
        <time dateTime={updatedAt} title={format.date(updatedAt)}>
          {format.ago(updatedAt)}
        </time>
      </div>
      <div role="gridcell" className={classes.cell} data-column="version">
        {format.number(version)}
      </div>
      <div role="gridcell" className={classes.cell} data-column="size">
        {format.bytes(size)}
      </div>
    </>
  );
}
