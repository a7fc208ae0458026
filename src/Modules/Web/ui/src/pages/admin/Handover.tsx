import { Alert, Button, Group, Stack } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { CopyField } from '@/pages/profile/CopyField';

export interface Credentials {
  name: string;
  email: string;
  password: string;
}

/** What somebody needs to sign in, to be handed over; the password is shown this once. */
export function Handover({ name, email, password, onDone }: Credentials & { onDone: () => void }) {
  const { t } = useTranslation('admin');
  return (
    <Stack gap="md">
      <Alert icon={<IconKey />} color="kilo" role="status">
        {t('handover.text', { name })}
      </Alert>
      <CopyField label={t('people.email')} value={email} />
      <CopyField label={t('people.password')} value={password} />
      <Group justify="flex-end">
        <Button onClick={onDone}>{t('handover.done')}</Button>
      </Group>
    </Stack>
  );
}
