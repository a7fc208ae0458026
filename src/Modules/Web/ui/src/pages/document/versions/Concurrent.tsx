import { Badge, Button, Popover, Text, UnstyledButton } from '@mantine/core';
import { IconGitFork } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { DocumentVersion } from '@/api';

interface Props {
  version: DocumentVersion;
  onCompare: (first: number, second: number) => void;
}

/** Marks a version whose author did not know the one before it, and explains what that means. */
export function Concurrent({ version: { number, author, basedOn }, onCompare }: Props) {
  const { t } = useTranslation('document');
  const before = number - 1;
  return (
    <Popover width={300} withArrow shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton>
          <Badge
            variant="light"
            color="orange"
            tt="none"
            c="light-dark(#8a3c00, #ffc078)"
            leftSection={<IconGitFork size={13} aria-hidden />}
            style={{ cursor: 'pointer' }}
          >
            {t('version.concurrent')}
          </Badge>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('version.concurrentTitle', { number })}>
        <Text size="sm" mb="sm">
          {t('version.concurrentText', { name: author.displayName, based: basedOn ?? before - 1, before })}
        </Text>
        <Button size="xs" variant="default" onClick={() => onCompare(before, number)}>
          {t('version.concurrentCompare', { before, number })}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
