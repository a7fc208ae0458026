import type { DocumentVersion } from '@/api';

/** What every preview is given. */
export interface PreviewProps {
  version: DocumentVersion;
  title: string;
}
