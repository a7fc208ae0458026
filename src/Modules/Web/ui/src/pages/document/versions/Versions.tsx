import { ActionIcon, Box, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconArrowsDiff, IconX } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DocumentDetails, DocumentVersion } from '@/api';
import { ErrorState } from '@/components';
import { versionsQuery } from '../documentQueries';
import { toggleTicked } from '../versionChoice';
import { VersionRow } from './VersionRow';
import classes from './Versions.module.css';

interface Props {
  document: DocumentDetails;
  shown: number;
  onShow: (version: number) => void;
  onCompare: (first: number, second: number) => void;
  onRestore: (version: DocumentVersion) => void;
}

/** Every version, the newest first; any two can be ticked to compare them. */
export function Versions({ document, shown, onShow, onCompare, onRestore }: Props) {
  const { t } = useTranslation('document');
  const versions = useInfiniteQuery(versionsQuery(document.id));
  const [ticked, setTicked] = useState<number[]>([]);
  const [first, second] = [...ticked].sort((a, b) => a - b);

  if (versions.data === undefined) {
    if (versions.isError) return <ErrorState error={versions.error} onRetry={() => void versions.refetch()} />;
    return (
      <Stack gap="xs" aria-busy>
        {[1, 2, 3].map((place) => (
          <Skeleton key={place} h={72} />
        ))}
      </Stack>
    );
  }
  return (
    <Box>
      {first !== undefined && (
        <Group className={classes.compareBar} justify="space-between" wrap="nowrap" role="status">
          {second === undefined ? (
            <Text size="sm">{t('version.compareOne')}</Text>
          ) : (
            <Button size="compact-md" leftSection={<IconArrowsDiff size={18} />} onClick={() => onCompare(first, second)}>
              {t('version.compareTwo', { older: first, newer: second })}
            </Button>
          )}
          <ActionIcon variant="subtle" color="gray" c="dimmed" size="lg" aria-label={t('version.clear')} onClick={() => setTicked([])}>
            <IconX size={18} stroke={1.6} />
          </ActionIcon>
        </Group>
      )}
      <ol className={classes.list} aria-label={t('version.list')}>
        {versions.data.pages
          .flatMap((page) => page.items)
          .map((version) => (
            <VersionRow
              key={version.number}
              version={version}
              newest={document.version}
              isShown={version.number === shown}
              isTicked={ticked.includes(version.number)}
              isTrashed={document.trashedAt !== null}
              onShow={() => onShow(version.number)}
              onTick={() => setTicked((current) => toggleTicked(current, version.number))}
              onCompare={onCompare}
              onRestore={() => onRestore(version)}
            />
          ))}
      </ol>
      {versions.isFetchNextPageError && <ErrorState error={versions.error} onRetry={() => void versions.fetchNextPage()} />}
      {versions.hasNextPage && (
        <Button fullWidth variant="default" mt="xs" loading={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}>
          {t('version.showOlder')}
        </Button>
      )}
    </Box>
  );
}
