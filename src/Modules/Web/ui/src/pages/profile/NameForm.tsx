import { Button, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, keys, type SessionUser } from '@/api';
import { notifyDone, Section } from '@/components';
import { useSession } from '@/session/session';
import { useFieldError } from './useFieldError';

export const longestName = 100;

export function NameForm() {
  const { t } = useTranslation('profile');
  const user = useSession();
  const client = useQueryClient();
  const fieldError = useFieldError();
  const [name, setName] = useState(user.displayName);
  const saving = useMutation({
    mutationFn: (displayName: string) => api.PATCH('/api/users/{id}', { params: { path: { id: user.id } }, body: { displayName } }),
    onSuccess: (_, displayName) => {
      client.setQueryData<SessionUser | null>(keys.session, (before) => (before ? { ...before, displayName } : before));
      setName(displayName);
      void client.invalidateQueries({ queryKey: keys.users });
      notifyDone(t('name.done'));
    },
  });
  const errors = fieldError(saving.error);
  const changed = name.trim() !== user.displayName && name.trim() !== '';

  const save = (event: FormEvent) => {
    event.preventDefault();
    if (changed) saving.mutate(name.trim());
  };

  return (
    <Section title={t('name.title')} hint={t('name.hint')}>
      <form onSubmit={save}>
        <Stack gap="md" align="flex-start">
          <TextInput label={t('name.email')} value={user.email} readOnly variant="unstyled" w="100%" maw={420} autoComplete="username" />
          <TextInput
            label={t('name.label')}
            value={name}
            required
            maxLength={longestName}
            autoComplete="name"
            w="100%"
            maw={420}
            error={errors.name ?? errors.form}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" loading={saving.isPending} disabled={!changed}>
            {t('name.save')}
          </Button>
        </Stack>
      </form>
    </Section>
  );
}
