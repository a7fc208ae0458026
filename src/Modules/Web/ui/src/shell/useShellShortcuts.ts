import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useShortcut, useShortcutKeys } from '@/shortcuts';
import { focusSearch } from './focusSearch';

export function useShellShortcuts(showKeyboardMap: () => void): void {
  const { t } = useTranslation('shell');
  const navigate = useNavigate();
  const go = t('keyboard.go');
  const general = t('keyboard.general');
  useShortcutKeys();
  useShortcut('?', t('keyboard.map'), showKeyboardMap, general);
  useShortcut('/', t('keyboard.search'), focusSearch, general);
  useShortcut('g l', t('navigation.library'), () => void navigate({ to: '/library/$library/$', params: { library: 'personal', _splat: '' } }), go);
  useShortcut('g s', t('navigation.shared'), () => void navigate({ to: '/library/$library/$', params: { library: 'shared', _splat: '' } }), go);
  useShortcut('g t', t('navigation.trash'), () => void navigate({ to: '/trash' }), go);
  useShortcut('g a', t('navigation.activity'), () => void navigate({ to: '/activity' }), go);
}
