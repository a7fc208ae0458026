import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/session/session';
import { EmptyState } from './EmptyState';
import { PageTitle } from './PageTitle';

interface Props {
  title: string;
  children: ReactNode;
}

/** A page for administrators; anybody else gets its title and a sentence. */
export function AdminsOnly({ title, children }: Props) {
  const { t } = useTranslation();
  const { role } = useSession();
  if (role === 'admin') return children;
  return (
    <>
      <PageTitle title={title} />
      <EmptyState
        icon={IconLock}
        title={t('adminsOnly.title')}
        actions={
          <Button component={Link} to="/library/personal/" mt="sm">
            {t('adminsOnly.library')}
          </Button>
        }
      >
        {t('adminsOnly.text')}
      </EmptyState>
    </>
  );
}
