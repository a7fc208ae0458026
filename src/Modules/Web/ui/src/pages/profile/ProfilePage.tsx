import { SimpleGrid, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '@/components';
import { NameForm } from './NameForm';
import { PasswordForm } from './PasswordForm';
import { Preferences } from './Preferences';
import { SignIns } from './SignIns';
import { Tokens } from './Tokens';

/** What a person decides about themselves. */
export function ProfilePage() {
  const { t } = useTranslation('profile');
  return (
    <>
      <PageTitle title={t('title')} />
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <Stack gap="md">
          <NameForm />
          <Preferences />
          <PasswordForm />
        </Stack>
        <Stack gap="md">
          <Tokens />
          <SignIns />
        </Stack>
      </SimpleGrid>
    </>
  );
}
