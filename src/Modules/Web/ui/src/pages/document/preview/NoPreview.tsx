import { Button } from '@mantine/core';
import { IconDownload, IconEyeOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { DocumentVersion } from '@/api';
import { EmptyState } from '@/components';
import { contentUrl } from './content';
import { PreviewFrame } from './PreviewFrame';

interface Props {
  version: DocumentVersion;
  /** Why nothing is shown. */
  why: string;
}

/** In the place of a preview: why there is none, and the download. */
export function NoPreview({ version, why }: Props) {
  const { t } = useTranslation('document');
  return (
    <PreviewFrame>
      <EmptyState
        icon={IconEyeOff}
        title={t('preview.none')}
        actions={
          <Button
            component="a"
            href={contentUrl(version.documentId, version.number)}
            download
            mt="sm"
            variant="default"
            leftSection={<IconDownload size={18} />}
          >
            {t('version.download', { number: version.number })}
          </Button>
        }
      >
        {why}
      </EmptyState>
    </PreviewFrame>
  );
}
