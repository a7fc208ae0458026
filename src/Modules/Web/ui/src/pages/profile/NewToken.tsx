import { Alert, Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body, keys } from '@/api';
import { CopyField } from './CopyField';
import { longestName } from './NameForm';
import { dayOf, type ExpiryChoice, expiryChoices, expiryOf } from './tokenExpiry';
import { useFieldError } from './useFieldError';

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** Makes a token; its secret is shown this once, so that the dialog then only closes by its button. */
export function NewToken({ opened, onClose }: Props) {
  const { t } = useTranslation('profile');
  const { t: common } = useTranslation();
  const [secret, setSecret] = useState<string>();
  const close = () => {
    setSecret(undefined);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={secret === undefined ? t('tokens.new') : t('tokens.ready')}
      size="lg"
      withCloseButton={secret === undefined}
      closeOnClickOutside={false}
      closeOnEscape={secret === undefined}
      closeButtonProps={{ 'aria-label': common('action.close') }}
    >
      {secret === undefined ? <TokenForm onMade={setSecret} onCancel={close} /> : <Secret secret={secret} onKept={close} />}
    </Modal>
  );
}

function TokenForm({ onMade, onCancel }: { onMade: (secret: string) => void; onCancel: () => void }) {
  const { t } = useTranslation('profile');
  const { t: common } = useTranslation();
  const client = useQueryClient();
  const fieldError = useFieldError();
  const [name, setName] = useState('');
  const [choice, setChoice] = useState<ExpiryChoice>('quarter');
  const [date, setDate] = useState('');
  const making = useMutation({
    mutationFn: async (expiresAt: string | null) => body(await api.POST('/api/tokens', { body: { name: name.trim(), expiresAt } })).token,
    onSuccess: (token) => {
      void client.invalidateQueries({ queryKey: keys.tokens });
      onMade(token);
    },
  });
  const errors = fieldError(making.error);
  const ready = name.trim() !== '' && (choice !== 'date' || date !== '');
  const [pastDate, setPastDate] = useState(false);

  const make = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || making.isPending) return;
    const expiresAt = expiryOf(choice, date, Date.now());
    setPastDate(expiresAt === undefined);
    if (expiresAt !== undefined) making.mutate(expiresAt);
  };

  return (
    <form onSubmit={make} noValidate>
      <Stack gap="md">
        <TextInput
          label={t('tokens.name')}
          description={t('tokens.nameHint')}
          value={name}
          required
          data-autofocus
          maxLength={longestName}
          autoComplete="off"
          error={errors.name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label={t('tokens.expiry')}
          allowDeselect={false}
          maxDropdownHeight={320}
          value={choice}
          onChange={(value) => setChoice((value ?? 'quarter') as ExpiryChoice)}
          data={expiryChoices.map((value) => ({ value, label: t(`tokens.until.${value}`) }))}
          error={errors.expiry}
        />
        {choice === 'date' && (
          <TextInput
            type="date"
            label={t('tokens.date')}
            required
            min={dayOf(Date.now())}
            value={date}
            error={pastDate ? t('problem.invalid-expiry') : undefined}
            onChange={(event) => setDate(event.currentTarget.value)}
          />
        )}
        {choice === 'never' && (
          <Text size="sm" c="dimmed">
            {t('tokens.neverHint')}
          </Text>
        )}
        {errors.form !== undefined && (
          <Alert color="red" role="alert">
            {errors.form}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {common('action.cancel')}
          </Button>
          <Button type="submit" loading={making.isPending} disabled={!ready}>
            {t('tokens.make')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Secret({ secret, onKept }: { secret: string; onKept: () => void }) {
  const { t } = useTranslation('profile');
  return (
    <Stack gap="md">
      <Alert icon={<IconKey />} color="kilo" role="status">
        {t('tokens.once')}
      </Alert>
      <CopyField label={t('tokens.secret')} value={secret} />
      <CopyField label={t('tokens.example')} value={`curl -H "Authorization: Bearer ${secret}" ${window.location.origin}/api/documents`} multiline />
      <Group justify="flex-end">
        <Button onClick={onKept}>{t('tokens.kept')}</Button>
      </Group>
    </Stack>
  );
}
