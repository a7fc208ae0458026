import { useTranslation } from 'react-i18next';
import { AdminsOnly } from '@/components';
import { Sql } from './Sql';

/** Questions of one's own to what reports are made of, for administrators. */
export function SqlPage() {
  const { t } = useTranslation('sql');
  return (
    <AdminsOnly title={t('title')}>
      <Sql />
    </AdminsOnly>
  );
}
