import { Button } from '@mantine/core';
import { IconEye, IconWeight } from '@tabler/icons-react';
import { type ComponentType, lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Pending } from '@/app/Pending';
import { EmptyState } from '@/components';
import { useFormat } from '@/format';
import { CsvPreview } from './CsvPreview';
import { ImagePreview } from './ImagePreview';
import { MediaPreview } from './MediaPreview';
import { NoPreview } from './NoPreview';
import { PreviewFrame } from './PreviewFrame';
import { type PreviewKind, previewKind } from './previewKind';
import { TextPreview } from './TextPreview';
import type { PreviewProps } from './previewProps';

const MarkdownPreview = lazy(async () => ({ default: (await import('./MarkdownPreview')).MarkdownPreview }));
const PdfPreview = lazy(async () => ({ default: (await import('../pdf/PdfPreview')).PdfPreview }));

const previews: Record<Exclude<PreviewKind, 'none'>, ComponentType<PreviewProps>> = {
  text: TextPreview,
  markdown: MarkdownPreview,
  csv: CsvPreview,
  image: ImagePreview,
  pdf: PdfPreview,
  audio: MediaPreview,
  video: MediaPreview,
};

// These are loaded whole; above this a person is asked first.
const largeImage = 25 * 1024 * 1024;

/** One version, shown as its kind allows. Nothing of it is ever interpreted as the portal's own markup. */
export function Preview({ version, title }: PreviewProps) {
  const { t } = useTranslation('document');
  const format = useFormat();
  const [accepted, setAccepted] = useState<string>();
  const kind = previewKind(version.mediaType, version.fileName);
  if (version.size === 0) return <NoPreview version={version} why={t('preview.empty')} />;
  if (kind === 'none') return <NoPreview version={version} why={t('preview.noneText', { type: version.mediaType || t('preview.unknownType') })} />;
  if (kind === 'image' && version.size > largeImage && accepted !== version.sha256) {
    return (
      <PreviewFrame>
        <EmptyState
          icon={IconWeight}
          title={t('preview.large', { size: format.bytes(version.size) })}
          actions={
            <Button mt="sm" variant="default" leftSection={<IconEye size={18} />} onClick={() => setAccepted(version.sha256)}>
              {t('preview.showAnyway')}
            </Button>
          }
        />
      </PreviewFrame>
    );
  }
  const PreviewOfKind = previews[kind];
  return (
    <Suspense fallback={<Pending />}>
      <PreviewOfKind key={`${version.documentId}/${version.number}`} version={version} title={title} />
    </Suspense>
  );
}
