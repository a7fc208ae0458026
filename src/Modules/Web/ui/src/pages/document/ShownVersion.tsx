import { ActionIcon, Badge, Box, Group, Text, Title, Tooltip } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { DocumentDetails } from '@/api';
import { Pending } from '@/app/Pending';
import { Ago, ErrorState } from '@/components';
import { useVersion } from './documentQueries';
import { contentUrl } from './preview/content';
import { Preview } from './preview/Preview';
import { newerVersion, olderVersion } from './versionChoice';

interface Props {
  document: DocumentDetails;
  number: number;
  onShow: (version: number) => void;
}

/** The preview of one version, with the steps to the ones before and after it. */
export function ShownVersion({ document, number, onShow }: Props) {
  const { t } = useTranslation('document');
  const { version, error, retry } = useVersion(document.id, number);
  return (
    <Box>
      <Group justify="space-between" gap="xs" mb="xs" wrap="nowrap" mih={36}>
        <Group gap="xs" miw={0}>
          <Title order={2} size="h5">
            {t('version.name', { number })}
          </Title>
          {number === document.version && (
            <Badge variant="light" tt="none" c="light-dark(var(--mantine-color-kilo-8), var(--mantine-color-kilo-1))">
              {t('version.newest')}
            </Badge>
          )}
          {version !== undefined && (
            <Text size="sm" c="dimmed">
              {version.author.displayName}, <Ago at={version.createdAt} />
            </Text>
          )}
        </Group>
        <Group gap={4} wrap="nowrap">
          <Step icon={IconChevronDown} label={t('version.older')} keys="j" to={olderVersion(number)} onShow={onShow} />
          <Step icon={IconChevronUp} label={t('version.newer')} keys="k" to={newerVersion(number, document.version)} onShow={onShow} />
          <Tooltip label={`${t('version.download', { number })} (d)`}>
            <ActionIcon
              component="a"
              href={contentUrl(document.id, number)}
              download
              variant="default"
              size="lg"
              aria-label={t('version.download', { number })}
            >
              <IconDownload size={18} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      {error !== null ? <ErrorState error={error} onRetry={retry} /> : version === undefined ? <Pending /> : <Preview version={version} title={document.title} />}
    </Box>
  );
}

interface StepProps {
  icon: typeof IconChevronDown;
  label: string;
  keys: string;
  to: number | undefined;
  onShow: (version: number) => void;
}

function Step({ icon: IconOfStep, label, keys, to, onShow }: StepProps) {
  return (
    <Tooltip label={`${label} (${keys})`}>
      <ActionIcon variant="default" size="lg" aria-label={label} disabled={to === undefined} onClick={() => to !== undefined && onShow(to)}>
        <IconOfStep size={18} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}
