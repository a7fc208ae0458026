import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { body } from '@/api';
import { notifyFailed, saveFile, useErrorText } from '@/components';
import classes from './Reports.module.css';

interface Props {
  /** What is in it, for those who cannot see where the button is. */
  of: string;
  fileName: string;
  load: () => Promise<{ data?: Blob; response: Response }>;
}

/** Saves the whole list, not only what is shown of it. */
export function CsvButton({ of, fileName, load }: Props) {
  const { t } = useTranslation('reports');
  const errorText = useErrorText();
  const saving = useMutation({
    mutationFn: async () => saveFile(body(await load()), fileName),
    onError: (error) => notifyFailed(errorText(error)),
  });
  return (
    <Button
      variant="default"
      size="xs"
      className={classes.screen}
      leftSection={<IconDownload size={16} />}
      loading={saving.isPending}
      aria-label={t('csv', { of })}
      onClick={() => saving.mutate()}
    >
      CSV
    </Button>
  );
}
