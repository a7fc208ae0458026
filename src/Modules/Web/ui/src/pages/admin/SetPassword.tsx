import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type User } from '@/api';
import { isAllowed } from '@/pages/profile/passwordStrength';
import { useFieldError } from '@/pages/profile/useFieldError';
import { GeneratedPassword } from './GeneratedPassword';
import { Handover } from './Handover';

/** A new password for somebody who has lost theirs. */
export function SetPassword({ person, onClose }: { person: User; onClose: () => void }) {
  const { t } = useTranslation('admin');
  const { t: common } = useTranslation();
  const fieldError = useFieldError();
  const [password, setPassword] = useState('');
  const setting = useMutation({
    mutationFn: () => api.PATCH('/api/users/{id}', { params: { path: { id: person.id } }, body: { password } }),
  });
  const errors = fieldError(setting.error);

  const set = (event: FormEvent) => {
    event.preventDefault();
    if (isAllowed(password) && !setting.isPending) setting.mutate();
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t('password.title', { name: person.displayName })}
      size="lg"
      withCloseButton={!setting.isSuccess}
      closeOnClickOutside={false}
      closeOnEscape={!setting.isSuccess}
      closeButtonProps={{ 'aria-label': common('action.close') }}
    >
      {setting.isSuccess ? (
        <Handover name={person.displayName} email={person.email} password={password} onDone={onClose} />
      ) : (
        <form onSubmit={set}>
          <Stack gap="md">
            <Text size="sm" c="dimmed">
              {t('password.hint')}
            </Text>
            <GeneratedPassword value={password} onChange={setPassword} error={errors.password} />
            {errors.form !== undefined && (
              <Alert color="red" role="alert">
                {errors.form}
              </Alert>
            )}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {common('action.cancel')}
              </Button>
              <Button type="submit" loading={setting.isPending} disabled={!isAllowed(password)}>
                {t('password.save')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
