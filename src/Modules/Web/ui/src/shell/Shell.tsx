import '@mantine/notifications/styles.css';
import { AppShell } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { Outlet, useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { liveRegionId } from '@/components/announce';
import { useLive } from '@/live';
import { useSession } from '@/session/session';
import { KeyboardMap } from '@/shortcuts';
import { LazyUploadTray, useFollowUploads } from '@/uploads';
import { AdminShortcuts } from './AdminShortcuts';
import { Header } from './Header';
import { Navigation } from './Navigation';
import classes from './Shell.module.css';
import { useShellShortcuts } from './useShellShortcuts';

/** What surrounds every page of a signed-in person. */
export function Shell() {
  const { t } = useTranslation('shell');
  const [navigationOpened, navigation] = useDisclosure();
  const [mapOpened, map] = useDisclosure();
  const path = useLocation({ select: (location) => location.pathname });
  const { role } = useSession();
  const closeNavigation = navigation.close;
  useEffect(() => closeNavigation(), [path, closeNavigation]);
  useLive();
  useFollowUploads();
  useShellShortcuts(map.open);

  return (
    <ModalsProvider labels={{ confirm: t('confirm'), cancel: t('cancel') }} modalProps={{ closeButtonProps: { 'aria-label': t('close') } }}>
      <a href="#main" className="skip-link">
        {t('skip')}
      </a>
      <AppShell header={{ height: 60 }} navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !navigationOpened } }} padding={0}>
        <AppShell.Header className={classes.header}>
          <Header navigationOpened={navigationOpened} onToggleNavigation={navigation.toggle} onShowKeyboardMap={map.open} />
        </AppShell.Header>
        <AppShell.Navbar className={classes.navbar} p="sm" aria-label={t('navigation.label')}>
          <Navigation />
        </AppShell.Navbar>
        <AppShell.Main id="main" tabIndex={-1} className={classes.main}>
          <div className={classes.page}>
            <Outlet />
          </div>
        </AppShell.Main>
      </AppShell>
      {role === 'admin' && <AdminShortcuts />}
      <LazyUploadTray />
      <KeyboardMap opened={mapOpened} onClose={map.close} />
      <Notifications position="bottom-left" />
      <div id={liveRegionId} className="visually-hidden" role="status" aria-live="polite" />
    </ModalsProvider>
  );
}
