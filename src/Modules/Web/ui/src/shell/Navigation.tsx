import { NavLink, Stack } from '@mantine/core';
import { type Icon, IconActivity, IconChartHistogram, IconFolder, IconSettings, IconSql, IconTrash, IconUsers } from '@tabler/icons-react';
import { Link, useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/session/session';
import classes from './Shell.module.css';

export function Navigation() {
  const { t } = useTranslation('shell');
  const { role } = useSession();
  return (
    <Stack gap={4}>
      <Item to="/library/personal/" icon={IconFolder} label={t('navigation.library')} />
      <Item to="/library/shared/" icon={IconUsers} label={t('navigation.shared')} />
      <Item to="/trash" icon={IconTrash} label={t('navigation.trash')} />
      <Item to="/activity" icon={IconActivity} label={t('navigation.activity')} />
      {role === 'admin' && (
        <>
          <Item to="/reports" icon={IconChartHistogram} label={t('navigation.reports')} />
          <Item to="/sql" icon={IconSql} label={t('navigation.sql')} />
          <Item to="/admin" icon={IconSettings} label={t('navigation.admin')} />
        </>
      )}
    </Stack>
  );
}

function Item({ to, icon: IconOfItem, label }: { to: string; icon: Icon; label: string }) {
  const path = useLocation({ select: (location) => location.pathname });
  const active = `${path}/`.startsWith(to.endsWith('/') ? to : `${to}/`);
  return (
    <NavLink
      component={Link}
      to={to}
      label={label}
      active={active}
      aria-current={active ? 'page' : undefined}
      className={classes.link}
      leftSection={<IconOfItem size={20} stroke={1.6} aria-hidden />}
    />
  );
}
