import { Alert, Button, PasswordInput, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body, keys } from '@/api';
import { notifyDone, Section } from '@/components';
import { forgetEverything, useSession } from '@/session/session';
import { NewPasswordInput } from './NewPasswordInput';
import { isAllowed } from './passwordStrength';
import { useFieldError } from './useFieldError';

/** A new password ends every sign-in; this browser signs in again with it at once. */
export function PasswordForm() {
  const { t } = useTranslation('profile');
  const user = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const fieldError = useFieldError();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');

  const changing = useMutation({
    mutationFn: async () => {
      await api.PATCH('/api/users/{id}', { params: { path: { id: user.id } }, body: { currentPassword: current, password } });
      try {
        const { user: again } = body(await api.POST('/api/session', { body: { email: user.email, password } }));
        client.setQueryData(keys.session, again);
        return true;
      } catch {
        return false;
      }
    },
    onSuccess: (stays) => {
      setCurrent('');
      setPassword('');
      notifyDone(t('password.done'));
      if (stays) {
        void client.invalidateQueries({ queryKey: keys.tokens });
      } else {
        forgetEverything(client);
        void navigate({ to: '/', search: { ended: true }, replace: true });
      }
    },
  });
  const errors = fieldError(changing.error);

  const change = (event: FormEvent) => {
    event.preventDefault();
    if (!changing.isPending && isAllowed(password)) changing.mutate();
  };

  return (
    <Section title={t('password.title')} hint={t('password.hint')}>
      <form onSubmit={change}>
        <Stack gap="md" maw={420} align="stretch">
          <input type="text" autoComplete="username" value={user.email} readOnly hidden />
          <PasswordInput
            label={t('password.current')}
            value={current}
            required
            autoComplete="current-password"
            error={errors.current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': t('password.show') }}
          />
          <NewPasswordInput label={t('password.new')} value={password} onChange={setPassword} error={errors.password} />
          {errors.form !== undefined && (
            <Alert color="red" role="alert">
              {errors.form}
            </Alert>
          )}
          <Button type="submit" loading={changing.isPending} disabled={current === '' || !isAllowed(password)} style={{ alignSelf: 'flex-start' }}>
            {t('password.save')}
          </Button>
        </Stack>
      </form>
    </Section>
  );
}
