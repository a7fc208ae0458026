import { Button, Center, Group, Skeleton, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { useReducedMotion, useSessionStorage } from '@mantine/hooks';
import { IconActivity, IconArrowUp, IconFilterOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState, ErrorState, PageTitle } from '@/components';
import { useFormat } from '@/format';
import { useSession } from '@/session/session';
import { useShortcut } from '@/shortcuts';
import classes from './Activity.module.css';
import { ChangeRow } from './ChangeRow';
import { type Change, dayName, type Filter, groupByDay, lastTitles, matches, noFilter, purgedDocuments } from './changes';
import { Filters } from './Filters';
import { LiveState } from './LiveState';
import { useChanges } from './useChanges';

/** What happened lately to the documents that the person may see; new changes come by themselves. */
export function ActivityPage() {
  const { t } = useTranslation('activity');
  const { id: userId } = useSession();
  const reducedMotion = useReducedMotion();
  const [filter, setFilter] = useSessionStorage<Filter>({ key: 'kilo.activity-filter', defaultValue: noFilter, getInitialValueInEffect: false });
  const { query, changes, held, animated, release, older } = useChanges();

  const wanted = useMemo(() => changes?.filter((change) => matches(change, filter, userId)), [changes, filter, userId]);
  const shown = wanted?.filter((change) => !held.has(change.position));
  const waiting = (wanted?.length ?? 0) - (shown?.length ?? 0);

  const showNewest = () => {
    release();
    window.scrollTo({ top: 0, behavior: reducedMotion === true ? 'auto' : 'smooth' });
  };
  useShortcut('m', t('keyboard.mine'), () => setFilter((before) => ({ ...before, mine: !before.mine })), t('keyboard.group'));
  useShortcut('n', t('keyboard.newest'), showNewest, t('keyboard.group'));

  return (
    <>
      <PageTitle title={t('title')} actions={<LiveState />} />
      <Filters filter={filter} onChange={setFilter} />
      <div className={classes.pill} role="status">
        {waiting > 0 && (
          <Button radius="xl" size="sm" leftSection={<IconArrowUp size={16} />} onClick={showNewest}>
            {t('pill', { count: waiting })}
          </Button>
        )}
      </div>
      {query.isPending && <Loading label={t('loading')} />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {changes !== undefined && shown !== undefined && (
        <>
          <Days shown={shown} all={changes} animated={animated} />
          {changes.length === 0 && (
            <EmptyState
              icon={IconActivity}
              title={t('empty.title')}
              actions={
                <Button component={Link} to="/library/personal/" mt="sm">
                  {t('empty.action')}
                </Button>
              }
            >
              {t('empty.text')}
            </EmptyState>
          )}
          {changes.length > 0 && wanted?.length === 0 && (
            <EmptyState
              icon={IconFilterOff}
              title={t('nothing.title')}
              actions={
                <Button variant="default" mt="sm" onClick={() => setFilter(noFilter)}>
                  {t('filter.clear')}
                </Button>
              }
            >
              {t('nothing.text')}
            </EmptyState>
          )}
          <Center mt="lg">
            {older !== undefined ? (
              <Button variant="default" loading={query.isPlaceholderData} onClick={older}>
                {t('older')}
              </Button>
            ) : (
              shown.length > 0 && (
                <Text size="sm" c="dimmed" ta="center">
                  {t('end')}
                </Text>
              )
            )}
          </Center>
        </>
      )}
    </>
  );
}

function Days({ shown, all, animated }: { shown: readonly Change[]; all: readonly Change[]; animated: ReadonlySet<string> }) {
  const { t } = useTranslation('activity');
  const { language } = useFormat();
  const { id: userId } = useSession();
  const titles = useMemo(() => lastTitles(all), [all]);
  const purged = useMemo(() => purgedDocuments(all), [all]);
  const now = Date.now();

  const placeOf = ({ library, folder }: Change) => {
    const names = [library === 'shared' ? t('shared') : library === userId ? t('personal') : library];
    if (folder !== '') names.push(...folder.split('/'));
    return names.join(' › ');
  };

  return groupByDay(shown).map(({ start, changes }) => {
    const name = dayName(start, now);
    return (
      <section key={start} aria-labelledby={`day-${start}`} className={classes.day}>
        <Title order={2} size="h5" id={`day-${start}`} className={classes.date}>
          {name === undefined ? new Date(start).toLocaleDateString(language, { dateStyle: 'full' }) : t(name)}
        </Title>
        <ol className={classes.rows}>
          {changes.map((change) => (
            <ChangeRow
              key={change.position}
              change={change}
              title={change.title === '' ? (titles.get(change.document) ?? '') : change.title}
              place={placeOf(change)}
              exists={!purged.has(change.document) && change.title !== ''}
              animated={animated.has(change.position)}
            />
          ))}
        </ol>
      </section>
    );
  });
}

function Loading({ label }: { label: string }) {
  return (
    <Stack gap="md" role="status">
      <VisuallyHidden>{label}</VisuallyHidden>
      <Skeleton height={18} width={90} />
      {Array.from({ length: 7 }, (_, row) => (
        <Group key={row} gap="sm" wrap="nowrap">
          <Skeleton height={36} width={36} circle />
          <Stack gap={8} flex={1}>
            <Skeleton height={14} width={`${70 - (row % 3) * 14}%`} />
            <Skeleton height={10} width="28%" />
          </Stack>
        </Group>
      ))}
    </Stack>
  );
}
