import { useTranslation } from 'react-i18next';
import { AdminsOnly } from '@/components';
import { Reports } from './Reports';

/** What is stored and what was done, for administrators. */
export function ReportsPage() {
  const { t } = useTranslation('reports');
  return (
    <AdminsOnly title={t('title')}>
      <Reports />
    </AdminsOnly>
  );
}
