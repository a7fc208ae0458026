import { Alert, Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, keys } from '@/api';
import { longestName } from '@/pages/profile/NameForm';
import { isAllowed } from '@/pages/profile/passwordStrength';
import { useFieldError } from '@/pages/profile/useFieldError';
import { GeneratedPassword } from './GeneratedPassword';
import { type Credentials, Handover } from './Handover';
import { type Role, roles } from './people';

interface Props {
  opened: boolean;
  onClose: () => void;
}

export function AddPerson({ opened, onClose }: Props) {
  const { t } = useTranslation('admin');
  const { t: common } = useTranslation();
  const [added, setAdded] = useState<Credentials>();
  const close = () => {
    setAdded(undefined);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={added === undefined ? t('people.add') : t('people.added', { name: added.name })}
      size="lg"
      withCloseButton={added === undefined}
      closeOnClickOutside={false}
      closeOnEscape={added === undefined}
      closeButtonProps={{ 'aria-label': common('action.close') }}
    >
      {added === undefined ? <PersonForm onAdded={setAdded} onCancel={close} /> : <Handover {...added} onDone={close} />}
    </Modal>
  );
}

function PersonForm({ onAdded, onCancel }: { onAdded: (person: Credentials) => void; onCancel: () => void }) {
  const { t } = useTranslation('admin');
  const { t: common } = useTranslation();
  const client = useQueryClient();
  const fieldError = useFieldError();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('member');
  const person = { name: name.trim(), email: email.trim(), password };
  const adding = useMutation({
    mutationFn: () => api.POST('/api/users', { body: { displayName: person.name, email: person.email, password, role } }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.users });
      void client.invalidateQueries({ queryKey: keys.portal });
      onAdded(person);
    },
  });
  const errors = fieldError(adding.error);
  const ready = person.name !== '' && person.email !== '' && isAllowed(password);

  const add = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !adding.isPending) adding.mutate();
  };

  return (
    <form onSubmit={add} noValidate>
      <Stack gap="md">
        <TextInput
          label={t('people.name')}
          value={name}
          required
          data-autofocus
          maxLength={longestName}
          autoComplete="off"
          error={errors.name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          type="email"
          label={t('people.email')}
          description={t('people.emailHint')}
          value={email}
          required
          autoComplete="off"
          error={errors.email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <GeneratedPassword value={password} onChange={setPassword} error={errors.password} />
        <Select
          label={t('people.role')}
          description={t(`people.roleHint.${role}`)}
          allowDeselect={false}
          value={role}
          onChange={(value) => setRole((value ?? 'member') as Role)}
          data={roles.map((value) => ({ value, label: t(`people.roles.${value}`) }))}
        />
        {errors.form !== undefined && (
          <Alert color="red" role="alert">
            {errors.form}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {common('action.cancel')}
          </Button>
          <Button type="submit" loading={adding.isPending} disabled={!ready}>
            {t('people.add')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
