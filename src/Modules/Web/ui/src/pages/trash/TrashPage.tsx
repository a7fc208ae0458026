import { Button, Group, Paper, Progress, Skeleton, Stack, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowBackUp, IconSearch, IconSearchOff, IconTrash, IconTrashX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState, ErrorState, PageTitle } from '@/components';
import { useFormat } from '@/format';
import { useSession } from '@/session/session';
import { useShortcut } from '@/shortcuts';
import { neighbour, none, nothingSelected } from './selection';
import classes from './Trash.module.css';
import { type Sort, sorted, type Trashed, withWords } from './trashed';
import { TrashTable } from './TrashTable';
import { type Progress as Running, useTrash } from './useTrash';
import { useTrashActions } from './useTrashActions';

const typingPauseMs = 150;
const newestFirst: Sort = { by: 'at', descending: true };

/** What has been deleted and can still be restored. */
export function TrashPage() {
  const { t } = useTranslation('trash');
  const { language } = useFormat();
  const { id: userId } = useSession();
  const { query, documents, progress, run } = useTrash();
  const actions = useTrashActions(run);
  const [selection, setSelection] = useState(nothingSelected);
  const [sort, setSort] = useState(newestFirst);
  const [text, setText] = useState('');
  const [sought] = useDebouncedValue(text.trim(), typingPauseMs);

  const shown = useMemo(() => sorted(withWords(documents ?? [], sought), sort, language), [documents, sought, sort, language]);
  const chosen = useMemo(() => shown.filter(({ id }) => selection.ids.has(id)), [shown, selection.ids]);
  const busy = progress !== undefined;
  const whole = query.isSuccess && query.fetchStatus === 'idle';

  // The button that was pressed goes with its row.
  const acted = useRef(false);
  useEffect(() => {
    if (!acted.current || document.activeElement !== document.body) return;
    acted.current = false;
    document.querySelector<HTMLElement>('[role=grid] [role=row][tabindex="0"]')?.focus({ preventScroll: true });
  }, [shown.length]);

  const placeOf = ({ library, folder }: Trashed) =>
    [library === 'shared' ? t('shared') : library === userId ? t('library') : library, ...folder.split('/').filter(Boolean)].join(' › ');

  /** The rows go, and the keyboard stays near. */
  const leaving = (act: (leaving: readonly Trashed[]) => void) => (documents: readonly Trashed[]) => {
    const ids = new Set(documents.map(({ id }) => id));
    setSelection((before) => ({
      ids: before.ids,
      anchor: undefined,
      active: neighbour(before.active, shown.map(({ id }) => id), ids) ?? before.active,
    }));
    acted.current = true;
    act(documents);
  };
  const restore = leaving(actions.restore);
  const purge = leaving(actions.purge);

  const group = t('keyboard.group');
  const canAct = chosen.length > 0 && !busy;
  useShortcut('↓', t('keyboard.move'), null, group);
  useShortcut('Space', t('keyboard.toggle'), null, group);
  useShortcut('Shift+↓', t('keyboard.extend'), null, group);
  useShortcut('Ctrl+A', t('keyboard.all'), null, group);
  useShortcut('Enter', t('keyboard.open'), null, group);
  useShortcut('Escape', t('keyboard.none'), () => setSelection(none), group);
  useShortcut('r', t('keyboard.restore'), () => canAct && restore(chosen), group);
  useShortcut('Delete', t('keyboard.purge'), () => canAct && purge(chosen), group);

  const isEmpty = documents !== undefined && documents.length === 0 && whole;

  return (
    <>
      <PageTitle
        title={t('title')}
        actions={
          documents !== undefined &&
          documents.length > 0 && (
            <Button variant="default" leftSection={<IconTrashX size={18} />} disabled={busy || !whole} onClick={() => actions.empty(documents)}>
              {t('empty.action')}
            </Button>
          )
        }
      />
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Loading label={t('loading')} />}
      {isEmpty && (
        <EmptyState
          icon={IconTrash}
          title={t('empty.title')}
          actions={
            <Button component={Link} to="/library/personal/" variant="default" mt="sm">
              {t('empty.library')}
            </Button>
          }
        >
          {t('empty.text')}
        </EmptyState>
      )}
      {progress !== undefined && <Doing {...progress} />}
      {documents !== undefined && documents.length > 0 && (
        <>
          <Text c="dimmed" mb="sm">
            {t('hint')}
          </Text>
          <Group className={classes.bar} gap="sm">
            {chosen.length === 0 ? (
              <>
                <TextInput
                  type="search"
                  className={classes.find}
                  aria-label={t('find')}
                  placeholder={t('find')}
                  leftSection={<IconSearch size={18} stroke={1.6} />}
                  value={text}
                  onChange={(event) => setText(event.currentTarget.value)}
                />
                <Text size="sm" c="dimmed" role="status">
                  {whole || query.isError ? t('count', { count: shown.length }) : t('loadingMore', { count: documents.length })}
                </Text>
              </>
            ) : (
              <>
                <Text fw={600} role="status">
                  {t('select.count', { count: chosen.length })}
                </Text>
                <Button size="sm" leftSection={<IconArrowBackUp size={18} />} disabled={busy} onClick={() => restore(chosen)}>
                  {t('restore.action')}
                </Button>
                <Button size="sm" color="red" variant="outline" leftSection={<IconTrashX size={18} />} disabled={busy} onClick={() => purge(chosen)}>
                  {t('purge.action')}
                </Button>
                <Button size="sm" variant="subtle" onClick={() => setSelection(none)}>
                  {t('select.none')}
                </Button>
              </>
            )}
          </Group>
          {shown.length > 0 ? (
            <TrashTable
              documents={shown}
              selection={selection}
              onSelection={setSelection}
              sort={sort}
              onSort={setSort}
              placeOf={placeOf}
              onRestore={restore}
              onPurge={purge}
              disabled={busy}
            />
          ) : (
            <EmptyState
              icon={IconSearchOff}
              title={t('nothing.title', { text: sought })}
              actions={
                <Button variant="default" mt="sm" onClick={() => setText('')}>
                  {t('nothing.clear')}
                </Button>
              }
            >
              {t('nothing.text')}
            </EmptyState>
          )}
        </>
      )}
    </>
  );
}

function Doing({ work, ended, of, stop }: Running) {
  const { t } = useTranslation('trash');
  if (of < 2) return null;
  const label = t(`${work}.doing`);
  return (
    <Paper withBorder p="md" mb="md" className={classes.doing}>
      <Group justify="space-between" mb="xs">
        <Text fw={600}>
          {label}: {t('progress.text', { ended, of })}
        </Text>
        <Button size="xs" variant="default" onClick={stop}>
          {t('progress.stop')}
        </Button>
      </Group>
      <Progress value={(100 * ended) / of} aria-label={label} />
    </Paper>
  );
}

function Loading({ label }: { label: string }) {
  return (
    <Stack gap="lg" role="status" mt="md">
      <VisuallyHidden>{label}</VisuallyHidden>
      {Array.from({ length: 8 }, (_, row) => (
        <Group key={row} gap="md" wrap="nowrap">
          <Skeleton height={20} width={20} />
          <Skeleton height={16} width={`${46 - (row % 3) * 9}%`} />
          <Skeleton height={16} flex={1} visibleFrom="sm" />
        </Group>
      ))}
    </Stack>
  );
}
