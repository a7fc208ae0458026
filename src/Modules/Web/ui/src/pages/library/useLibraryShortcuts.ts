import { useTranslation } from 'react-i18next';
import { useShortcut } from '@/shortcuts';

interface Handlers {
  upload: () => void;
  newFolder: () => void;
}

export function useLibraryShortcuts({ upload, newFolder }: Handlers): void {
  const { t } = useTranslation('library');
  const group = t('keyboard.group');
  useShortcut('u', t('keyboard.upload'), upload, group);
  useShortcut('n', t('keyboard.newFolder'), newFolder, group);
  useShortcut('↑ ↓', t('keyboard.move'), null, group);
  useShortcut('Enter', t('keyboard.open'), null, group);
  useShortcut('Backspace', t('keyboard.up'), null, group);
  useShortcut('Space', t('keyboard.select'), null, group);
  useShortcut('Shift ↑ ↓', t('keyboard.extend'), null, group);
  useShortcut('Ctrl A', t('keyboard.all'), null, group);
  useShortcut('F2', t('keyboard.rename'), null, group);
  useShortcut('m', t('keyboard.moveTo'), null, group);
  useShortcut('Delete', t('keyboard.trash'), null, group);
  useShortcut('Shift F10', t('keyboard.menu'), null, group);
}
