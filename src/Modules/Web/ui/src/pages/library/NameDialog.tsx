import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  title: string;
  label: string;
  submit: string;
  initial?: string;
  hint?: string;
  onSubmit: (text: string) => void;
  onClose: () => void;
}

/** Asks for a name; an extension is left out of the first selection, because people rarely mean to change it. */
export function NameDialog({ title, label, submit, initial = '', hint, onSubmit, onClose }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(initial);
  const onFormSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    onClose();
    if (text.trim() !== initial) onSubmit(text.trim());
  };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form onSubmit={onFormSubmit}>
        <Stack>
          <TextInput
            label={label}
            description={hint}
            value={text}
            maxLength={255}
            data-autofocus
            onFocus={({ currentTarget }) => {
              const dot = initial.lastIndexOf('.');
              currentTarget.setSelectionRange(0, dot > 0 ? dot : initial.length);
            }}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('action.cancel')}
            </Button>
            <Button type="submit" disabled={text.trim() === ''}>
              {submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
