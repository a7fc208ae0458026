import { Anchor, Box, Button, Skeleton, Stack, Text, ThemeIcon } from '@mantine/core';
import {
  type Icon,
  IconCloudUpload,
  IconFilePlus,
  IconFolderSymlink,
  IconHistory,
  IconPencil,
  IconRestore,
  IconTags,
  IconTrash,
  IconTrashOff,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { TimelineEntry } from '@/api';
import { Ago, ErrorState } from '@/components';
import { timelineQuery } from '../documentQueries';
import classes from './History.module.css';
import { happenings, type Happening } from './happenings';

const icons: Record<Happening['kind'], Icon> = {
  added: IconFilePlus,
  'version-added': IconCloudUpload,
  'version-restored': IconRestore,
  renamed: IconPencil,
  moved: IconFolderSymlink,
  tagged: IconTags,
  untagged: IconTags,
  trashed: IconTrash,
  restored: IconTrashOff,
  changed: IconHistory,
};

interface Props {
  id: string;
  onShow: (version: number) => void;
}

/** Who did what to the document, the newest first. */
export function History({ id, onShow }: Props) {
  const { t } = useTranslation('document');
  const timeline = useInfiniteQuery(timelineQuery(id));
  if (timeline.data === undefined) {
    if (timeline.isError) return <ErrorState error={timeline.error} onRetry={() => void timeline.refetch()} />;
    return (
      <Stack gap="xs" aria-busy>
        {[1, 2, 3].map((place) => (
          <Skeleton key={place} h={48} />
        ))}
      </Stack>
    );
  }
  const entries = timeline.data.pages.flatMap((page) => page.items);
  return (
    <Box>
      <ol className={classes.list} aria-label={t('history.list')}>
        {entries.map((entry, place) => (
          <Entry key={`${entries.length - place}/${entry.at}`} entry={entry} onShow={onShow} />
        ))}
      </ol>
      {timeline.isFetchNextPageError && <ErrorState error={timeline.error} onRetry={() => void timeline.fetchNextPage()} />}
      {timeline.hasNextPage && (
        <Button fullWidth variant="default" mt="xs" loading={timeline.isFetchingNextPage} onClick={() => void timeline.fetchNextPage()}>
          {t('history.older')}
        </Button>
      )}
    </Box>
  );
}

function Entry({ entry, onShow }: { entry: TimelineEntry; onShow: (version: number) => void }) {
  const { t } = useTranslation('document');
  const { version } = entry;
  const done = happenings(entry);
  const IconOfEntry = icons[done[0]?.kind ?? 'changed'];
  const sentences = done.map(({ kind, folder, ...rest }) => t(`history.${kind}`, { name: entry.actor.displayName, folder: folder || t('move.top'), ...rest }));
  return (
    <li className={classes.entry}>
      <ThemeIcon variant="default" radius="xl" size={32} aria-hidden>
        <IconOfEntry size={17} stroke={1.6} />
      </ThemeIcon>
      <div className={classes.text}>
        {sentences.map((sentence) => (
          <Text size="sm" key={sentence}>
            {version === null ? (
              sentence
            ) : (
              <Anchor component="button" type="button" size="sm" c="inherit" ta="start" underline="hover" onClick={() => onShow(version)}>
                {sentence}
              </Anchor>
            )}
          </Text>
        ))}
        <Text size="sm" c="dimmed">
          <Ago at={entry.at} />
        </Text>
      </div>
    </li>
  );
}
