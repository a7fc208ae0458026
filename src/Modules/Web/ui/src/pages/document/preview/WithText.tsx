import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DocumentVersion } from '@/api';
import { Pending } from '@/app/Pending';
import { ErrorState } from '@/components';
import { type LoadedText, previewBytes, textQuery } from './content';
import { NoPreview } from './NoPreview';
import { PreviewFrame } from './PreviewFrame';

interface Props {
  version: DocumentVersion;
  children: (loaded: LoadedText) => ReactNode;
}

/** Loads the beginning of a text, and says what went wrong when it is none. */
export function WithText({ version, children }: Props) {
  const { t } = useTranslation('document');
  const { data, error, refetch } = useQuery(textQuery(version, previewBytes));
  if (error !== null) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) {
    return (
      <PreviewFrame>
        <Pending />
      </PreviewFrame>
    );
  }
  if (data.isBinary) return <NoPreview version={version} why={t('preview.binary')} />;
  return children(data);
}
