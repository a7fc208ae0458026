import { useTranslation } from 'react-i18next';
import { useShortcut } from '@/shortcuts';

type Handlers = Record<'download' | 'back', () => void> & Record<'newVersion' | 'compare' | 'older' | 'newer' | 'rename', (() => void) | undefined>;

const nothing = () => undefined;

/** The keys of the page; what is not possible right now stays listed and does nothing. */
export function useDocumentShortcuts(handlers: Handlers): void {
  const { t } = useTranslation('document');
  const group = t('group');
  useShortcut('d', t('shortcut.download'), handlers.download, group);
  useShortcut('v', t('shortcut.newVersion'), handlers.newVersion ?? nothing, group);
  useShortcut('c', t('shortcut.compare'), handlers.compare ?? nothing, group);
  useShortcut('j', t('shortcut.older'), handlers.older ?? nothing, group);
  useShortcut('k', t('shortcut.newer'), handlers.newer ?? nothing, group);
  useShortcut('F2', t('shortcut.rename'), handlers.rename ?? nothing, group);
  useShortcut('Escape', t('shortcut.back'), handlers.back, group);
}
