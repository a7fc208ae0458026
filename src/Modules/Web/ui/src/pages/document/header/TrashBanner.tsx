import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconRestore, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/format';

interface Props {
  trashedAt: string;
  onRestore: () => void;
  onPurge: () => void;
}

export function TrashBanner({ trashedAt, onRestore, onPurge }: Props) {
  const { t } = useTranslation('document');
  const format = useFormat();
  return (
    <Alert variant="default" icon={<IconTrash />} title={t('trash.banner')} mb="md">
      <Stack gap="sm">
        <Text size="sm">{t('trash.text', { when: format.ago(trashedAt) })}</Text>
        <Group gap="xs">
          <Button size="sm" leftSection={<IconRestore size={18} />} onClick={onRestore}>
            {t('trash.restore')}
          </Button>
          <Button size="sm" color="red" variant="outline" c="var(--mantine-color-error)" leftSection={<IconTrash size={18} />} onClick={onPurge}>
            {t('trash.purge')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
