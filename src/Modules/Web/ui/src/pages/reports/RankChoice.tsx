import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Rank, ranks } from './search';

/** What documents are ranked by. */
export function RankChoice({ by, onChange }: { by: Rank; onChange: (by: Rank) => void }) {
  const { t } = useTranslation('reports');
  return (
    <SegmentedControl size="xs" aria-label={t('rank.label')} value={by} data={ranks.map((value) => ({ value, label: t(`rank.${value}`) }))} onChange={(value) => onChange(value as Rank)} />
  );
}
