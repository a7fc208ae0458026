import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from './useErrorText';

interface Props {
  error: unknown;
  onRetry?: () => void;
}

/** A failure in the place of what could not be shown, with the way out of it. */
export function ErrorState({ error, onRetry }: Props) {
  const { t } = useTranslation();
  const text = useErrorText();
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={t('error.title')} role="alert" my="md">
      <Stack align="flex-start" gap="sm">
        <Text size="sm">{text(error)}</Text>
        {onRetry !== undefined && (
          <Button size="xs" variant="default" leftSection={<IconRefresh size={16} />} onClick={onRetry}>
            {t('action.retry')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
