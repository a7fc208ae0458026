import { Tabs } from '@mantine/core';
import { IconActivityHeartbeat, IconUsers } from '@tabler/icons-react';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { AdminsOnly, PageTitle } from '@/components';
import { Operations } from './Operations';
import { People } from './People';

/** People and operations, for administrators; the address names the tab. */
export function AdminPage() {
  const { t } = useTranslation('admin');
  const navigate = useNavigate();
  const tab = useLocation({ select: ({ hash }) => (hash === 'operations' ? 'operations' : 'people') });

  return (
    <AdminsOnly title={t('title')}>
      <PageTitle title={t('title')} />
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(value) => void navigate({ to: '/admin', hash: value === 'operations' ? 'operations' : '', replace: true, resetScroll: false })}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="people" leftSection={<IconUsers size={18} />}>
            {t('people.title')}
          </Tabs.Tab>
          <Tabs.Tab value="operations" leftSection={<IconActivityHeartbeat size={18} />}>
            {t('operations.title')}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="people">
          <People />
        </Tabs.Panel>
        <Tabs.Panel value="operations">
          <Operations />
        </Tabs.Panel>
      </Tabs>
    </AdminsOnly>
  );
}
