import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, keys, newKey, type SavedSql } from '@/api';
import { notifyDone, useErrorText } from '@/components';
import { useSession } from '@/session/session';

interface Props {
  opened: boolean;
  onClose: () => void;
  sql: string;
  /** What was loaded before it was changed; undefined for a statement of its own. */
  saved: SavedSql | undefined;
  onSaved: (saved: SavedSql) => void;
}

const longestName = 100;

/** Gives the statement a name, under which every administrator finds it. */
export function SaveDialog({ opened, onClose, saved, ...props }: Props) {
  const { t } = useTranslation('sql');
  const { t: common } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('save.title')} closeButtonProps={{ 'aria-label': common('action.close') }}>
      <Form saved={saved} onClose={onClose} {...props} />
    </Modal>
  );
}

function Form({ onClose, sql, saved, onSaved }: Omit<Props, 'opened'>) {
  const { t } = useTranslation('sql');
  const { t: common } = useTranslation();
  const client = useQueryClient();
  const errorText = useErrorText();
  const { id: userId, displayName } = useSession();
  const [name, setName] = useState(saved?.name ?? '');
  const saving = useMutation({
    mutationFn: async (id: string): Promise<SavedSql> => {
      await api.PUT('/api/reports/queries/{id}', { params: { path: { id } }, body: { name: name.trim(), sql } });
      return { id, name: name.trim(), sql, savedBy: userId, savedByName: displayName, savedAt: new Date().toISOString() };
    },
    onSuccess: async (done) => {
      onSaved(done);
      notifyDone(t('save.done', { name: done.name }));
      onClose();
      await client.invalidateQueries({ queryKey: keys.savedSql });
    },
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate(saved?.id ?? newKey());
  };
  const isNameless = name.trim() === '';
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t('save.name')}
          data-autofocus
          maxLength={longestName}
          value={name}
          error={saving.isError ? errorText(saving.error) : undefined}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Text size="sm" c="dimmed">
          {t('save.hint')}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {common('action.cancel')}
          </Button>
          {saved !== undefined && (
            <Button variant="default" disabled={isNameless} loading={saving.isPending} onClick={() => saving.mutate(newKey())}>
              {t('save.asNew')}
            </Button>
          )}
          <Button type="submit" disabled={isNameless} loading={saving.isPending}>
            {saved === undefined ? common('action.save') : t('save.change')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
