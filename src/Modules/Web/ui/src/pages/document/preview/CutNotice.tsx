import { Anchor } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { DocumentVersion } from '@/api';
import { useFormat } from '@/format';
import { contentUrl, previewBytes } from './content';

/** Says that only the beginning is shown, and where all of it is. */
export function CutNotice({ version }: { version: DocumentVersion }) {
  const { t } = useTranslation('document');
  const format = useFormat();
  return (
    <span>
      {t('preview.cut', { shown: format.bytes(previewBytes), size: format.bytes(version.size) })}{' '}
      <Anchor href={contentUrl(version.documentId, version.number)} download size="sm" underline="always">
        {t('preview.downloadAll')}
      </Anchor>
    </span>
  );
}
