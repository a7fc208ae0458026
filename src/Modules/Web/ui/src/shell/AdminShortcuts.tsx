import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useShortcut } from '@/shortcuts';

/** The keys to the pages that only administrators have. */
export function AdminShortcuts() {
  const { t } = useTranslation('shell');
  const navigate = useNavigate();
  const go = t('keyboard.go');
  useShortcut('g r', t('navigation.reports'), () => void navigate({ to: '/reports' }), go);
  useShortcut('g q', t('navigation.sql'), () => void navigate({ to: '/sql' }), go);
  return null;
}
