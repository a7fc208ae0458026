import { Button } from '@mantine/core';
import { IconFileOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/components';

/** There is no such document, or not for this person; the server does not say which. */
export function Missing() {
  const { t } = useTranslation('document');
  const title = t('missing.title');
  useEffect(() => {
    document.title = `${title} · Kilo`;
  }, [title]);
  return (
    <>
      <h1 className="visually-hidden">{t('title')}</h1>
      <EmptyState
        icon={IconFileOff}
        title={title}
        actions={
          <Button component={Link} to="/" mt="sm">
            {t('missing.back')}
          </Button>
        }
      >
        {t('missing.text')}
      </EmptyState>
    </>
  );
}
