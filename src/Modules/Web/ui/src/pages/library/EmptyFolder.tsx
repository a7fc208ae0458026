import { Button, Kbd } from '@mantine/core';
import { IconFolderOpen, IconUpload, IconUsers } from '@tabler/icons-react';
import { Trans, useTranslation } from 'react-i18next';
import { EmptyState } from '@/components';
import type { LibraryName } from '@/library';

interface Props {
  library: LibraryName;
  folder: string;
  onUpload: () => void;
}

export function EmptyFolder({ library, folder, onUpload }: Props) {
  const { t } = useTranslation('library');
  const text = folder !== '' ? 'folder' : library;
  return (
    <EmptyState
      icon={library === 'shared' && folder === '' ? IconUsers : IconFolderOpen}
      title={t(`empty.${text}.title`)}
      actions={
        <Button mt="sm" leftSection={<IconUpload size={18} />} onClick={onUpload}>
          {t('upload.files')}
        </Button>
      }
    >
      <Trans t={t} i18nKey={`empty.${text}.text`} components={{ kbd: <Kbd size="xs" /> }} />
    </EmptyState>
  );
}
