import { useQueries } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { DocumentVersion } from '@/api';
import { Pending } from '@/app/Pending';
import { ErrorState } from '@/components';
import { useFormat } from '@/format';
import { textQuery } from '../preview/content';
import { CompareFacts } from './CompareFacts';

const MergeViewOfTexts = lazy(async () => ({ default: (await import('./MergeTexts')).MergeTexts }));

/** Above this, finding the differences would keep the browser busy for too long. */
const largest = 2 * 1024 * 1024;

interface Props {
  older: DocumentVersion;
  newer: DocumentVersion;
}

/** Two texts line by line. */
export function CompareTexts({ older, newer }: Props) {
  const { t } = useTranslation('document');
  const format = useFormat();
  const isTooLarge = older.size > largest || newer.size > largest;
  const isSame = older.sha256 === newer.sha256;
  const [left, right] = useQueries({
    queries: [older, newer].map((version) => ({ ...textQuery(version, largest), enabled: !isTooLarge && !isSame })),
  });

  if (isSame) return <CompareFacts older={older} newer={newer} />;
  if (isTooLarge) return <CompareFacts older={older} newer={newer} why={t('compare.tooLarge', { limit: format.bytes(largest) })} />;
  const failed = [left, right].find((query) => query?.isError);
  if (failed !== undefined) return <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />;
  if (left?.data === undefined || right?.data === undefined) return <Pending />;
  if (left.data.isBinary || right.data.isBinary) return <CompareFacts older={older} newer={newer} />;
  return (
    <Suspense fallback={<Pending />}>
      <MergeViewOfTexts older={{ number: older.number, text: left.data.text }} newer={{ number: newer.number, text: right.data.text }} fileName={newer.fileName} />
    </Suspense>
  );
}
