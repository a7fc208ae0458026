import { Alert, Button, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { IconAlertCircle, IconInfoCircle } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, isStatus } from '@/api';
import { useErrorText } from '@/components/useErrorText';
import { signIn } from '@/session/session';
import { useCountdown } from './useCountdown';

export function SignInForm() {
  const { t } = useTranslation('home');
  const client = useQueryClient();
  const navigate = useNavigate();
  const search = useSearch({ from: '/' });
  const errorText = useErrorText();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [pause, startPause] = useCountdown();

  const entering = useMutation({
    mutationFn: () => signIn(client, { email: email.trim(), password }),
    onSuccess: () =>
      search.return === undefined
        ? navigate({ to: '/library/$library/$', params: { library: 'personal', _splat: '' }, replace: true })
        : navigate({ href: search.return, replace: true }),
    onError: (error) => {
      if (error instanceof ApiError && error.status === 429) startPause(error.retryAfterSeconds ?? 60);
      if (isStatus(error, 401)) setPassword('');
    },
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    entering.mutate();
  };

  const { error } = entering;
  const isThrottled = error instanceof ApiError && error.status === 429;
  const problemText = () => {
    if (error === null || (isThrottled && pause === 0)) return undefined;
    if (isThrottled) return pause > 90 ? t('signIn.throttledMinutes', { count: Math.ceil(pause / 60) }) : t('signIn.throttled', { count: pause });
    return isStatus(error, 401) ? t('signIn.wrong') : errorText(error);
  };
  const problem = problemText();

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Title order={2} size="h3">
          {t('signIn.title')}
        </Title>
        {search.ended === true && error === null && (
          <Alert color="kilo" icon={<IconInfoCircle />} role="status">
            {t('signIn.ended')}
          </Alert>
        )}
        {problem !== undefined && (
          <Alert color="red" icon={<IconAlertCircle />} role="alert">
            {problem}
          </Alert>
        )}
        <TextInput
          label={t('signIn.email')}
          type="email"
          name="email"
          autoComplete="username"
          inputMode="email"
          size="md"
          required
          withAsterisk={false}
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('signIn.password')}
          name="password"
          autoComplete="current-password"
          size="md"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" size="md" loading={entering.isPending} disabled={pause > 0} mt="xs">
          {t('signIn.submit')}
        </Button>
      </Stack>
    </form>
  );
}
